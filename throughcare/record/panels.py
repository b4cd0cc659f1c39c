"""What a sample can be tested for, from the rulebook: panels, their tests, and what a test can come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from throughcare.core.rulebook import Book, by_id, whole


@dataclass(frozen=True)
class Test:
    """One test of a panel; `tells`: what an outcome asks for, which is all that the pathways hear of it."""

    __test__ = False  # not one of pytest's

    id: str
    title: str
    tells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """Tests that are asked for together, and how the sample for them can be taken."""

    id: str
    title: str
    methods: tuple[str, ...]
    tests: tuple[Test, ...]

    def titles(self) -> Mapping[str, str]:
        """Code -> words of each test."""
        return {test.id: test.title for test in self.tests}

    def told(self, results: Mapping[str, str]) -> tuple[str, ...]:
        """What these results ask for, as the pathways hear it: never which test it was, nor what it came to."""
        asked = (test.tells.get(results.get(test.id, ""), "") for test in self.tests)
        return tuple(dict.fromkeys(one for one in asked if one))


@dataclass(frozen=True)
class Method:
    """A way to take a sample; `read_here`: it is read beside the person."""

    id: str
    title: str
    read_here: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a test can come to; `confirm`: a first reading of it is confirmed by a laboratory."""

    id: str
    title: str
    confirm: bool = False


@dataclass(frozen=True)
class Panels:
    """What a sample can be tested for, how it is taken, and what its tests can come to."""

    panels: tuple[Panel, ...]
    methods: tuple[Method, ...]
    outcomes: tuple[Outcome, ...]


BOOK = Book(Path(__file__).parent / "rulebook", whole(Panels), only=("panels",))


def panels() -> Mapping[str, Panel]:
    """Every panel by its code, in the order of the file."""
    return by_id(BOOK.current().panels)


def methods() -> Mapping[str, str]:
    """Code -> words of each way to take a sample."""
    return {row.id: row.title for row in BOOK.current().methods}


def outcomes() -> Mapping[str, str]:
    """Code -> words of all that a test can come to."""
    return {row.id: row.title for row in BOOK.current().outcomes}


def read_here() -> frozenset[str]:
    """The ways of taking a sample that are read beside the person."""
    return frozenset(row.id for row in BOOK.current().methods if row.read_here)


def is_first_reading(method: str, results: Mapping[str, str]) -> bool:
    """Whether a laboratory has to confirm this: it was read beside the person, and not all of it is clear."""
    to_confirm = {row.id for row in BOOK.current().outcomes if row.confirm}
    return method in read_here() and bool(to_confirm & set(results.values()))


def panel_title(code: str) -> str:
    """The words of a panel, or its code where the file does not know it."""
    return panels()[code].title if code in panels() else code
