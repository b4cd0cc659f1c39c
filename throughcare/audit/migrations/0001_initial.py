"""Facts and accesses, partitioned by month of their day; earlier versions of rows."""

from __future__ import annotations

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

import throughcare.core.ids

SQL = (Path(__file__).parent / "0001_partitions.sql").read_text(encoding="utf-8")


def key() -> models.UUIDField:
    return models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SQL)],
            state_operations=[
                migrations.CreateModel(
                    name="Fact",
                    fields=[
                        ("id", key()),
                        ("kind", models.CharField(max_length=60)),
                        ("actor", models.CharField(max_length=80)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("day", models.DateField()),
                        ("patient_id", models.UUIDField(null=True)),
                        ("establishment", models.CharField(blank=True, max_length=3)),
                        ("kept", models.JSONField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(condition=~models.Q(actor=""), name="a_fact_has_an_actor"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Access",
                    fields=[
                        ("id", key()),
                        ("actor", models.CharField(max_length=80)),
                        ("actor_name", models.CharField(max_length=120)),
                        ("role", models.CharField(max_length=40)),
                        ("establishment", models.CharField(blank=True, max_length=3)),
                        ("purpose", models.CharField(max_length=40)),
                        ("page", models.CharField(max_length=120)),
                        ("method", models.CharField(max_length=8)),
                        ("status", models.PositiveSmallIntegerField()),
                        (
                            "patients",
                            django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                        ),
                        ("at", models.DateTimeField()),
                        ("day", models.DateField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(condition=~models.Q(actor=""), name="a_look_has_an_actor"),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="RowVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.UUIDField(db_index=True)),
                ("was", models.JSONField()),
                ("changed_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80, null=True)),
            ],
        ),
    ]
