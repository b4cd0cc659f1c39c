"""Titles that name no illness: they stand beside a name in lists that others can read over a shoulder (hazard H33)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from throughcare.core.paper import unfit_for_paper
from throughcare.core.rulebook import Book, Rulebook, whole
from throughcare.pathways.rules import Pathway

FOLDER = Path(__file__).parent / "rulebook"


@dataclass(frozen=True)
class _File:
    illnesses: tuple[str, ...]


BOOK = Book(FOLDER, lambda data: whole(_File)(data).illnesses, only=("titles",))


def books() -> Rulebook[tuple[str, ...]]:
    """Every version of the words that titles may not hold."""
    return BOOK.all()


def naming(pathways: Iterable[Pathway], day: date) -> Iterator[str]:
    """A sentence for each title of a pathway, a stage or a step, and each `about`, that names an illness by that day's list."""
    words = books().on("titles", day).value
    for pathway in pathways:
        parts = [*(stage.title for stage in pathway.stages), *(step.title for step in pathway.steps)]
        for said in (pathway.title, pathway.about, *parts):
            if found := unfit_for_paper(said, words, ()):
                yield f"“{said}” of {pathway.id} names an illness ({found}): lists are read over shoulders."
