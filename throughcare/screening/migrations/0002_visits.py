import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0001_initial"),
        ("screening", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActionCarried",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("written_by_name", models.CharField(max_length=120)),
                ("alert", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[("done", "Done"), ("pending", "Still to do"), ("not_needed", "Not needed")], max_length=12
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="screen",
            name="one_screen_an_arrival",
        ),
        migrations.RemoveIndex(
            model_name="screen",
            name="screens_here",
        ),
        migrations.AddField(
            model_name="screen",
            name="definition",
            field=models.CharField(default="first-night", max_length=80),
        ),
        migrations.AddIndex(
            model_name="screen",
            index=models.Index(fields=["establishment", "definition", "arrived_at"], name="screens_here"),
        ),
        migrations.AddIndex(
            model_name="screen",
            index=models.Index(fields=["patient", "definition", "opened_at"], name="visits_of"),
        ),
        migrations.AddConstraint(
            model_name="screen",
            constraint=models.UniqueConstraint(
                fields=("patient", "establishment", "definition", "arrived_at"), name="one_screen_an_arrival"
            ),
        ),
        migrations.AddField(
            model_name="actioncarried",
            name="patient",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient"),
        ),
        migrations.AddField(
            model_name="actioncarried",
            name="screen",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="screening.screen"),
        ),
        migrations.AddConstraint(
            model_name="actioncarried",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "not_needed"), _negated=True), models.Q(("why", ""), _negated=True), _connector="OR"
                ),
                name="not_needed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="actioncarried",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["done", "pending", "not_needed"])), name="carried_is_a_state"
            ),
        ),
    ]
