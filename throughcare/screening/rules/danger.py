"""How dangerous an arrival is: the order of the arrivals board."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from throughcare.core.rulebook import IDENTITY, RulebookError, shaped
from throughcare.instruments import rules as instruments


@dataclass(frozen=True)
class DangerRule:
    """One thing that makes an arrival dangerous; `when` compares concepts."""

    code: str
    words: str
    weight: int
    basis: str
    when: instruments.Condition | None = None


@dataclass(frozen=True)
class Danger:
    """How dangerous an arrival is: a weight for the order of the board, and why, the gravest first."""

    weight: int = 0
    reasons: tuple[str, ...] = ()


def danger(rules: Collection[DangerRule], concepts: Mapping[str, Any], known: Collection[str] = ()) -> Danger:
    """How dangerous an arrival is, from answers by concept and from codes already known (a warning, the last stay)."""
    found = [rule for rule in rules if rule.code in known or (rule.when and instruments.holds(rule.when, concepts))]
    found.sort(key=lambda rule: -rule.weight)
    return Danger(sum(rule.weight for rule in found), tuple(rule.words for rule in found))


def build_dangers(data: dict[str, Any]) -> tuple[DangerRule, ...]:
    """The danger rules from their parsed file."""
    if unknown := sorted(set(data) - {*IDENTITY, "dangers"}):
        raise RulebookError(f"the key {unknown[0]!r} is not known. Check the spelling.")
    return tuple(
        shaped(DangerRule, row, "dangers", when=instruments.condition(row.get("when"), "dangers")) for row in data["dangers"]
    )
