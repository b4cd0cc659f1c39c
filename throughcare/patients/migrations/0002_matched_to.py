"""The key of the patient matched to a prisoner, even where the patient cannot be seen: the key and nothing else."""

from __future__ import annotations

from django.db import migrations

FUNCTION = """
CREATE FUNCTION patients_matched_to(uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT patient_id FROM patients_match WHERE prisoner_id = $1 AND superseded_by IS NULL $$
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION patients_matched_to(uuid)")]
