"""Patients made before names had rows of their own get their official one, and their numbers."""

from __future__ import annotations

import uuid
from typing import Any

import jellyfish
from django.db import migrations
from django.db.models import F

WRITTEN = {"source": "record before names", "written_by": "system:migration"}


def fill(apps: Any, editor: Any) -> None:
    """One official name each, and a row for each number they have."""
    here = editor.connection.alias
    patient, name, number, match = (
        apps.get_model("patients", model).objects.using(here) for model in ("Patient", "Name", "Identifier", "Match")
    )
    for row in patient.filter(name=None).iterator():
        told = {"patient": row, "happened_at": row.made_at, "written_at": row.made_at, **WRITTEN}
        name.create(
            id=uuid.uuid4(), use="official", family_name=row.family_name, given_names=row.given_names, family_key=row.family_key,
            given_key=row.given_key, family_sound=_sound(row.family_key), given_sound=_sound(row.given_key), **told,
        )  # fmt: skip
        held = [("prison", one.prison) for one in match.filter(patient=row, superseded_by=None).annotate(
            prison=F("prisoner__prison_number"))] + ([("nhs", row.nhs_number)] if row.nhs_number else [])  # fmt: skip
        for system, value in held:
            number.create(id=uuid.uuid4(), system=system, value=value, key=value, **told)


def _sound(key: str) -> str:
    return " ".join(filter(None, map(jellyfish.metaphone, key.split())))[:80]


class Migration(migrations.Migration):
    dependencies = [("patients", "0010_estate_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
