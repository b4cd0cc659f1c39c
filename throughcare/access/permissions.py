"""What may be done, by whom: one line an action in the `rulebook/permissions.toml` of the package that does it. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import IDENTITY, Book, Rulebook, RulebookError, load, shaped

HOUSE = Path(__file__).parents[1]
ID = "permissions"


@dataclass(frozen=True)
class Permission:
    """One action, and the roles that may take it. `waits` says why no code asks for it yet."""

    id: str
    package: str
    words: str
    roles: frozenset[str]
    waits: str = ""


def folders(house: Path = HOUSE) -> list[Path]:
    """The rulebook of every package that declares permissions, in alphabetical order."""
    return sorted(path.parent for path in house.glob(f"*/rulebook/{ID}.toml"))


def book(rulebook: Path) -> Rulebook[list[Permission]]:
    """Every version of one package's permissions; raises RulebookError when the file cannot be read."""
    known = _BOOKS.get(rulebook)
    return known.all() if known else load(rulebook, partial(_build, rulebook.parent.name), only=(ID,))


def gathered(rulebooks: Iterable[Path], known: Iterable[str]) -> dict[str, Permission]:
    """Every permission of these rulebooks by its action.

    Raises RulebookError, one sentence, for a misspelt key, an action declared twice or a role that is not `known`.
    """
    roles, found = frozenset(known), dict[str, Permission]()
    for folder in rulebooks:
        for one in _declared(folder):
            if one.id in found:
                raise _wrong(one, f"is also declared in {found[one.id].package}. Keep one of the two lines.")
            if strange := sorted(one.roles - roles):
                raise _wrong(one, f"names the role {strange[0]}, which is not in access/rulebook/roles.toml.")
            found[one.id] = one
    return found


def granted(permissions: Mapping[str, Permission], role: str) -> frozenset[str]:
    """The actions that a role may take."""
    return frozenset(one.id for one in permissions.values() if role in one.roles)


def _wrong(one: Permission, why: str) -> RulebookError:
    return RulebookError(f"{one.package}/rulebook/{ID}.toml: the action {one.id} {why}")


def _declared(folder: Path) -> list[Permission]:
    """The lines of the newest version: a change of rights comes with a release, as a change of roles does."""
    return max(book(folder).in_use(), key=lambda entry: entry.version).value


def _build(package: str, data: Mapping[str, Any]) -> list[Permission]:
    return list(_lines(data, package))


def _lines(data: Mapping[str, Any], package: str) -> Iterator[Permission]:
    if strange := sorted(set(data) - {*IDENTITY, "actions"}):
        raise RulebookError(f"the key {strange[0]!r} is not known. Check the spelling.")
    for action, line in data.get("actions", {}).items():
        where = f"the action {action}"
        listed = line.get("roles", []) if isinstance(line, Mapping) else []
        if not isinstance(listed, list):
            raise RulebookError(f"{where}: its roles are a list of role codes, which may be empty.")
        yield shaped(Permission, line, where, id=action, package=package, roles=frozenset(listed))


_BOOKS = {folder: Book(folder, partial(_build, folder.parent.name), only=(ID,)) for folder in folders()}
