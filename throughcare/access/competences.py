"""The competences of the rulebook, loaded once: what each adds to which roles, in which tier, and for how long."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

BOOK = Path(__file__).parent / "rulebook" / "competences.toml"


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


@cache
def abilities() -> dict[str, Ability]:
    """Every competence by its code."""
    entries = tomllib.loads(BOOK.read_text(encoding="utf-8"))["competences"]
    sets = ("roles", "adds")
    return {entry["id"]: Ability(**{**entry, **{name: frozenset(entry[name]) for name in sets}}) for entry in entries}


def added(role: str, held: Iterable[str], tiers: Iterable[int]) -> frozenset[str]:
    """The actions that competences add to a role, within the tiers that the contract covers."""
    covered = set(tiers)
    able = (abilities()[code] for code in held if code in abilities())
    return frozenset().union(*(one.adds for one in able if role in one.roles and one.tier in covered))
