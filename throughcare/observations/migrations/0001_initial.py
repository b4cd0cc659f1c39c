"""Planned observations, out of the package pathways: the tables stand already, under the names in the seals."""

import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pathways", "0005_take_over_tasks"),
        ("patients", "0014_one_base"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ObservationPlan",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                        ),
                        ("establishment", models.CharField(max_length=3)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("written_by_name", models.CharField(max_length=120)),
                        ("plan", models.CharField(max_length=60)),
                        ("version", models.PositiveIntegerField()),
                        ("why", models.CharField(max_length=400)),
                        ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                    ],
                    options={
                        "db_table": "pathways_observationplan",
                    },
                ),
                migrations.CreateModel(
                    name="ObservationMissed",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                        ),
                        ("establishment", models.CharField(max_length=3)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("written_by_name", models.CharField(max_length=120)),
                        ("day", models.DateField()),
                        ("slot", models.CharField(max_length=20)),
                        ("reason", models.CharField(max_length=40)),
                        ("words", models.CharField(blank=True, max_length=400)),
                        ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                        ("of", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="observations.observationplan")),
                    ],
                    options={
                        "db_table": "pathways_observationmissed",
                    },
                ),
                migrations.CreateModel(
                    name="ObservationGap",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                        ),
                        ("establishment", models.CharField(max_length=3)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("written_by_name", models.CharField(max_length=120)),
                        ("day", models.DateField()),
                        ("slot", models.CharField(max_length=20)),
                        ("run", models.PositiveSmallIntegerField()),
                        ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                        ("of", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="observations.observationplan")),
                    ],
                    options={
                        "db_table": "pathways_observationgap",
                    },
                ),
                migrations.CreateModel(
                    name="ObservationPlanEnded",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                        ),
                        ("establishment", models.CharField(max_length=3)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("written_by_name", models.CharField(max_length=120)),
                        ("why", models.CharField(max_length=400)),
                        (
                            "of",
                            models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="observations.observationplan"),
                        ),
                        ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                    ],
                    options={
                        "db_table": "pathways_observationplanended",
                    },
                ),
                migrations.AddIndex(
                    model_name="observationplan",
                    index=models.Index(fields=["establishment", "happened_at"], name="plans_here"),
                ),
                migrations.AddConstraint(
                    model_name="observationplan",
                    constraint=models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="a_plan_says_why"),
                ),
                migrations.AddConstraint(
                    model_name="observationmissed",
                    constraint=models.UniqueConstraint(fields=("of", "day", "slot"), name="missed_once"),
                ),
                migrations.AddConstraint(
                    model_name="observationgap",
                    constraint=models.UniqueConstraint(fields=("of", "day", "slot"), name="a_gap_once"),
                ),
                migrations.AddConstraint(
                    model_name="observationplanended",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="a_plan_ends_with_a_reason"
                    ),
                ),
            ]
        ),
    ]
