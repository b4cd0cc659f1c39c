"""The roles of the rulebook, loaded once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BOOK = Path(__file__).parent / "rulebook" / "roles.toml"
SCOPES = {"care": "establishment", "audit": "audit"}  # how a role's scope kind is spelled in app.scopes


@dataclass(frozen=True)
class Role:
    """What somebody is here as: where they land, whose records they reach, which actions they may take."""

    id: str
    title: str
    scope: str
    lands_on: str
    may: frozenset[str]

    def scopes(self, establishment: str) -> tuple[str, ...]:
        """The scopes this role gives at an establishment."""
        kind = SCOPES.get(self.scope)
        return (f"{kind}:{establishment}",) if kind else ()


@cache
def roles() -> dict[str, Role]:
    """Every role by its code."""
    entries = tomllib.loads(BOOK.read_text(encoding="utf-8"))["roles"]
    return {entry["id"]: Role(**{**entry, "may": frozenset(entry["may"])}) for entry in entries}


def title(code: str) -> str:
    """The words for a role code."""
    return roles()[code].title
