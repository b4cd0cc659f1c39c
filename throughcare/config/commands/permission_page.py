"""The page of permissions, printed: who may do what, a table for each package. It pins the rights: a changed one shows here."""

from __future__ import annotations

from collections.abc import Iterator

from throughcare.access.competences import abilities
from throughcare.access.permissions import Permission
from throughcare.access.roles import Role, permissions, roles
from throughcare.config.commands import architecture

WORDS = (
    "Who may do what. Each package declares its own actions, one line an action, in its `rulebook/permissions.toml`; what a role",
    "is otherwise stands in [roles](rulebook/roles.md). ● the role may; ○ somebody of the role may once they were found able",
    "([competences](../security/who-may.md)); a role without a column may do nothing there.",
)


def lines() -> Iterator[str]:
    """The page, from the top package to the lowest, each action in alphabetical order of its code."""
    yield from ("# Permissions", "", *WORDS, "")
    declared = permissions().values()
    for package in _packages():
        if mine := sorted((one for one in declared if one.package == package), key=lambda one: one.id):
            yield from (f"## {package}", "", *_table(mine), "", *_waiting(mine))


def _packages() -> list[str]:
    return [name.strip(" ()") for floor in architecture.floors() for name in floor]


def _table(mine: list[Permission]) -> Iterator[str]:
    shown = [role for role in roles().values() if any(_mark(one, role) for one in mine)]
    yield "| action | " + " | ".join(role.title for role in shown) + " |"
    yield "|---|" + "---|" * len(shown)
    for one in mine:
        yield f"| {one.words} (`{one.id}`) | " + " | ".join(_mark(one, role) for role in shown) + " |"


def _mark(one: Permission, role: Role) -> str:
    if role.id in one.roles:
        return "●"
    return "○" if any(role.id in able.roles and one.id in able.adds for able in abilities().values()) else ""


def _waiting(mine: list[Permission]) -> Iterator[str]:
    waiting = [f"- `{one.id}` is asked for nowhere yet. {one.waits}" for one in mine if one.waits]
    yield from ([*waiting, ""] if waiting else [])
