"""Which functions a function calls, read from its source, however deep."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

Function = Callable[..., Any]


def calls(function: Function, seen: set[Function] | None = None) -> set[Function]:
    """Every function of the house that this one calls, itself or through another."""
    seen = set() if seen is None else seen
    for called in _called(inspect.unwrap(function)):
        if called not in seen:
            seen.add(called)
            calls(called, seen)
    return seen


def _called(function: Function) -> Iterator[Function]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        found = _found(node.func, function) if isinstance(node, ast.Call) else None
        if inspect.isfunction(found) and found.__module__.startswith("throughcare."):
            yield found


def _found(name: ast.expr, function: Function) -> Any:
    """What a name or `module.name` stands for where the function was written."""
    if isinstance(name, ast.Name):
        return function.__globals__.get(name.id)
    if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name):
        return getattr(function.__globals__.get(name.value.id), name.attr, None)
    return None
