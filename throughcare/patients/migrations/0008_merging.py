"""Merges are proposed by one person and answered by another; a need can end."""

import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids


class Migration(migrations.Migration):
    dependencies = [("patients", "0007_break_glass")]

    operations = [
        migrations.AddField(model_name="need", name="ended", field=models.BooleanField(default=False)),
        migrations.CreateModel(
            name="MergeProposal",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(choices=[("merge", "One person"), ("unmerge", "Two people after all")], max_length=8),
                ),
                ("why", models.CharField(max_length=400)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("", "Waits for a second person"), ("done", "Done"), ("turned_down", "Turned down")],
                        max_length=12,
                    ),
                ),
                ("proposed_by", models.CharField(max_length=80)),
                ("proposed_by_name", models.CharField(max_length=120)),
                ("answered_by", models.CharField(blank=True, max_length=80)),
                ("answered_by_name", models.CharField(blank=True, max_length=120)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("superseded_by", models.UUIDField(null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.mergeproposal"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                (
                    "survivor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("patient", models.F("survivor")), _negated=True), name="two_records_are_proposed"
                    ),
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="a_proposal_says_why"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "done"), _negated=True),
                            models.Q(
                                models.Q(("answered_by", ""), _negated=True),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="another_person_says_yes",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answer", ""), ("superseded_by", None)),
                        fields=("patient",),
                        name="one_open_proposal",
                    ),
                ],
            },
        ),
    ]
