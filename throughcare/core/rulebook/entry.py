"""What a rulebook holds: entries with an identity, a source and, when two people stand for them, a signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Status = Literal["in force", "unsigned", "overdue review", "not yet"]
IDENTITY = ("id", "version", "title", "applies_from", "source", "review_by", "to_confirm")


class RulebookError(Exception):
    """The rulebook cannot be read. The sentence names the file and the line or key; the start stops."""


@dataclass(frozen=True)
class Source:
    """Where an entry was read: title, section, codes of the sources list, and the day."""

    title: str
    section: str = ""
    codes: tuple[str, ...] = ()
    read_on: date | None = None


@dataclass(frozen=True)
class Signature:
    """Two people stand for one version of one entry, word for word (its content hash)."""

    entry: str
    version: int
    hash: str
    written_by: str
    checked_by: str


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One version of one entry: identity, the value built from it, the hash of its data, its signature."""

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

    def status(self, today: date) -> Status:
        """How the entry stands today; only the release check and the clinical lead act on it, never a running site."""
        if self.applies_from > today:
            return "not yet"
        if self.signature is None:
            return "unsigned"
        return "overdue review" if self.review_by < today else "in force"


@dataclass(frozen=True)
class Rulebook(Generic[T]):
    """Every version of every entry, lowest version first."""

    entries: tuple[Entry[T], ...] = field(default=())

    def __iter__(self) -> Iterator[Entry[T]]:
        return iter(self.entries)

    def ids(self, on: date | None = None) -> tuple[str, ...]:
        """Each entry's id once, in alphabetical order; with a day, only those of which some version applies by then."""
        return tuple(sorted({entry.id for entry in self.entries if on is None or entry.applies_from <= on}))

    def on(self, id: str, day: date, *, signed_only: bool = False) -> Entry[T]:
        """The highest version that applies on `day`; raises RulebookError when there is none."""
        found = [e for e in self.entries if e.id == id and e.applies_from <= day and (e.signature or not signed_only)]
        if not found:
            raise RulebookError(f"The rulebook has no {'signed ' if signed_only else ''}entry {id} that applies on {day}.")
        return found[-1]

    def version(self, id: str, version: int) -> Entry[T]:
        """The version an old answer or decision was made with; raises RulebookError when it was removed."""
        for entry in self.entries:
            if (entry.id, entry.version) == (id, version):
                return entry
        raise RulebookError(f"The rulebook has no version {version} of {id}. Old versions must stay.")
