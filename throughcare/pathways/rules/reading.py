"""Pathways from their files, read strictly: what is not known or not there is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from throughcare.core.rulebook import IDENTITY, RulebookError, shaped
from throughcare.pathways.rules.pathways import Pathway, Rung, Stage, Step
from throughcare.pathways.rules.windows import On, window

_KEYS = frozenset({*IDENTITY, "about", "services", "enters_on", "leaves_on", "stages", "steps"})


def build(data: dict[str, Any]) -> Pathway:
    """One pathway from its parsed file. A step with neither `starts_on` nor `after` starts with the pathway's entry."""
    if unknown := sorted(set(data) - _KEYS):
        raise RulebookError(f"the key {unknown[0]!r} is not known. Check the spelling.")
    enters_on, leaves_on = (_facts(data.get(key, ()), key) for key in ("enters_on", "leaves_on"))
    made: dict[str, Any] = {
        "id": data.get("id"), "version": data.get("version"), "title": data.get("title"), "about": data.get("about", ""),
        "services": tuple(data.get("services", ())),
    }  # fmt: skip
    stages = tuple(shaped(Stage, row, f"stages, {row.get('id', 'one without an id')}") for row in data.get("stages", ()))
    steps = tuple(_step(row, made, enters_on) for row in data.get("steps", ()))
    return Pathway(**made, enters_on=enters_on, leaves_on=leaves_on, stages=stages, steps=steps)


def _step(row: Mapping[str, Any], pathway: Mapping[str, Any], entry: tuple[On, ...]) -> Step:
    where = f"steps, {row.get('id', 'one without an id')}"
    ready: dict[str, Any] = {
        "starts_on": _facts(row.get("starts_on", ()), f"{where}, starts_on") or (() if row.get("after") else entry),
        "done_by": _facts(row.get("done_by", ()), f"{where}, done_by"),
        "due": window(row.get("due", {}), where),
        **{key: window(row[key], where) for key in ("warn_after", "opens", "at_least", "done_holds") if key in row},
        "escalate": tuple(_rung(part, where) for part in row.get("escalate", ())),
    }
    return shaped(Step, row, where, **ready, pathway=pathway["id"], version=pathway["version"])


def _rung(row: Mapping[str, Any], where: str) -> Rung:
    return shaped(Rung, row, f"{where}, escalate", after=window(row.get("after", {}), f"{where}, escalate"))


def _facts(rows: Iterable[Mapping[str, Any]], where: str) -> tuple[On, ...]:
    return tuple(shaped(On, row, where) for row in rows)
