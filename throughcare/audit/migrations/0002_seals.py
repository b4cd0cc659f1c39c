"""Seals, their leaves, and the columns that a leaf covered; the functions that make them, which run as the owner."""

from __future__ import annotations

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

SQL = (Path(__file__).parent / "0002_seals.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SQL)],
            state_operations=[
                migrations.CreateModel(
                    name="Seal",
                    fields=[
                        ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("made_at", models.DateTimeField()),
                        ("count", models.IntegerField()),
                        ("root", models.CharField(max_length=64)),
                        ("previous", models.CharField(max_length=64)),
                        ("hash", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="Leaf",
                    fields=[
                        ("row_id", models.UUIDField(primary_key=True, serialize=False)),
                        ("seal", models.BigIntegerField()),
                        ("position", models.IntegerField()),
                        ("shape", models.SmallIntegerField()),
                        ("hash", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Shape",
                    fields=[
                        ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                        ("table_name", models.CharField(max_length=63)),
                        (
                            "columns",
                            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None),
                        ),
                    ],
                ),
            ],
        ),
    ]
