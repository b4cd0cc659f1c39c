"""Every guard asks core_now() what time it is: plain now(), which only the owner of a test's database replaces.

The functions are rewritten as they stand, whichever migration wrote them last, and nothing else in them changes.
"""

from django.db import migrations

CLOCK = "CREATE OR REPLACE FUNCTION core_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT now()'"
GUARDS = r"""
DO $$
DECLARE definition text; statement_time CONSTANT text := '(core_now() + (clock_timestamp() - now()))';
BEGIN
    FOR definition IN
        SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN (
            'audit_close', 'patients_bars_of_both', 'patients_break_glass', 'patients_disclosure_has_basis',
            'patients_estate_search', 'record_handover_people', 'reporting_versions_of')
    LOOP
        definition := regexp_replace(definition, '\mnow\(\)', 'core_now()', 'g');
        EXECUTE replace(definition, 'clock_timestamp()', statement_time);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0002_versions"),
        ("patients", "0013_guards"),
        ("record", "0007_handover_people"),
        ("audit", "0002_seals"),
    ]

    operations = [
        migrations.RunSQL(CLOCK, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
