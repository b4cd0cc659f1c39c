"""Every address of the house, with the parts of it filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from throughcare.core import ids


@dataclass(frozen=True)
class Address:
    """One URL pattern: its name, its view and the parts it asks for."""

    name: str
    route: str
    view: Any
    path: str

    def __str__(self) -> str:
        return self.name or self.route


def addresses(resolver: URLResolver, **parts: Any) -> list[Address]:
    """Every pattern; a part that is not given gets a value that fits nothing."""
    return [_address(pattern, prefix, parts) for prefix, pattern in _patterns(resolver, "")]


def _patterns(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one, route)
        else:
            yield prefix, one


def _address(pattern: URLPattern, prefix: str, parts: dict[str, Any]) -> Address:
    route = path = prefix + str(pattern.pattern)
    nowhere = {
        "code": "LEI", "alert": "fs_sh_now_stop", "number": "1", "kind": "encounter", "pathway": "early-days",
        "instrument": "audit-c",
    }  # fmt: skip
    for part, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        filled = str(parts.get(part) or nowhere.get(part) or ids.new())
        path = path.replace(f"<{kind}:{part}>", filled)
    assert "<" not in path, path
    return Address(pattern.name or "", route, pattern.callback, "/" + path)
