"""What leaves the screen on paper or on a page: the officers' list, the man's own sheet, the answers as written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from throughcare.core.shown import uk_datetime
from throughcare.instruments import rules as asking
from throughcare.patients.opened import PlacedPatient
from throughcare.screening import rules
from throughcare.screening.standing import Standing


@dataclass(frozen=True)
class Slip:
    """One sheet: a closed set of lines, whose it is, and on which basis it is handed over."""

    title: str
    who: str
    lines: tuple[str, ...]
    closing: str
    fields: tuple[str, ...]
    basis: str


def advice_lines(now: Standing, chosen: Collection[str] | None) -> list[dict[str, Any]]:
    """The closed list with what the answers suggest and what is ticked: what was posted, advised before, else suggested."""
    suggested = rules.suggested(now.definition, now.books, now.answers)
    ticked = chosen if chosen is not None else now.advised if now.advised is not None else suggested
    return [
        {
            "value": line.code, "text": rules.advice(now.definition, now.books, now.answers, [line.code])[0],
            "checked": line.code in ticked, "suggested": line.code in suggested,
        }
        for line in now.definition.location_advice
    ]  # fmt: skip


def for_officers(now: Standing, patient: PlacedPatient) -> Slip:
    """Location advice in the words of the closed list: no diagnosis, no drug, no free text."""
    codes = now.advised or ()
    lines = rules.advice(now.definition, now.books, now.answers, codes)
    return Slip(
        title="Healthcare advice on location", who=f"{patient.name}, {_number(patient)}, {place(patient)}",
        lines=lines or ("No special advice",), closing="Worried about him? Ring healthcare, or call Code Blue or Code Red.",
        fields=("name", "prison_number", "place", *codes), basis="safety of the person in custody; closed list",
    )  # fmt: skip


def for_the_man(now: Standing, patient: PlacedPatient) -> Slip:
    """What happens tomorrow, in short words; nothing on it can shame him or be traded."""
    lines = rules.tomorrow(now.definition, now.books, now.answers, now.facts)
    return Slip(
        title="What happens next", who=patient.given_names or patient.family_name, lines=lines, closing="",
        fields=("first name", "next steps"), basis="his own copy",
    )  # fmt: skip


def answer_sections(now: Standing) -> list[dict[str, Any]]:
    """Each answer that counts, in the order and under the headings of its instrument, with both times."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for id, book in now.books.items():
        for item in book.items:
            if row := now.rows.get(id, {}).get(item.id):
                found.setdefault((book.short_title, item.section), []).append(_answer_line(item, row))
    return [{"title": title, "section": re.sub(r"^\d+[a-z]?\s+", "", section), "lines": lines}
            for (title, section), lines in found.items()]  # fmt: skip


def _answer_line(item: asking.Item, row: Any) -> dict[str, Any]:
    return {
        "id": item.id, "question": item.text, "answer": asking.words(item, row.value), "by": row.written_by_name,
        "happened": uk_datetime(row.happened_at), "written": uk_datetime(row.written_at),
    }  # fmt: skip


def put_errors(groups: Iterable[dict[str, Any]], errors: dict[str, str], typed: QueryDict) -> None:
    """Put each sentence at its question, and what was typed back into it."""
    for group in groups:
        for item in group["items"]:
            if item["id"] in errors:
                item["error"], item["hidden"] = errors[item["id"]], False
                group["hidden"] = False
                if typed.getlist(item["id"]):
                    values = typed.getlist(item["id"])
                    item["value"] = values if item["kind"] == "checkboxes" else values[0]


def place(patient: PlacedPatient) -> str:
    """The cell, or Reception."""
    return patient.place.words if patient.place else "Reception"


def _number(patient: PlacedPatient) -> str:
    return patient.numbers[0] if patient.numbers else "no prison number yet"
