"""Pages that go with somebody on the way, and whom those on the way may name.

Handover roles hold no reach and see no record: these two functions run as the owner and tell them, of the people expected
at their own prison, name, date of birth and prison number, and whether they may write about one of them.
"""

import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids

SCOPES = "coalesce(nullif(current_setting('app.scopes', true), '')::text[], '{}')"
FUNCTIONS = f"""
CREATE FUNCTION record_handover_people(place text)
RETURNS TABLE (patient uuid, family_name text, given_names text, date_of_birth date, prison_number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, p.family_name, p.given_names, p.date_of_birth,
           (SELECT n.prison_number FROM patients_match m JOIN custody_prisoner n ON n.id = m.prisoner_id
            WHERE m.patient_id = p.id AND m.superseded_by IS NULL ORDER BY m.made_at LIMIT 1)
    FROM patients_reach r JOIN patients_patient p ON p.id = r.patient_id
    WHERE 'handover:' || place = any({SCOPES}) AND r.scope = 'establishment:' || place AND r.kind = 'inbound'
      AND (r.until IS NULL OR r.until > now())
      AND NOT EXISTS (SELECT 1 FROM patients_bar b WHERE b.patient_id = p.id AND b.barred = current_setting('app.user', true)
                      AND b.superseded_by IS NULL AND NOT b.lifted AND (b.until IS NULL OR b.until > now()))
    ORDER BY p.family_key, p.given_key
$$;
CREATE FUNCTION record_may_hand_over(who uuid, place text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM record_handover_people(place) h WHERE h.patient = who)
$$;
"""
UNDO = "DROP FUNCTION record_may_hand_over(uuid, text); DROP FUNCTION record_handover_people(text)"


class Migration(migrations.Migration):
    dependencies = [("patients", "0012_disclosure_has_basis"), ("record", "0003_whole_record")]

    operations = [
        migrations.CreateModel(
            name="Handover",
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
                ("superseded_by", models.UUIDField(null=True)),
                ("addendum", models.BooleanField(default=False)),
                ("direction", models.CharField(choices=[("in", "To the prison"), ("out", "From the prison")], max_length=6)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("police", "Police custody"),
                            ("liaison", "Liaison and diversion"),
                            ("escort", "Escort"),
                            ("court", "Court"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("date_of_birth", models.DateField(null=True)),
                ("prison_number", models.CharField(blank=True, max_length=40)),
                ("content", models.JSONField()),
                ("keep_safe", models.CharField(blank=True, max_length=400)),
                ("shown_until", models.DateTimeField()),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="record.handover"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
            options={
                "indexes": [models.Index(fields=["establishment", "written_at"], name="handovers_at")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="a_handover_names_somebody")
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
