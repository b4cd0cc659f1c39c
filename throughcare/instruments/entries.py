"""Measurements, and answers in somebody's own words, as entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughcare.core.kinds import Kind
from throughcare.instruments import rules
from throughcare.instruments.models import Answer
from throughcare.record.models import Observation


def score_title(code: str) -> str:
    """A score by the name of its instrument and subscale: "score:cows" is COWS."""
    _, id, *part = code.split(":")
    books = [entry.value for entry in rules.book() if entry.id == id]
    if not books:
        return id
    named = {one.id: one.title for one in books[-1].subscales}
    return ": ".join([books[-1].short_title, *(named.get(one, one).lower() for one in part)])


def _measured(row: Observation) -> str:
    if row.code.startswith("score:"):
        return f"{score_title(row.code)} {row.value}"
    return f"{row.code.replace('_', ' ')} {row.value} {row.unit}".strip()


def _asked(row: Answer) -> str:
    """The question as it was put, in the version that was asked; its code where no file has it any more."""
    asked = [entry.value for entry in rules.book() if (entry.id, str(entry.version)) == _version(row)]
    known = {item.id: item.text for book in asked for item in book.items}
    return f"Answer: {known.get(row.item, row.item.replace('_', ' '))}"


def _version(row: Answer) -> tuple[str, str]:
    return row.response.instrument, row.response.version


def texts(value: Any) -> Iterator[str]:
    """Every text in an answer, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def _where(row: Answer) -> str:
    return f"screens/{row.response.occasion}/#{row.item}"


KINDS = (
    Kind(
        Observation, "Measurement", "Measurements", _measured, joins=True,
        # Totals first, and always in one order, so that two sets can be compared.
        order=lambda row: (not row.code.startswith("score:"), row.code),
    ),
    Kind(
        Answer, "Answer", "Answers", _asked, lambda row: (("Words", "; ".join(texts(row.value))),),
        origin=lambda row: "First-night answer", page=_where,
    ),
)  # fmt: skip
