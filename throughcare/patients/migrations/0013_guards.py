"""The database asks for itself what it took a caller's word for: who lifts a bar, whether glass is broken past one, and
whether a no under a joined record outweighs an agreement."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations, models

SQL = (Path(__file__).parent / "0013_guards.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("patients", "0012_disclosure_has_basis")]

    operations = [
        migrations.AddConstraint(
            model_name="bar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects", None), ("lifted", False)),
                    models.Q(("corrects__isnull", False), ("lifted", True)),
                    _connector="OR",
                ),
                name="only_a_lift_corrects",
            ),
        ),
        migrations.RunSQL(SQL),
    ]
