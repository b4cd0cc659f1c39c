"""Break-glass is one act of the database: the row that is reviewed and the reach it opens, or neither.

It runs as the owner, because nobody may widen their own reach. Who asks, from where, is read from the transaction's own
context; how long is bounded here too, so that no caller can ask for a day.
"""

from __future__ import annotations

from django.db import migrations

FUNCTION = """
CREATE FUNCTION patients_break_glass(
    glass uuid, whom uuid, name text, role text, place text, reason text, words text, past_bar boolean, minutes integer
) RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    me text := nullif(current_setting('app.user', true), '');
    ends timestamptz := now() + make_interval(mins => least(greatest(minutes, 1), 60));
BEGIN
    IF me IS NULL OR me LIKE 'system:%' THEN
        RAISE EXCEPTION 'only a person breaks glass' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT ('establishment:' || place = any(coalesce(nullif(current_setting('app.scopes', true), '')::text[], '{}'))) THEN
        RAISE EXCEPTION 'only somebody who gives care breaks glass' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM patients_patient WHERE id = whom) THEN
        RAISE EXCEPTION 'no such patient' USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO patients_breakglass (id, patient_id, actor, actor_name, role, establishment, reason, words, over_bar, at, until)
    VALUES (glass, whom, me, name, role, place, reason, words, past_bar, now(), ends);
    INSERT INTO patients_reach (id, patient_id, scope, kind, since, until, writes, over_bar)
    SELECT gen_random_uuid(), same.person, 'user:' || me, 'break_glass', now(), ends, true, past_bar
    FROM (SELECT whom AS person UNION
          SELECT unnest(array[m.patient_id, m.survivor_id]) FROM patients_merge m
          WHERE m.superseded_by IS NULL AND NOT m.undone AND whom IN (m.patient_id, m.survivor_id)) same
    ON CONFLICT (patient_id, scope) DO UPDATE
    SET until = greatest(patients_reach.until, ends), since = now(), kind = 'break_glass', writes = true, over_bar = past_bar;
    RETURN ends;
END $$;
"""
UNDO = "DROP FUNCTION patients_break_glass(uuid, uuid, text, text, text, text, text, boolean, integer)"


class Migration(migrations.Migration):
    dependencies = [("patients", "0006_consent")]

    operations = [migrations.RunSQL(FUNCTION, UNDO)]
