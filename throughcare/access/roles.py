"""The roles of the rulebook, loaded once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BOOK = Path(__file__).parent / "rulebook" / "roles.toml"
# How a role's scope kind is spelled in app.scopes: care reads records, names reads who is here, audit reads who looked,
# handover reads and writes the pages that go with somebody on the way.
SCOPES = {"care": ("establishment",), "oversight": ("names",), "audit": ("audit", "names"), "handover": ("handover",)}


@dataclass(frozen=True)
class Role:
    """What somebody is here as: where they land, whose records they reach, which actions they may take."""

    id: str
    title: str
    scope: str
    lands_on: str
    may: frozenset[str]
    opens_an_hour: int

    def scopes(self, establishment: str) -> tuple[str, ...]:
        """The scopes this role gives at an establishment."""
        return tuple(f"{kind}:{establishment}" for kind in SCOPES.get(self.scope, ()))


@cache
def roles() -> dict[str, Role]:
    """Every role by its code."""
    book = tomllib.loads(BOOK.read_text(encoding="utf-8"))
    usual = {"opens_an_hour": book["opens_an_hour"]}
    return {entry["id"]: Role(**{**usual, **entry, "may": frozenset(entry["may"])}) for entry in book["roles"]}


def title(code: str) -> str:
    """The words for a role code."""
    return roles()[code].title
