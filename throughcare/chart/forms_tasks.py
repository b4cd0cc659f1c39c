"""What is typed about a task: why a colleague is covered, why it is not needed."""

from __future__ import annotations

from throughcare.core.forms import PlainForm, typed


class TaskForm(PlainForm):
    """What to do, and the words that go with it. Which of them are needed is said by the action."""

    do = typed(20)
    why = typed(200)
    reason = typed(40)
    words = typed(200)
