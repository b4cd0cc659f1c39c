"""The kinds of flag and of incident, from the rulebook."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

BOOK = Path(__file__).parent / "rulebook" / "dangers.toml"
FLAG_WORDS = 120  # leaves room on the row for the reason when it ends


@cache
def flag_kinds() -> Mapping[str, str]:
    """Code -> words of each kind of flag, in the order of the file."""
    return _titles("flags")


@cache
def incident_kinds() -> Mapping[str, str]:
    """Code -> words of each kind of incident, in the order of the file."""
    return _titles("incidents")


@cache
def document_kinds() -> Mapping[str, str]:
    """Code -> words of each kind of paper, in the order of the file."""
    return _titles("documents")


def _titles(table: str) -> Mapping[str, str]:
    rows = tomllib.loads(BOOK.read_text(encoding="utf-8"))[table]
    return {row["id"]: row["title"] for row in rows}
