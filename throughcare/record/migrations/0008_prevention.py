"""Vaccinations, samples, what they came to, and how the person was told."""

import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0013_guards"),
        ("record", "0007_handover_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Immunization",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("establishment", models.CharField(max_length=3)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("written_by_name", models.CharField(max_length=120)),
                ("superseded_by", models.UUIDField(null=True)),
                ("addendum", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("completed", "Given"),
                            ("not-done", "Not given"),
                            ("entered-in-error", "Written by mistake: it did not happen, or it was somebody else"),
                        ],
                        max_length=16,
                    ),
                ),
                ("vaccine", models.CharField(max_length=40)),
                ("dose", models.PositiveSmallIntegerField()),
                ("product", models.CharField(blank=True, max_length=120)),
                ("lot_number", models.CharField(blank=True, max_length=40)),
                ("site", models.CharField(blank=True, max_length=10)),
                ("primary_source", models.BooleanField(default=True)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("words", models.CharField(blank=True, max_length=400)),
                ("again", models.BooleanField(default=False)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="record.immunization"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "vaccine", "dose"], name="immunizations_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dose__gte", 1), models.Q(("vaccine", ""), _negated=True)), name="a_dose_has_a_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "not-done"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="not_vaccinated_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("again", False), ("status", "completed"), ("superseded_by", None)),
                        fields=("patient", "vaccine", "dose"),
                        name="a_dose_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Specimen",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("establishment", models.CharField(max_length=3)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("written_by_name", models.CharField(max_length=120)),
                ("superseded_by", models.UUIDField(null=True)),
                ("addendum", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("available", "Taken"),
                            ("entered-in-error", "Written by mistake: it was not taken, or it was somebody else"),
                        ],
                        max_length=16,
                    ),
                ),
                ("panel", models.CharField(max_length=40)),
                ("method", models.CharField(max_length=40)),
                (
                    "agreed",
                    models.CharField(
                        choices=[
                            ("active", "Agreed to these tests"),
                            ("best-interests", "Could not decide: taken in their best interests"),
                        ],
                        max_length=16,
                    ),
                ),
                ("accession", models.CharField(blank=True, max_length=40)),
                ("words", models.CharField(blank=True, max_length=400)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="record.specimen"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "happened_at"], name="specimens_of")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("panel", ""), _negated=True), name="a_specimen_is_for_a_panel"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiagnosticReport",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("establishment", models.CharField(max_length=3)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("written_by_name", models.CharField(max_length=120)),
                ("superseded_by", models.UUIDField(null=True)),
                ("addendum", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("final", "Final"),
                            ("preliminary", "First reading: to be confirmed"),
                            ("entered-in-error", "Written by mistake: it is not theirs"),
                        ],
                        max_length=16,
                    ),
                ),
                ("panel", models.CharField(max_length=40)),
                ("results", models.JSONField()),
                ("words", models.CharField(blank=True, max_length=400)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="record.diagnosticreport"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                (
                    "specimen",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="record.specimen"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "happened_at"], name="reports_of")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("results", {}), _negated=True), name="a_report_has_results"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Communication",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("establishment", models.CharField(max_length=3)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("written_by_name", models.CharField(max_length=120)),
                ("superseded_by", models.UUIDField(null=True)),
                ("addendum", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("completed", "Told, and understood"),
                            ("not-done", "Not told this time"),
                            ("entered-in-error", "Written by mistake: it did not happen, or it was somebody else"),
                        ],
                        max_length=16,
                    ),
                ),
                ("panel", models.CharField(max_length=40)),
                ("words", models.CharField(max_length=1000)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="record.communication"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                (
                    "report",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="record.diagnosticreport"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "happened_at"], name="communications_of")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="telling_says_how"),
                ],
            },
        ),
    ]
