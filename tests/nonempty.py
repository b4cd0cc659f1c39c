"""For tests that look at each of several things: a guard that there are any."""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def nonempty(things: Iterable[T]) -> list[T]:
    """The same things as a list; the test fails where there are none, because it would have looked at nothing."""
    found = list(things)
    assert found, "nothing to look at: the test would pass whatever the code does"
    return found
