"""The competences of the rulebook, loaded once: what each adds to which roles, in which tier, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from throughcare.access.roles import permissions, roles
from throughcare.core.rulebook import Book, RulebookError, by_id, whole


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


def abilities() -> dict[str, Ability]:
    """Every competence by its code. Raises RulebookError for one that names an action or a role that does not exist."""
    return BOOK.current()


def _build(data: dict[str, Any]) -> dict[str, Ability]:
    found = by_id(whole(_File)(data).competences)
    for one in found.values():
        if strange := sorted((one.roles - set(roles())) | (one.adds - set(permissions()))):
            raise RulebookError(f"{one.id} names {strange[0]}, which is neither a role nor an action of the house.")
    return found


BOOK = Book(Path(__file__).parent / "rulebook", _build, only=("competences",))


def added(role: str, held: Iterable[str], tiers: Iterable[int]) -> frozenset[str]:
    """The actions that competences add to a role, within the tiers that the contract covers."""
    covered = set(tiers)
    able = (abilities()[code] for code in held if code in abilities())
    return frozenset().union(*(one.adds for one in able if role in one.roles and one.tier in covered))
