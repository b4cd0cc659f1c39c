"""Questions as the field templates take them: plain values, nothing decided."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from throughcare.core import clock
from throughcare.core.shown import uk_date, uk_time
from throughcare.instruments import rules as asking
from throughcare.instruments.models import Answer
from throughcare.instruments.rules import Item, Value
from throughcare.screening import rules
from throughcare.screening.rules import Group, Part, Question
from throughcare.screening.standing import Standing

KINDS = {
    "choice": "radios", "multichoice": "checkboxes", "integer": "number", "number": "number", "text": "textarea",
    "date": "date", "datetime": "datetime", "vitals": "vitals", "repeating": "repeating", "drawing": "repeating",
}  # fmt: skip
LONG_LIST = 8  # more options than this are picked from a list, not tapped
PICTURES = {"pint": "pint", "can": "can", "wine": "wine", "spirits": "shot"}  # the first word of a drink's code


def groups(now: Standing, part: Part) -> list[dict[str, Any]]:
    """Every group of a part with every item it may ever show; what is not put now is hidden."""
    shown = {question.ref for question in now.shown}
    found = [_group(now, group, shown) for group in now.definition.groups(part)]
    return [group for group in found if group["items"]]


def _group(now: Standing, group: Group, shown: set[str]) -> dict[str, Any]:
    items = [_one(now, ref, ref in shown, group) for ref in group.items]
    kept = [item for item in items if item]
    return {
        "title": group.title, "lead": group.lead, "items": kept, "hidden": all(item["hidden"] for item in kept),
        "optional": group.optional, "quoted": group.lead != rules.SCORE_ENTRY,
    }  # fmt: skip


def observed(now: Standing, items: tuple[Question, ...]) -> list[dict[str, Any]]:
    """The observed-only questions."""
    return [field for q in items if (field := as_field(q.item, now.rows.get(q.instrument, {}).get(q.item.id), hidden=False))]


def visibility(now: Standing) -> dict[str, bool]:
    """item -> whether it is put now, for every item the page may show."""
    shown = {question.ref for question in now.shown}
    refs = [ref for part in (now.definition.core, now.definition.rest) for group in part for ref in group.items]
    return {ref.partition(":")[2]: ref in shown for ref in refs}


def _one(now: Standing, ref: str, shown: bool, group: Group) -> dict[str, Any] | None:
    instrument, _, item_id = ref.partition(":")
    item = next(one for one in now.books[instrument].items if one.id == item_id)
    impossible = not now.facts.get(now.definition.only_if.get(ref, ""), True) or not now.facts.get(group.only_if, True)
    if item.type in ("derived", "signature") or impossible:
        return None
    given = now.rows.get(instrument, {}).get(item_id)
    return as_field(item, given, hidden=not shown) | _history(now, item, given)


def as_field(item: Item, row: Answer | None, *, hidden: bool) -> dict[str, Any]:
    """One item for the `field` macro."""
    value = row.value if row else None
    field: dict[str, Any] = {
        "id": item.id, "kind": _kind(item), "text": item.text, "hint": item.hint, "options": _options(item.options),
        "unit": item.unit, "seen": row.seq if row else 0, "saved": uk_time(row.written_at) if row else "", "hidden": hidden,
        "fields": [_cell(one) for one in item.fields], "lines": 2,
    }  # fmt: skip
    if asking.answered(value):
        field["value"] = _shown(item, value)
    if item.type == "drawing":
        field["figure"] = True
    if field["kind"] == "counters":
        field["total"] = str(asking.weighed(item, value or {}) or 0)
    return field


def _history(now: Standing, item: Item, given: Answer | None) -> dict[str, Any]:
    """What was said last time, in words; only a stable fact may be taken over, and only by a tap."""
    before, stable = now.earlier(item), item.id in now.offered
    if before is None or not asking.answered(before.value) or (given and given.value == before.value):
        return {}
    if not stable and not _says_something(item, before.value):
        return {}
    said = {"history": f"{asking.words(item, before.value)} ({uk_date(before.happened_at)})"}
    return said | ({"still": json.dumps(names(item, before.value))} if stable and given is None else {})


def _says_something(item: Item, value: Value) -> bool:
    """Whether an old answer is worth the reader's eye: a "no", "none" or last stay's pulse is not."""
    if item.type in ("choice", "multichoice"):
        return not all(option.exclusive or option.code == "no" for option in asking.chosen(item, value))
    return item.concept != "observations"


def names(item: Item, value: Value) -> Any:
    """An answer as the page's controls hold it: a list of values, or a mapping of names."""
    if isinstance(value, dict):
        return {f"{item.id}.{key}": _cell_value(item, key, part) for key, part in value.items()}
    if item.type in ("repeating", "drawing"):
        rows = enumerate(value or [])
        return {f"{item.id}.{n}.{key}": _cell_value(item, key, part) for n, row in rows for key, part in row.items()}
    return value if isinstance(value, list) else [str(_shown(item, value))] if asking.answered(value) else []


def _kind(item: Item) -> str:
    if item.type == "choice" and len(item.options) > LONG_LIST:
        return "select"
    if item.type == "vitals" and any(field.weight is not None for field in item.fields):
        return "counters"
    return KINDS[item.type]


def _options(options: Any) -> list[dict[str, Any]]:
    return [{"value": o.code, "text": o.text, "hint": o.hint, "exclusive": o.exclusive} for o in options]


def _cell(field: asking.Field) -> dict[str, Any]:
    return {
        "id": field.id, "text": field.label, "kind": field.type, "options": _options(field.options) if field.options else None,
        "unit": field.unit, "weight": field.weight, "picture": PICTURES.get(field.id.partition("_")[0], "bottle"),
        "width": 5 if field.type in ("number", "integer") else None,
    }  # fmt: skip


def _shown(item: Item, value: Value) -> Any:
    if item.type == "datetime":
        return _local(str(value))
    if isinstance(value, dict):
        return {key: _cell_value(item, key, part) for key, part in value.items()}
    if item.type in ("repeating", "drawing"):
        return [{key: _cell_value(item, key, part) for key, part in row.items()} for row in value or []]
    return value


def _cell_value(item: Item, key: str, value: Any) -> str:
    field = next((one for one in item.fields if one.id == key), None)
    return _local(str(value)) if field and field.type == "datetime" else str(value)


def _local(moment: str) -> str:
    """As a datetime-local control holds it."""
    return f"{clock.local(datetime.fromisoformat(moment)):%Y-%m-%dT%H:%M}"
