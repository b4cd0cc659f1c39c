"""Which establishments there are."""

from __future__ import annotations

from throughcare.places.models import Establishment

_known: set[str] = set()  # an establishment is never taken off the list, so one that was found is not asked for again


def is_known(code: str) -> bool:
    """Whether the code is an establishment of ours."""
    if code not in _known and Establishment.objects.filter(code=code).exists():
        _known.add(code)
    return code in _known


def names() -> dict[str, str]:
    """Code to name, for every establishment."""
    return {code: f"HMP {name}" for code, name in Establishment.objects.values_list("code", "name")}
