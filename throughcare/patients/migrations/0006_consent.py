"""Capacity, consent and disclosure."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids


class Migration(migrations.Migration):
    dependencies = [("patients", "0005_identity")]

    operations = [
        migrations.CreateModel(
            name="Capacity",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                ("decision", models.CharField(max_length=200)),
                ("understands", models.BooleanField(null=True)),
                ("retains", models.BooleanField(null=True)),
                ("weighs", models.BooleanField(null=True)),
                ("communicates", models.BooleanField(null=True)),
                ("has_capacity", models.BooleanField()),
                ("reasons", models.CharField(max_length=1000)),
                ("ask_again_at", models.DateTimeField(null=True)),
                ("best_interests", models.CharField(blank=True, max_length=1000)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.capacity"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                ("purpose", models.CharField(max_length=40)),
                ("recipient", models.CharField(blank=True, max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("given", "Agreed"),
                            ("refused", "Said no"),
                            ("withdrawn", "Took it back"),
                            ("lacks_capacity", "Could not decide"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("spoken", "Said"),
                            ("signed", "Signed"),
                            ("mark", "Made a mark"),
                            ("interpreter", "Through an interpreter"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words_version", models.CharField(max_length=20)),
                ("expires_at", models.DateTimeField(null=True)),
                ("capacity", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="patients.capacity")),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.consent"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                ("purpose", models.CharField(max_length=40)),
                ("recipient", models.CharField(max_length=120)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "They agreed"),
                            ("direct_care", "To those who care for them"),
                            ("agreed_list", "The closed list agreed with the prison"),
                            ("serious_harm", "Serious harm to somebody"),
                            ("safeguarding", "Safeguarding"),
                            ("public_health", "Public health"),
                            ("court_order", "A court ordered it"),
                            ("subject_access", "They asked for their own record"),
                        ],
                        max_length=16,
                    ),
                ),
                ("fields", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ("why", models.CharField(blank=True, max_length=1000)),
                ("told_person", models.CharField(blank=True, max_length=400)),
                ("approved_by", models.CharField(blank=True, max_length=80)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("consent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="patients.consent")),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.disclosure"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.AddConstraint(
            model_name="capacity",
            constraint=models.CheckConstraint(condition=models.Q(("reasons", ""), _negated=True), name="capacity_says_why"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["patient", "purpose"], name="consents_of"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by", None)),
                fields=("patient", "purpose", "recipient"),
                name="one_current_consent",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "lacks_capacity"), _negated=True), ("capacity__isnull", False), _connector="OR"
                ),
                name="lacking_capacity_is_assessed",
            ),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(fields=["patient", "happened_at"], name="disclosures_of"),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("basis", "consent"), _negated=True), ("consent__isnull", False), _connector="OR"),
                name="agreed_disclosure_names_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("basis__in", ["consent", "direct_care", "agreed_list", "subject_access"]),
                    models.Q(
                        models.Q(("why", ""), _negated=True),
                        models.Q(("approved_by", ""), _negated=True),
                        models.Q(("told_person", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="disclosure_without_consent_is_argued",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(condition=models.Q(("fields__len__gt", 0)), name="a_disclosure_names_fields"),
        ),
    ]
