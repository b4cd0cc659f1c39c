"""A visit as data: its groups of questions, its budget, the sentences others are told. Built from one rulebook file.

The first night is one such visit; the second stage and triage are others, and every instrument alone is one more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from throughcare.access.roles import permissions
from throughcare.core.rulebook import Source, shaped
from throughcare.instruments import rules as instruments

Part = Literal["core", "rest"]
TOTAL = "total"  # a condition may name the score of an instrument, as in "audit-c:total"
Books = Mapping[str, instruments.Questionnaire]
Answers = Mapping[str, instruments.Answers]  # {instrument: {item: value}}


@dataclass(frozen=True)
class Group:
    """Questions that belong to one stretch of talk. `lead` is a sentence to say; `when` opens the group.

    `form` takes the questions of an instrument section by section, of `sections` alone if they are named. `only_if` names
    the fact about a person that must not be false; an `optional` group never holds up a signature.
    """

    title: str = ""
    items: tuple[str, ...] = ()
    lead: str = ""
    when: instruments.Condition | None = None
    form: str = ""
    sections: tuple[str, ...] = ()
    only_if: str = ""
    optional: bool = False


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
    """The order of a visit. `only_if` names the fact about a person that must not be false for a question to be put.

    The first instrument is what the visit is for: who may ask that one asks the visit, unless `may` names an action of the
    roles; `signs` names the action of those who sign alone. `takes_up` is the visit whose actions are carried over and whose
    open questions are put again; `settled_by` says which signed form settles what a kind of contact would.
    """

    id: str
    version: int
    title: str
    applies_from: date
    review_by: date
    source: Source
    to_confirm: tuple[str, ...]
    instruments: tuple[str, ...]
    rest: tuple[Group, ...]
    core: tuple[Group, ...] = ()
    budget: Budget | None = None
    pace: Pace | None = None
    observed_only: ObservedOnly | None = None
    location_advice: tuple[Line, ...] = ()
    tomorrow: tuple[Line, ...] = ()
    only_if: Mapping[str, str] = field(default_factory=dict)
    on_arrival: bool = False
    may: str = ""
    signs: str = ""
    domain: str = "all"
    continues_hours: int = 0
    takes_up: str = ""
    settled_by: Mapping[str, str] = field(default_factory=dict)

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
    """A sentence for each instrument, section, question or action named that does not exist, or question named twice."""
    missing = [f"{id} does not exist." for id in (*screen.instruments, *_forms(screen)) if id not in books]
    missing += [f"No package declares the action {id}." for id in (screen.may, screen.signs) if id and id not in permissions()]
    return missing or [*_repeats(screen, books), *_dangling(screen, books)]


def _repeats(screen: Screen, books: Books) -> list[str]:
    refs = [ref for part in (screen.core, screen.rest) for group in part for ref in _refs(group, books)]
    return [f"{ref} is asked twice." for ref in sorted({ref for ref in refs if refs.count(ref) > 1})]


def _dangling(screen: Screen, books: Books) -> list[str]:
    groups = (*screen.core, *screen.rest)
    seen = screen.observed_only
    named = [ref for group in groups for ref in group.items] + [*screen.only_if, *_conditions(screen)]
    named += [*seen.items, *seen.needed] if seen else []
    strays = [f"{ref} does not exist." for ref in named if not _exists(books, ref.partition(".")[0])]
    return strays + [
        f"{group.form} has no section {section!r}." for group in groups for section in group.sections
        if section not in {item.section for item in books[group.form].items}
    ]  # fmt: skip


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
        **{name: shaped(kind, data[name], name) for name, kind in _TABLES.items() if name in data},
    )


_TABLES: dict[str, Any] = {"budget": Budget, "pace": Pace, "observed_only": ObservedOnly}


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
    if item == TOTAL:
        return id in books and books[id].scoring.method == "sum"
    return id in books and any(one.id == item for one in books[id].items)


def _forms(screen: Screen) -> list[str]:
    return [group.form for group in (*screen.core, *screen.rest) if group.form]


def _refs(group: Group, books: Books) -> tuple[str, ...]:
    """The questions of a group, those of the form it takes included."""
    taken = (
        [item for item in books[group.form].items if not group.sections or item.section in group.sections] if group.form else []
    )
    return (*group.items, *(f"{group.form}:{item.id}" for item in taken))


def _conditions(screen: Screen) -> list[str]:
    whens = [group.when for part in (screen.core, screen.rest) for group in part]
    whens += [line.when for line in (*screen.location_advice, *screen.tomorrow)]
    named = [line.names for line in screen.location_advice if line.names]
    return [one.item for when in whens for one in instruments.conditions(when)] + named
