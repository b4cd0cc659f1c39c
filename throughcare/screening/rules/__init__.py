"""The first-night screen as data: which questions when, what officers may know, what the man is told, who is in danger.

Pure functions over answers kept as {instrument: {item: value}}. The files are in `rulebook/` beside this package.
"""

from datetime import date
from functools import cache
from pathlib import Path

from throughcare.core.rulebook import Rulebook, RulebookError, load
from throughcare.instruments import rules as instruments
from throughcare.screening.rules.asking import (
    alerts,
    core_done,
    flattened,
    left,
    minutes,
    observed_enough,
    observed_only,
    question_count,
    questions,
    rest_done,
    shared,
    unanswered,
)
from throughcare.screening.rules.danger import Danger, DangerRule, build_dangers, danger
from throughcare.screening.rules.screen import Answers, Books, Group, Line, Part, Question, Screen, build, problems
from throughcare.screening.rules.telling import NotOnTheList, advice, suggested, tomorrow

RULEBOOK = Path(__file__).parent.parent / "rulebook"


@cache
def screens(overlay: Path | None = None) -> Rulebook[Screen]:
    """Every version of the first-night screen, checked against the questionnaires it names."""
    loaded = load(RULEBOOK, build, overlay, only=("first-night",))
    for entry in loaded:
        if found := problems(entry.value, newest(entry.applies_from)):
            raise RulebookError(f"{entry.file}: {found[0]}")
    return loaded


def newest(day: date, overlay: Path | None = None) -> Books:
    """The questionnaires that apply on a day, by id."""
    book = instruments.book(overlay)
    return {id: book.on(id, day).value for id in book.ids()}


@cache
def dangers(overlay: Path | None = None) -> Rulebook[tuple[DangerRule, ...]]:
    """What makes an arrival dangerous, every version."""
    return load(RULEBOOK, build_dangers, overlay, only=("danger",))


__all__ = [
    "Answers", "Books", "Danger", "DangerRule", "Group", "Line", "NotOnTheList", "Part", "Question", "Screen", "advice", "alerts",
    "build", "build_dangers", "core_done", "danger", "dangers", "flattened", "left", "minutes", "newest", "observed_enough",
    "observed_only", "problems", "question_count", "questions", "rest_done", "screens", "shared", "suggested", "tomorrow",
    "unanswered",
]  # fmt: skip
