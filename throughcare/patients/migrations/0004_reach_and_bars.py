"""Bars, breaking glass, and the moment of a death."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids


class Migration(migrations.Migration):
    dependencies = [("patients", "0003_is_known")]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="died_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="reach",
            name="over_bar",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="reach",
            name="kind",
            field=models.CharField(
                choices=[
                    ("here", "here now"),
                    ("inbound", "expected here"),
                    ("left", "left, read only"),
                    ("referral", "referred here"),
                    ("break_glass", "opened in an emergency"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="reach",
            name="scope",
            field=models.CharField(max_length=60),
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("actor", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=120)),
                ("role", models.CharField(max_length=40)),
                ("establishment", models.CharField(max_length=3)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("life_at_risk", "Life or limb at risk now"),
                            ("called", "Called to this person on the wing"),
                            ("inbound", "Arriving here, no booking yet"),
                            ("advice", "Asked for advice by those who care for them"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(max_length=400)),
                ("over_bar", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.CreateModel(
            name="GlassReview",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("establishment", models.CharField(max_length=3)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("right", "Right: it was needed"),
                            ("ask", "To be asked about"),
                            ("wrong", "Wrong: it goes further"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=400)),
                ("at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("written_by_name", models.CharField(max_length=120)),
                ("glass", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="patients.breakglass")),
            ],
        ),
        migrations.CreateModel(
            name="Bar",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("barred", models.CharField(max_length=80)),
                ("barred_name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("declared", "they know each other outside"), ("excluded", "kept out for the patient")],
                        max_length=12,
                    ),
                ),
                ("why", models.CharField(max_length=400)),
                ("establishment", models.CharField(max_length=3)),
                ("until", models.DateTimeField(null=True)),
                ("lifted", models.BooleanField(default=False)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.bar"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
            options={
                "indexes": [models.Index(fields=["barred", "patient"], name="bars_of")],
                "constraints": [models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="a_bar_says_why")],
            },
        ),
        migrations.AddIndex(
            model_name="breakglass",
            index=models.Index(fields=["establishment", "at"], name="broken_for"),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="breaking_glass_says_why"),
        ),
    ]
