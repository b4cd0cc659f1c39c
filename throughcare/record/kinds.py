"""The kinds of encounter, from the rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from throughcare.core.rulebook import Book, by_id, whole


@dataclass(frozen=True)
class Kind:
    """A kind of contact: who may write it, and the one or two questions it answers."""

    id: str
    title: str
    roles: frozenset[str]
    ask: str
    plan: str = ""


@dataclass(frozen=True)
class _File:
    kinds: tuple[Kind, ...]


BOOK = Book(Path(__file__).parent / "rulebook", lambda data: by_id(whole(_File)(data).kinds), only=("encounters",))


def kinds() -> dict[str, Kind]:
    """Every kind by its code."""
    return BOOK.current()


def kinds_for(role: str) -> list[Kind]:
    """The kinds that a role may write, in the order of the file."""
    return [kind for kind in kinds().values() if role in kind.roles]
