"""What was said before, beside a blank question: found by the question itself, or by another question of the same concept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from throughcare.instruments.rules import Item, Value, number


def fits(item: Item, value: Value) -> bool:
    """Whether an answer given to another question of the same concept could be an answer to this one."""
    if item.fields:
        rows = [value] if item.type == "vitals" else value
        return isinstance(rows, list) and all(_fits_card(item, row) for row in rows)
    if item.options:
        codes = value if isinstance(value, list) else [value]
        offered = {option.code for option in item.options}
        return isinstance(value, list) is (item.type == "multichoice") and all(code in offered for code in codes)
    if item.type in ("date", "datetime"):
        return _is_moment(value, item.type)
    return number(value) is not None if item.type in ("number", "integer") else isinstance(value, str)


def _is_moment(value: Value, type: str) -> bool:
    try:
        return bool((date if type == "date" else datetime).fromisoformat(value))
    except (TypeError, ValueError):
        return False


def _fits_card(item: Item, row: Value) -> bool:
    return isinstance(row, Mapping) and set(row) <= {field.id for field in item.fields}
