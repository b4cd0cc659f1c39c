"""Telling without consent is asked first; and the database refuses a disclosure that has no ground.

The trigger runs as the owner and locks the agreement it rests on, so that a withdrawal and a disclosure cannot cross.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids

BASES = [
    ("consent", "They agreed"),
    ("direct_care", "To those who care for them"),
    ("agreed_list", "The closed list agreed with the prison"),
    ("serious_harm", "Serious harm to somebody"),
    ("safeguarding", "Safeguarding"),
    ("public_health", "Public health"),
    ("court_order", "A court ordered it"),
    ("subject_access", "They asked for their own record"),
]

TRIGGER = """
CREATE FUNCTION patients_disclosure_has_basis() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.basis = 'consent' THEN
        PERFORM 1 FROM patients_consent c
        WHERE c.id = NEW.consent_id AND c.patient_id = NEW.patient_id AND c.status = 'given' AND c.superseded_by IS NULL
          AND (c.expires_at IS NULL OR c.expires_at > now()) AND c.purpose = NEW.purpose AND c.recipient = NEW.recipient
        FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no living agreement for this purpose and recipient' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.basis NOT IN ('direct_care', 'agreed_list') THEN
        IF NEW.approved_by = '' OR NEW.approved_by = NEW.written_by
           OR NEW.approved_by IS DISTINCT FROM nullif(current_setting('app.user', true), '') THEN
            RAISE EXCEPTION 'a second person approves this, and nobody in their name' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM patients_disclosurerequest q
        WHERE q.id = NEW.request_id AND q.patient_id = NEW.patient_id AND q.superseded_by IS NULL AND q.declined = ''
          AND q.basis = NEW.basis AND q.recipient = NEW.recipient AND q.document = NEW.document
          AND q.written_by = NEW.written_by AND NEW.fields <@ q.fields
        FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'nobody asked for this disclosure, or it was declined' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION patients_disclosure_has_basis() FROM PUBLIC;
CREATE TRIGGER a_disclosure_has_basis BEFORE INSERT ON patients_disclosure
FOR EACH ROW EXECUTE FUNCTION patients_disclosure_has_basis();
"""
UNDO = "DROP TRIGGER a_disclosure_has_basis ON patients_disclosure; DROP FUNCTION patients_disclosure_has_basis()"


class Migration(migrations.Migration):
    dependencies = [("patients", "0011_fill_names")]

    operations = [
        migrations.CreateModel(
            name="DisclosureRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                ),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                ("document", models.CharField(max_length=40)),
                ("recipient", models.CharField(max_length=120)),
                ("basis", models.CharField(choices=BASES, max_length=16)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
                ("why", models.CharField(max_length=1000)),
                ("told_person", models.CharField(max_length=400)),
                ("asked_by_name", models.CharField(max_length=120)),
                ("declined", models.CharField(blank=True, max_length=400)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.disclosurerequest",
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "happened_at"], name="disclosures_asked")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("why", ""), _negated=True), models.Q(("told_person", ""), _negated=True)),
                        name="asking_to_tell_is_argued",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="document",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="disclosure",
            name="request",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="patients.disclosurerequest"),
        ),
        migrations.RunSQL(TRIGGER, UNDO),
    ]
