"""The kinds of flag and of incident, from the rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from throughcare.core.rulebook import Book, by_id, whole

FLAG_WORDS = 120  # leaves room on the row for the reason when it ends


@dataclass(frozen=True)
class DangerKind:
    """A code, and what it is called."""

    id: str
    title: str


@dataclass(frozen=True)
class DangerKinds:
    """The kinds of flag, of incident and of paper."""

    flags: tuple[DangerKind, ...]
    incidents: tuple[DangerKind, ...]
    documents: tuple[DangerKind, ...]


BOOK = Book(Path(__file__).parent / "rulebook", whole(DangerKinds), only=("dangers",))


def flag_kinds() -> Mapping[str, str]:
    """Code -> words of each kind of flag, in the order of the file."""
    return _titles(BOOK.current().flags)


def incident_kinds() -> Mapping[str, str]:
    """Code -> words of each kind of incident, in the order of the file."""
    return _titles(BOOK.current().incidents)


def document_kinds() -> Mapping[str, str]:
    """Code -> words of each kind of paper, in the order of the file."""
    return _titles(BOOK.current().documents)


def _titles(rows: tuple[DangerKind, ...]) -> Mapping[str, str]:
    return {id: row.title for id, row in by_id(rows).items()}
