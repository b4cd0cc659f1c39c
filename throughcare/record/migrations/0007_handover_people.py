"""Those on the way name a person once, by the record that the others were joined to, whichever of them is expected."""

from __future__ import annotations

from django.db import migrations

SCOPES = "coalesce(nullif(current_setting('app.scopes', true), '')::text[], '{}')"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION record_handover_people(place text)
RETURNS TABLE (patient uuid, family_name text, given_names text, date_of_birth date, prison_number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, p.family_name, p.given_names, p.date_of_birth,
           (SELECT n.prison_number FROM patients_match m JOIN custody_prisoner n ON n.id = m.prisoner_id
            WHERE m.patient_id = ANY(patients_linked(p.id)) AND m.superseded_by IS NULL ORDER BY m.made_at LIMIT 1)
    FROM (SELECT DISTINCT patients_survivor(r.patient_id) AS id FROM patients_reach r
          WHERE 'handover:' || place = any({SCOPES}) AND r.scope = 'establishment:' || place AND r.kind = 'inbound'
            AND (r.until IS NULL OR r.until > now())) expected
    JOIN patients_patient p ON p.id = expected.id
    WHERE NOT EXISTS (SELECT 1 FROM patients_bar b WHERE b.patient_id = ANY(patients_linked(p.id))
                      AND b.barred = current_setting('app.user', true)
                      AND b.superseded_by IS NULL AND NOT b.lifted AND (b.until IS NULL OR b.until > now()))
    ORDER BY p.family_key, p.given_key
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0013_guards"), ("record", "0006_reaction_and_criticality")]

    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
