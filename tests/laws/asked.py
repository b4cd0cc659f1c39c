"""Which actions the house asks for, read from its source: code, templates and rulebooks.

An action is asked for by `.may("…")`, by `may="…"` or `signs="…"` of whatever carries it (a view, a kind, a form, a signature),
or by a name that runs over a table: `for name in ("…", "…")`, `for action, … in WRITES`, `page[2] … for page in PAGES`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import throughcare

HOUSE = Path(throughcare.__file__).parent
CARRIERS = frozenset({"may", "signs"})  # fields and arguments that carry an action to where it is asked for
IN_A_TEMPLATE = re.compile(r'\.may\("(\w+)"\)')
IN_A_RULEBOOK = re.compile(r'^\s*(?:may|signs) = "(\w+)"', re.M)


class Asked(NamedTuple):
    """One action, and the file that asks for it; a blank action is one that could not be read."""

    action: str
    where: str


def asked(house: Path = HOUSE) -> set[Asked]:
    """Every action that is asked for below a folder of packages, tests apart."""
    found = {Asked(action, where) for path in _files(house, ".py") for action, where in _of_module(path, house)}
    for suffix, form in ((".jinja", IN_A_TEMPLATE), (".toml", IN_A_RULEBOOK)):
        for path in _files(house, suffix):
            found |= {Asked(action, _name(path, house)) for action in form.findall(path.read_text(encoding="utf-8"))}
    return found


def _files(house: Path, suffix: str) -> Iterator[Path]:
    yield from (path for path in sorted(house.rglob(f"*{suffix}")) if not {"tests", "migrations"} & set(path.parts))


def _name(path: Path, house: Path) -> str:
    return str(path.relative_to(house.parent))


def _of_module(path: Path, house: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):  # every comprehension and loop lends its names to the calls within it
        for child in ast.iter_child_nodes(node):
            child.above = node  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((action, f"{_name(path, house)}:{node.lineno}") for action in _of_call(node, tree, path, house))


def _of_call(call: ast.Call, tree: ast.Module, path: Path, house: Path) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg in CARRIERS and isinstance(keyword.value, ast.Constant) and keyword.value.value:
            yield str(keyword.value.value)
    if isinstance(call.func, ast.Name) and (kind := _dataclass(call.func.id, path, house)):
        names = [one.name for one in fields(kind)]
        given = zip(names, call.args, strict=False)
        yield from (str(one.value) for name, one in given if name in CARRIERS and isinstance(one, ast.Constant) and one.value)
    if isinstance(call.func, ast.Attribute) and call.func.attr == "may" and len(call.args) == 1:
        yield from _of_argument(call.args[0], call, path, house)


def _of_argument(said: ast.expr, call: ast.Call, path: Path, house: Path) -> Iterator[str]:
    if isinstance(said, ast.Constant):
        yield str(said.value)
    elif isinstance(said, ast.Attribute) and said.attr in CARRIERS:
        return  # what it carries is read where it is made
    elif isinstance(said, ast.Name) and said.id in CARRIERS and _is_parameter(said.id, call):
        return
    else:
        name, place = (said.id, None) if isinstance(said, ast.Name) else _subscript(said)
        yield from _of_table(name, place, call, path, house) or [""]


def _subscript(said: ast.expr) -> tuple[str, int | None]:
    plain = isinstance(said, ast.Subscript) and isinstance(said.value, ast.Name) and isinstance(said.slice, ast.Constant)
    return (said.value.id, said.slice.value) if plain else ("", None)  # type: ignore[attr-defined]


def _is_parameter(name: str, node: Any) -> bool:
    while not isinstance(node, ast.FunctionDef | ast.Module):
        node = node.above
    return isinstance(node, ast.FunctionDef) and name in {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}


def _of_table(name: str, place: int | None, node: Any, path: Path, house: Path) -> list[str]:
    """The strings that a name runs over, in the comprehension or loop around it."""
    while not isinstance(node, ast.Module):
        for loop in [node] if isinstance(node, ast.For) else getattr(node, "generators", []):
            names = [one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)]
            if name in names:
                at = place if place is not None else (names.index(name) if len(names) > 1 else None)
                rows = _value(loop.iter, path, house)
                return [one for one in (row if at is None else row[at] for row in rows) if one not in _scopes()]
        node = node.above
    return []


def _value(said: ast.expr, path: Path, house: Path) -> Any:
    if isinstance(said, ast.Name):
        return getattr(_module(path, house), said.id, ())
    try:
        return ast.literal_eval(said)
    except ValueError:
        return ()


def _scopes() -> frozenset[str]:
    """A table of pages may name a scope in the place of an action."""
    from throughcare.access.roles import SCOPES

    return frozenset(SCOPES)


def _dataclass(name: str, path: Path, house: Path) -> Any:
    """The dataclass of ours that a name stands for in a module, if it carries an action."""
    if not name[:1].isupper():
        return None
    found = getattr(_module(path, house), name, None)
    ours = isinstance(found, type) and is_dataclass(found)
    return found if ours and CARRIERS & {one.name for one in fields(found)} else None  # type: ignore[arg-type]


def _module(path: Path, house: Path) -> Any:
    parts = path.relative_to(house.parent).with_suffix("").parts
    return import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
