"""The roles of the rulebook with what each may do, loaded once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throughcare.access.permissions import Permission, folders, gathered, granted
from throughcare.core.rulebook import Book, by_id, once, whole

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


@dataclass(frozen=True)
class RoleLine:
    """A role as the file has it; `opens_an_hour` of its own, or that of all."""

    id: str
    title: str
    scope: str
    lands_on: str
    opens_an_hour: int = 0


@dataclass(frozen=True)
class RoleFile:
    """The roles, and how many people's records each opens in an hour unless it says otherwise."""

    opens_an_hour: int
    roles: tuple[RoleLine, ...]


@once
def roles() -> dict[str, Role]:
    """Every role by its code."""
    found, allowed = BOOK.current(), permissions()
    return {
        one.id: Role(
            id=one.id, title=one.title, scope=one.scope, lands_on=one.lands_on, may=granted(allowed, one.id),
            opens_an_hour=one.opens_an_hour or found.opens_an_hour,
        )
        for one in found.roles
    }  # fmt: skip


@once
def permissions() -> dict[str, Permission]:
    """Every permission of every package by its action. Raises RulebookError with the sentence of the first mistake."""
    return gathered(folders(), (one.id for one in BOOK.current().roles))


def title(code: str) -> str:
    """The words for a role code."""
    return roles()[code].title


def _build(data: dict[str, Any]) -> RoleFile:
    made = whole(RoleFile)(data)
    by_id(made.roles)
    return made


BOOK = Book(Path(__file__).parent / "rulebook", _build, only=("roles",))
