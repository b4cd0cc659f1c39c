"""A screen as data: its groups of questions, its budget, the sentences others are told. Built from one rulebook file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from throughcare.core.rulebook import Source, shaped
from throughcare.instruments import rules as instruments

Part = Literal["core", "rest"]
Books = Mapping[str, instruments.Questionnaire]
Answers = Mapping[str, instruments.Answers]  # {instrument: {item: value}}


@dataclass(frozen=True)
class Group:
    """Questions that belong to one stretch of talk. `lead` is a sentence to say; `when` opens the group."""

    title: str
    items: tuple[str, ...]
    lead: str = ""
    when: instruments.Condition | None = None


@dataclass(frozen=True)
class Line:
    """A sentence for somebody outside healthcare and the answers that suggest it.

    `names` puts the words of one closed answer into it; `unless_done` keeps it until the screen is whole.
    """

    code: str
    words: str
    when: instruments.Condition | None = None
    names: str = ""
    not_with: tuple[str, ...] = ()
    unless_done: bool = False


@dataclass(frozen=True)
class ObservedOnly:
    """What can be seen of a person who does not talk, what of it is needed, and when to ask again."""

    items: tuple[str, ...]
    needed: tuple[str, ...]
    again_after_minutes: int

    @property
    def again_after(self) -> timedelta:
        return timedelta(minutes=self.again_after_minutes)


@dataclass(frozen=True)
class Budget:
    """What the screen may cost: questions always met in the core, and minutes."""

    core_questions: int
    core_minutes: int
    simple_minutes: int
    complex_minutes: int


@dataclass(frozen=True)
class Pace:
    """How many seconds a question, a tap and a typed field are taken to need."""

    question_seconds: int
    tap_seconds: int
    typed_seconds: int


@dataclass(frozen=True)
class Screen:
    """The order of a screen. `only_if` names the fact about a person that must not be false for a question to be put."""

    id: str
    version: int
    title: str
    applies_from: date
    review_by: date
    source: Source
    to_confirm: tuple[str, ...]
    instruments: tuple[str, ...]
    core: tuple[Group, ...]
    rest: tuple[Group, ...]
    budget: Budget
    pace: Pace
    observed_only: ObservedOnly
    location_advice: tuple[Line, ...]
    tomorrow: tuple[Line, ...]
    only_if: Mapping[str, str] = field(default_factory=dict)

    def groups(self, part: Part) -> tuple[Group, ...]:
        """The groups of the safety core or of the rest."""
        return self.core if part == "core" else self.rest


@dataclass(frozen=True)
class Question:
    """One question as the screen puts it. `ref` is "instrument:item"."""

    instrument: str
    item: instruments.Item
    group: Group

    @property
    def ref(self) -> str:
        return f"{self.instrument}:{self.item.id}"


def problems(screen: Screen, books: Books) -> list[str]:
    """A sentence for each question named that does not exist, or named twice."""
    refs = [ref for part in (screen.core, screen.rest) for group in part for ref in group.items]
    named = [*refs, *screen.only_if, *screen.observed_only.items, *screen.observed_only.needed, *_conditions(screen)]
    twice = {ref for ref in refs if refs.count(ref) > 1}
    return [f"{ref} is asked twice." for ref in sorted(twice)] + [
        f"{ref} does not exist." for ref in named if not _exists(books, ref.partition(".")[0])
    ]


def build(data: dict[str, Any]) -> Screen:
    """A screen from its parsed file."""
    parts = {part: tuple(_group(row, part) for row in data.get(part, ())) for part in ("core", "rest")}
    lists = {name: tuple(_line(row, name) for row in data.get(name, ())) for name in ("location_advice", "tomorrow")}
    return shaped(
        Screen,
        data,
        "the file",
        **parts,
        **lists,
        budget=shaped(Budget, data.get("budget", {}), "budget"),
        pace=shaped(Pace, data.get("pace", {}), "pace"),
        observed_only=shaped(ObservedOnly, data.get("observed_only", {}), "observed_only"),
    )


def item_of(books: Books, ref: str) -> instruments.Item:
    """The question behind "instrument:item"; raises KeyError when there is none."""
    id, _, item = ref.partition(":")
    return books[id].item(item)


def _group(row: Mapping[str, Any], part: str) -> Group:
    where = f"{part}, {row.get('title', 'a group without a title')}"
    return shaped(Group, row, where, when=instruments.condition(row.get("when"), where))


def _line(row: Mapping[str, Any], name: str) -> Line:
    where = f"{name}, {row.get('code', 'a line without a code')}"
    return shaped(Line, row, where, when=instruments.condition(row.get("when"), where))


def _exists(books: Books, ref: str) -> bool:
    id, _, item = ref.partition(":")
    return id in books and any(one.id == item for one in books[id].items)


def _conditions(screen: Screen) -> list[str]:
    whens = [group.when for part in (screen.core, screen.rest) for group in part]
    whens += [line.when for line in (*screen.location_advice, *screen.tomorrow)]
    named = [line.names for line in screen.location_advice if line.names]
    return [one.item for when in whens for one in instruments.conditions(when)] + named
