"""Rows of any model with every field filled in, to attack the laws with and to plant canaries. Never how the app writes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from throughcare.core import ids, laws
from throughcare.core.laws import Law, Sight

MOMENT = datetime(2026, 3, 2, 20, 10, tzinfo=UTC)

# Where a constraint joins fields, what goes into them.
TOGETHER: dict[str, dict[str, Any]] = {
    "pathways_task": {
        "cancelled_because": "", "ended_by": "", "clock": "mh_urgent", "clock_version": "1", "owner_role": "prescriber",
        "claimed_by": "", "ladder": [],
    },
    "pathways_clockstart": {"task_id": None},
    "pathways_enrolment": {"left_because": ""},
    "pathways_servicerequest": {"redirects": 0},
    "pathways_servicerequestanswer": {"decision": "accept", "tier": 1, "to_service": "", "instead": ""},
    "pathways_observationplan": {"plan": "unwell", "version": 1},
    "custody_keydate": {"certainty": "unknown"},
    "screening_advice": {"codes": []},
    "screening_screen": {"version": "1"},
    "instruments_score": {"version": "1"},
    "hmpps_feedmessage": {"status": "parked"},
    "patients_disclosure": {"basis": "agreed_list", "fields": ["bottom_bunk"]},
    "patients_name": {"use": "alias"},
    "patients_merge": {"proposed_by": "one", "confirmed_by": "another"},
}  # fmt: skip


def filled(model: type[models.Model], text: str = "words", **given: Any) -> Any:
    """An unsaved row; foreign keys that may not be empty must be given."""
    fixed = {**TOGETHER.get(model._meta.db_table, {}), **given}
    values = {
        field.attname: _value(field, text)
        for field in model._meta.concrete_fields
        if field.attname not in fixed and field.name not in fixed and not isinstance(field, models.AutoField)
    }
    return model(**{**values, **fixed})


def _value(field: Any, text: str) -> Any:
    if field.primary_key:
        return ids.new()
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.CharField | models.TextField):
        return text[: field.max_length] if (field.max_length or 99) > 5 else "LEI"
    if field.null:
        return None
    return next(make(text) for kind, make in _MADE if isinstance(field, kind))


_MADE: tuple[tuple[Any, Any], ...] = (
    (ArrayField, lambda text: []),
    (models.UUIDField, lambda text: ids.new()),
    (models.DateTimeField, lambda text: MOMENT),
    (models.DateField, lambda text: date(2026, 3, 2)),
    (models.BooleanField, lambda text: False),
    (models.IntegerField, lambda text: 1),
    (models.BinaryField, lambda text: text.encode()),
    (models.JSONField, lambda text: {"words": text}),
)


def ours() -> list[tuple[type[models.Model], Law]]:
    """Every table of ours with its law."""
    return [(model, law) for model, law in laws.tables() if model.__module__.startswith("throughcare.")]


def seen_by(sight: Sight) -> list[type[models.Model]]:
    """The tables whose rows belong to a person of that kind, the person's own table and the reach table left out."""
    return [model for model, law in ours() if law.seen_by == sight and not law.gate and not law.derived and law.key != "id"]


def name_of(thing: Any) -> str:
    """A short name for a test's table of cases."""
    if isinstance(thing, tuple):
        return "-".join(map(str, thing))
    if isinstance(thing, Law):
        return "law"
    return str(thing._meta.db_table if hasattr(thing, "_meta") else thing)
