"""What a sample can be tested for, from the rulebook: panels, their tests, and what a test can come to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import shaped

BOOK = Path(__file__).parent / "rulebook" / "panels.toml"


@dataclass(frozen=True)
class Test:
    """One test of a panel; `tells` are the outcomes that the pathways hear of."""

    __test__ = False  # not one of pytest's

    id: str
    title: str
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Panel:
    """Tests that are asked for together, and how the sample for them can be taken."""

    id: str
    title: str
    methods: tuple[str, ...]
    tests: tuple[Test, ...]

    def titles(self) -> Mapping[str, str]:
        """Code -> words of each test."""
        return {test.id: test.title for test in self.tests}

    def told(self, results: Mapping[str, str]) -> tuple[str, ...]:
        """What the pathways hear of these results, as hcv_rna_positive."""
        return tuple(f"{test.id}_{results[test.id]}" for test in self.tests if results.get(test.id) in test.tells)


@cache
def panels() -> Mapping[str, Panel]:
    """Every panel by its code, in the order of the file."""
    return {row["id"]: _panel(row) for row in _book()["panels"]}


@cache
def methods() -> Mapping[str, str]:
    """Code -> words of each way to take a sample."""
    return {row["id"]: row["title"] for row in _book()["methods"]}


@cache
def outcomes() -> Mapping[str, str]:
    """Code -> words of all that a test can come to."""
    return {row["id"]: row["title"] for row in _book()["outcomes"]}


def panel_title(code: str) -> str:
    """The words of a panel, or its code where the file does not know it."""
    return panels()[code].title if code in panels() else code


def _panel(row: Mapping[str, Any]) -> Panel:
    tests = tuple(shaped(Test, test, f"panels, {row['id']}, {test.get('id', 'a test')}") for test in row["tests"])
    return shaped(Panel, row, f"panels, {row['id']}", tests=tests)


@cache
def _book() -> Mapping[str, Any]:
    return tomllib.loads(BOOK.read_text(encoding="utf-8"))
