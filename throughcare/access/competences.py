"""The competences of the rulebook, loaded once: what each adds to which roles, in which tier, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from throughcare.core.rulebook import Book, by_id, whole


@dataclass(frozen=True)
class Ability:
    """Something that somebody was found able to do."""

    id: str
    title: str
    tier: int
    roles: frozenset[str]
    adds: frozenset[str]
    lasts_days: int

    @property
    def lasts(self) -> timedelta:
        """How long it holds after somebody was found able."""
        return timedelta(days=self.lasts_days)


@dataclass(frozen=True)
class _File:
    competences: tuple[Ability, ...]


BOOK = Book(Path(__file__).parent / "rulebook", lambda data: by_id(whole(_File)(data).competences), only=("competences",))


def abilities() -> dict[str, Ability]:
    """Every competence by its code."""
    return BOOK.current()


def added(role: str, held: Iterable[str], tiers: Iterable[int]) -> frozenset[str]:
    """The actions that competences add to a role, within the tiers that the contract covers."""
    covered = set(tiers)
    able = (abilities()[code] for code in held if code in abilities())
    return frozenset().union(*(one.adds for one in able if role in one.roles and one.tier in covered))
