"""Titles that name no illness: they stand beside a name in lists that others can read over a shoulder (hazard H33)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import Rulebook, load
from throughcare.pathways.referring import unfit_for_paper
from throughcare.pathways.rules import Pathway

FOLDER = Path(__file__).parent / "rulebook"


@cache
def books(overlay: Path | None = None) -> Rulebook[tuple[str, ...]]:
    """Every version of the words that titles may not hold."""
    return load(FOLDER, _build, overlay, only=("titles",))


def naming(pathways: Iterable[Pathway], day: date) -> Iterator[str]:
    """A sentence for each title of a pathway, a stage or a step, and each `about`, that names an illness by that day's list."""
    words = books().on("titles", day).value
    for pathway in pathways:
        parts = [*(stage.title for stage in pathway.stages), *(step.title for step in pathway.steps)]
        for said in (pathway.title, pathway.about, *parts):
            if found := unfit_for_paper(said, words, ()):
                yield f"“{said}” of {pathway.id} names an illness ({found}): lists are read over shoulders."


def _build(data: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(data["illnesses"])
