"""Whether a patient exists at all, for the rule that nobody opens their own reach to somebody who does. Yes or no."""

from __future__ import annotations

from django.db import migrations

FUNCTION = """
CREATE FUNCTION patients_is_known(uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM patients_patient WHERE id = $1) $$
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_matched_to")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION patients_is_known(uuid)")]
