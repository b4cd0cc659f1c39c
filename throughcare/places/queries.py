"""Which establishments there are."""

from __future__ import annotations

from throughcare.places.models import Establishment


def is_known(code: str) -> bool:
    """Whether the code is an establishment of ours."""
    return Establishment.objects.filter(code=code).exists()


def names() -> dict[str, str]:
    """Code to name, for every establishment."""
    return {code: f"HMP {name}" for code, name in Establishment.objects.values_list("code", "name")}
