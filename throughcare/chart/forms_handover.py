"""The form of a page for the way: its fields come from the rulebook's closed list and from nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from throughcare.record.handover_book import MEDICINE, ROWS, Field

MEDICINE_FIELDS = ({"id": "what", "text": "Medicine", "kind": "text"}, {"id": "dose", "text": "Dose", "kind": "text"},
                   {"id": "at", "text": "Last given", "kind": "text"})  # fmt: skip
CONTROLS = {"times": "text", "medicines": "repeating"}


def read(fields: tuple[Field, ...], posted: QueryDict) -> dict[str, Any]:
    """What was typed, by field; what is not on the page is not even read."""
    return {one.code: _typed(one, posted) for one in fields}


def items(fields: tuple[Field, ...], values: Mapping[str, Any], errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions as the field macros take them, with what was typed and the sentence of what is wrong."""
    return [_item(one, values.get(one.code), errors.get(one.code, "")) for one in fields]


def local(stored: str) -> str:
    """A stored moment as the browser's own field wants it."""
    return stored[:16]


def _typed(field: Field, posted: QueryDict) -> Any:
    if field.kind == "checkboxes":
        return posted.getlist(field.code)
    if field.kind == "medicines":
        rows = [{part: posted.get(f"{field.code}.{row}.{part}", "") for part in MEDICINE} for row in range(ROWS)]
        return [row for row in rows if any(row.values())]
    return "".join(c for c in posted.get(field.code, "") if c.isprintable())


def _item(field: Field, value: Any, error: str) -> dict[str, Any]:
    made: dict[str, Any] = {"id": field.code, "kind": CONTROLS.get(field.kind, field.kind), "text": field.text, "error": error}
    if field.hint:
        made["hint"] = field.hint
    if field.options:
        made["options"] = [{"value": one.value, "text": one.text} for one in field.options]
    if field.kind == "medicines":
        made["fields"] = [*MEDICINE_FIELDS]
    if field.kind == "datetime" and value:
        value = local(value)
    return made | {"value": value if value is not None else ""}
