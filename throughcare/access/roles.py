"""The roles of the rulebook, loaded once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import Book, by_id, only, typed

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


def roles() -> dict[str, Role]:
    """Every role by its code."""
    return BOOK.current()


def title(code: str) -> str:
    """The words for a role code."""
    return roles()[code].title


def _build(data: dict[str, Any]) -> dict[str, Role]:
    only(data, "opens_an_hour", "roles")
    usual = {"opens_an_hour": data["opens_an_hour"]}
    return by_id(typed(Role, usual | row, f"roles, {row.get('id', 'one without an id')}") for row in data["roles"])


BOOK = Book(Path(__file__).parent / "rulebook", _build, only=("roles",))
