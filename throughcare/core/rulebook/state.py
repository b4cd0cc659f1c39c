"""What of the rulebook two people have not signed, or nobody has reviewed in time, and what that means here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from throughcare.core.rulebook.book import Book, declared
from throughcare.core.rulebook.entry import Entry

SOON = timedelta(days=60)  # so long before a review is due it is said


@dataclass(frozen=True)
class Wanting:
    """Titles of entries, each once: `vital` are missing and may never be so in silence, `absent` are not used, `behind` are
    used in an earlier version, `stands` are used although they are not in order, `soon` are to be reviewed before long."""

    vital: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    soon: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many entries are not in order."""
        return len(self.vital) + len(self.absent) + len(self.behind) + len(self.stands)


def wanting(day: date) -> Wanting:
    """How every entry stands that a module has declared, by its newest version of a day. Raises RulebookError."""
    found: dict[str, list[str]] = {"vital": [], "absent": [], "behind": [], "stands": [], "soon": []}
    for book in declared():
        for id in book.all().applying(day):
            versions = [entry for entry in book.all() if entry.id == id and entry.applies_from <= day]
            if how := _how(book, versions, day):
                found[how].append(versions[-1].title)
    return Wanting(**{how: tuple(titles) for how, titles in found.items()})


def _how(book: Book[Any], versions: list[Entry[Any]], day: date) -> str:
    newest = versions[-1]
    if not any(entry.active for entry in versions):
        return "vital" if book.is_vital(newest.id) else "absent"
    if not newest.active:
        return "behind"
    if newest.status(day) != "in force":
        return "stands"
    return "soon" if newest.review_by - day <= SOON else ""
