"""The rulebook of packs: what counts as late or silent, which pages show which kinds of entry, what is never in a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from throughcare.core.rulebook import Book, whole

FOLDER = Path(__file__).parent / "rulebook"


@dataclass(frozen=True)
class Page:
    """A page by its name, and the tables whose entries it puts before the reader (a prefix such as `record_` counts)."""

    name: str
    title: str
    shows: tuple[str, ...]


@dataclass(frozen=True)
class Packs:
    """The whole rulebook."""

    late_minutes: int
    quiet_hours: int
    stuck_minutes: int
    care: tuple[str, ...]
    pages: tuple[Page, ...]
    never: tuple[str, ...]
    expected: tuple[str, ...]

    @property
    def late(self) -> timedelta:
        return timedelta(minutes=self.late_minutes)

    @property
    def quiet(self) -> timedelta:
        return timedelta(hours=self.quiet_hours)

    @property
    def stuck(self) -> timedelta:
        return timedelta(minutes=self.stuck_minutes)

    def title(self, page: str) -> str:
        """A page in words."""
        return next((one.title for one in self.pages if one.name == page), page.replace("-", " ").capitalize())

    def shows(self, tables: tuple[str, ...]) -> dict[str, frozenset[str]]:
        """page -> the tables it shows."""
        return {page.name: frozenset(table for table in tables if table.startswith(page.shows)) for page in self.pages}


BOOK = Book(FOLDER, whole(Packs), only=("inspection-pack",))


def on(day: date) -> Packs:
    """What applies on a day; raises RulebookError when it cannot be read."""
    return BOOK.on(day)
