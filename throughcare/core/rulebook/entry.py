"""What a rulebook holds: entries with an identity, a source and, when two people stand for them, a signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Status = Literal["in force", "unsigned", "half signed", "overdue review", "not yet"]
IDENTITY = ("id", "version", "title", "applies_from", "source", "review_by", "to_confirm")


class RulebookError(Exception):
    """The rulebook cannot be read. The sentence names the file and the line or key; the start stops."""


class NotInUse(RulebookError):
    """There is such an entry, and it may not be used here: it is not signed by two people, or its review is overdue."""


class Inactive(Enum):
    """What becomes, where signatures are asked for, of an entry that lacks one or whose review is overdue."""

    ABSENT = "not used, until it is signed and reviewed"  # one of many, asked of a person: others stay, paper remains
    KEPT = "not used until signed; once signed, used on while its review is overdue"  # people are in the middle of it
    STANDS = "the last signed version is used, else the words as they are"  # without it a danger hides or the house stops


@dataclass(frozen=True)
class Source:
    """Where an entry was read: title, section, codes of the sources list, and the day."""

    title: str
    section: str = ""
    codes: tuple[str, ...] = ()
    read_on: date | None = None


@dataclass(frozen=True)
class Signature:
    """Who stands for one version of one entry, word for word: two people, once it is whole."""

    written_by: str = ""
    checked_by: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(self.written_by and self.checked_by)


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One version of one entry: identity, the value built from it, the hash of its data, its signature, whether it is used."""

    id: str
    version: int
    title: str
    applies_from: date
    source: Source
    review_by: date
    value: T
    content_hash: str
    file: Path
    to_confirm: tuple[str, ...] = ()
    local: bool = False  # from a site's overlay
    signature: Signature | None = None
    active: bool = True

    @property
    def is_signed(self) -> bool:
        """Whether two people stand for it."""
        return self.signature is not None and self.signature.is_whole

    def status(self, today: date) -> Status:
        """How the entry stands today; a running site does not act on it."""
        if not self.is_signed:
            return "half signed" if self.signature else "unsigned"
        if self.applies_from > today:
            return "not yet"
        return "overdue review" if self.review_by < today else "in force"


@dataclass(frozen=True)
class Rulebook(Generic[T]):
    """Every version of every entry, lowest version first."""

    entries: tuple[Entry[T], ...] = field(default=())

    def __iter__(self) -> Iterator[Entry[T]]:
        return iter(self.entries)

    def ids(self, on: date | None = None) -> tuple[str, ...]:
        """Each entry's id once, in alphabetical order; with a day, only those of which some version is in use by then."""
        return tuple(sorted({e.id for e in self.entries if on is None or (e.active and e.applies_from <= on)}))

    def applying(self, day: date) -> tuple[str, ...]:
        """Each entry's id of which some version applies by a day, in use or not, in alphabetical order."""
        return tuple(sorted({entry.id for entry in self.entries if entry.applies_from <= day}))

    def on(self, id: str, day: date) -> Entry[T]:
        """The highest version in use on `day`; raises RulebookError when there is none, NotInUse when it lacks a signature."""
        applying = [entry for entry in self.entries if entry.id == id and entry.applies_from <= day]
        if not applying:
            raise RulebookError(f"The rulebook has no entry {id} that applies on {day}.")
        if found := [entry for entry in applying if entry.active]:
            return found[-1]
        raise NotInUse(f"{applying[-1].title} ({id}) is not used here: two people must sign it, and review it in time.")

    def known(self, id: str, day: date) -> Entry[T]:
        """As `on`; where none is in use, the highest version that applied: for what was begun already. Raises RulebookError."""
        try:
            return self.on(id, day)
        except NotInUse:
            return [entry for entry in self.entries if entry.id == id and entry.applies_from <= day][-1]

    def version(self, id: str, version: int) -> Entry[T]:
        """The version an old answer or decision was made with; raises RulebookError when it was removed."""
        for entry in self.entries:
            if (entry.id, entry.version) == (id, version):
                return entry
        raise RulebookError(f"The rulebook has no version {version} of {id}. Old versions must stay.")

    def newest(self) -> tuple[Entry[T], ...]:
        """The highest version of each entry, in use or not."""
        return tuple({entry.id: entry for entry in self.entries}.values())

    def in_use(self) -> tuple[Entry[T], ...]:
        """Every version that may be used here."""
        return tuple(entry for entry in self.entries if entry.active)

    def only_if(self, usable: Callable[[Entry[T]], bool]) -> Rulebook[T]:
        """The same entries; those that are not usable are not in use."""
        return Rulebook(tuple(replace(one, active=one.active and usable(one)) for one in self.entries))
