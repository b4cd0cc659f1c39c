"""The risk terms from their parsed file; a phrase that cannot be read is refused by its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from throughcare.core.rulebook import IDENTITY, RulebookError, content_hash, shaped
from throughcare.record.rules.judging import Cues
from throughcare.record.rules.reading import RiskKind, RiskTerms
from throughcare.record.rules.terms import Phrase, phrase

OWN = ("groups", "cues", "risks", "spelt")
Groups = Mapping[str, Sequence[str]]


def build_terms(data: dict[str, Any]) -> RiskTerms:
    """Everything the reader needs. Raises RulebookError for an unknown key or a phrase that cannot be read."""
    if unknown := sorted(set(data) - {*IDENTITY, *OWN}):
        raise RulebookError(f"the key {unknown[0]!r} is not known. Check the spelling.")
    groups: Groups = data.get("groups", {})
    risks = tuple(_risk(row, groups) for row in data["risks"])
    cues = shaped(Cues, {}, "cues", **{name: _phrases(data["cues"], name, groups) for name in _names(data["cues"])})
    return RiskTerms(risks, cues, tuple(data["spelt"]), content_hash({key: data.get(key) for key in OWN}))


def _risk(row: dict[str, Any], groups: Groups) -> RiskKind:
    return shaped(RiskKind, row, "risks", terms=_phrases(row, "terms", groups), unless=_phrases(row, "unless", groups))


def _names(cues: dict[str, Any]) -> list[str]:
    known = [part.name for part in fields(Cues)]
    if unknown := sorted(set(cues) - set(known)):
        raise RulebookError(f"cues: the key {unknown[0]!r} is not known. Check the spelling.")
    return [name for name in known if name in cues]


def _phrases(row: dict[str, Any], key: str, groups: Groups) -> tuple[Phrase, ...]:
    return tuple(phrase(text, groups) for text in row.get(key, ()))
