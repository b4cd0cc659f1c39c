"""The kinds of encounter, from the rulebook."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BOOK = Path(__file__).parent / "rulebook" / "encounters.toml"


@dataclass(frozen=True)
class Kind:
    """A kind of contact: who may write it, and the one or two questions it answers."""

    id: str
    title: str
    roles: frozenset[str]
    ask: str
    plan: str = ""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its code."""
    entries = tomllib.loads(BOOK.read_text(encoding="utf-8"))["kinds"]
    return {entry["id"]: Kind(**{**entry, "roles": frozenset(entry["roles"])}) for entry in entries}


def kinds_for(role: str) -> list[Kind]:
    """The kinds that a role may write, in the order of the file."""
    return [kind for kind in kinds().values() if role in kind.roles]
