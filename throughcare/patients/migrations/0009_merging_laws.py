"""What a merge needs of the database: who is one person, two people say so, and a bar holds for all of it."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "0009_merging.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("patients", "0008_merging")]

    operations = [migrations.RunSQL(SQL)]
