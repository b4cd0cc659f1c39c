"""Earlier versions of rows, for the system that builds a pack: of rows that the prison reaches, and for its auditor's job alone."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION reporting_versions_of(keys uuid[]) RETURNS SETOF audit_rowversion
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH mine AS (SELECT coalesce(nullif(current_setting('app.scopes', true), '')::text[], '{}') AS scopes)
    SELECT v.* FROM audit_rowversion v, mine
    WHERE v.row_id = ANY (keys) AND current_setting('app.user', true) LIKE 'system:inspection pack%'
      AND (EXISTS (SELECT 1 FROM patients_reach r
                   WHERE r.patient_id = coalesce((v.was->>'patient_id')::uuid, v.row_id) AND r.scope = ANY (mine.scopes)
                     AND replace(r.scope, 'establishment:', 'audit:') = ANY (mine.scopes)
                     AND (r.until IS NULL OR r.until > now()))
        OR EXISTS (SELECT 1 FROM custody_sight r
                   WHERE r.prisoner_id = coalesce((v.was->>'prisoner_id')::uuid, v.row_id) AND r.scope = ANY (mine.scopes)
                     AND replace(r.scope, 'establishment:', 'audit:') = ANY (mine.scopes)
                     AND (r.until IS NULL OR r.until > now())))
    ORDER BY v.id
$$;
"""
UNDO = "DROP FUNCTION reporting_versions_of(uuid[])"


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_packs"), ("audit", "0002_seals")]

    operations = [migrations.RunSQL(FUNCTION, UNDO)]
