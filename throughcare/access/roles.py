"""The roles of the rulebook with what each may do, loaded once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from throughcare.access.permissions import Permission, folders, gathered, granted

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
    book = _book()
    usual = {"opens_an_hour": book["opens_an_hour"]}
    return {one["id"]: Role(**{**usual, **one, "may": granted(permissions(), one["id"])}) for one in book["roles"]}


@cache
def permissions() -> dict[str, Permission]:
    """Every permission of every package by its action. Raises RulebookError with the sentence of the first mistake."""
    return gathered(folders(), (one["id"] for one in _book()["roles"]))


def title(code: str) -> str:
    """The words for a role code."""
    return roles()[code].title


def _book() -> dict[str, Any]:
    return tomllib.loads(BOOK.read_text(encoding="utf-8"))
