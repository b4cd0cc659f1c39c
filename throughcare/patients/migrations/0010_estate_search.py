"""Looking for somebody across the estate: masked, few, and always traced."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "0010_estate_search.sql").read_text(encoding="utf-8")
UNDO = "DROP FUNCTION patients_estate_search(uuid, text, text, text, text, text, text, date, text)"


class Migration(migrations.Migration):
    dependencies = [("patients", "0009_merging_laws"), ("audit", "0002_seals")]

    operations = [migrations.RunSQL(SQL, UNDO)]
