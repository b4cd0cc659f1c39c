-- Lifting a bar is a row that corrects it: about the same person, for the same colleague, at the same prison. Row security asks
-- only whether the new row's own prison is the auditor's, so that what it claims of the old one is asked here.
CREATE FUNCTION patients_bar_as_it_was_set() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM patients_bar b WHERE b.id = NEW.corrects_id AND NOT b.lifted
          AND (b.patient_id, b.barred, b.establishment) = (NEW.patient_id, NEW.barred, NEW.establishment)) THEN
        RAISE EXCEPTION 'a bar is lifted as it was set: same person, same colleague, same prison' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_bar_is_lifted_as_it_was_set BEFORE INSERT ON patients_bar
FOR EACH ROW EXECUTE FUNCTION patients_bar_as_it_was_set();

-- On every record of the person the same bar is the one for the same colleague, of the same prison, until the same moment: one
-- that is over or that another prison set does not stand for it, and lifting it leaves theirs.
CREATE OR REPLACE FUNCTION patients_copy_bar(bar patients_bar, onto uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    ends timestamptz := CASE WHEN bar.lifted THEN (SELECT b.until FROM patients_bar b WHERE b.id = bar.corrects_id) ELSE bar.until END;
    standing uuid[];  -- of this bar, on the record that it is copied onto
    source uuid[];    -- and on the record that it comes from
BEGIN
    SELECT array_agg(b.id) FILTER (WHERE b.patient_id = onto), array_agg(b.id) FILTER (WHERE b.patient_id = bar.patient_id)
    INTO standing, source FROM patients_bar b
    WHERE b.patient_id IN (onto, bar.patient_id) AND b.barred = bar.barred AND b.establishment = bar.establishment
      AND b.until IS NOT DISTINCT FROM ends AND b.superseded_by IS NULL AND NOT b.lifted;
    IF (standing IS NULL) = bar.lifted OR (bar.lifted AND source IS NOT NULL) THEN
        RETURN;
    END IF;
    INSERT INTO patients_bar (id, patient_id, barred, barred_name, kind, why, establishment, until, lifted, happened_at,
                              written_at, written_by, corrects_id)
    SELECT gen_random_uuid(), onto, bar.barred, bar.barred_name, bar.kind, bar.why, bar.establishment, bar.until, bar.lifted,
           bar.happened_at, bar.written_at, bar.written_by, one
    FROM unnest(coalesce(standing, ARRAY[NULL::uuid])) one;
END $$;

CREATE OR REPLACE FUNCTION patients_bars_of_both() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE bar patients_bar; other uuid; same uuid[] := patients_linked(NEW.survivor_id);
BEGIN
    IF NOT NEW.undone THEN
        FOR bar IN SELECT * FROM patients_bar b WHERE b.patient_id = ANY(same) AND b.superseded_by IS NULL AND NOT b.lifted
                   AND (b.until IS NULL OR b.until > now()) LOOP
            FOREACH other IN ARRAY array_remove(same, bar.patient_id) LOOP
                PERFORM patients_copy_bar(bar, other);
            END LOOP;
        END LOOP;
    END IF;
    RETURN NULL;
END $$;

-- Whether there is a bar to pass is asked here, of every record of the person, and never of the caller; past one only a life at
-- risk opens. How long is the rulebook's (rulebook/reach.toml), handed in by the action; 60 minutes, and 15 past a bar, are the most
-- that any caller gets. A test holds the two together.
DROP FUNCTION patients_break_glass(uuid, uuid, text, text, text, text, text, boolean, integer);
CREATE FUNCTION patients_break_glass(
    glass uuid, whom uuid, name text, role text, place text, reason text, words text, minutes integer, minutes_past_bar integer
) RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    me text := nullif(current_setting('app.user', true), '');
    same uuid[] := patients_linked(whom);
    past_bar boolean := EXISTS (SELECT 1 FROM patients_bar b WHERE b.patient_id = ANY(same) AND b.barred = me
                                AND b.superseded_by IS NULL AND NOT b.lifted AND (b.until IS NULL OR b.until > now()));
    lasts integer := CASE WHEN past_bar THEN least(minutes_past_bar, 15) ELSE least(minutes, 60) END;
    ends timestamptz := now() + make_interval(mins => greatest(lasts, 1));
BEGIN
    IF me IS NULL OR me LIKE 'system:%' THEN
        RAISE EXCEPTION 'only a person breaks glass' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT ('establishment:' || place = any(coalesce(nullif(current_setting('app.scopes', true), '')::text[], '{}'))) THEN
        RAISE EXCEPTION 'only somebody who gives care breaks glass' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF past_bar AND reason <> 'life_at_risk' THEN
        RAISE EXCEPTION 'past a bar only for a life at risk' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM patients_patient WHERE id = whom) THEN
        RAISE EXCEPTION 'no such patient' USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO patients_breakglass (id, patient_id, actor, actor_name, role, establishment, reason, words, over_bar, at, until)
    VALUES (glass, whom, me, name, role, place, reason, words, past_bar, now(), ends);
    INSERT INTO patients_reach (id, patient_id, scope, kind, since, until, writes, over_bar)
    SELECT gen_random_uuid(), one, 'user:' || me, 'break_glass', now(), ends, true, past_bar FROM unnest(same) one
    -- Minutes that were given without a bar are not kept past one.
    ON CONFLICT (patient_id, scope) DO UPDATE
    SET until = CASE WHEN patients_reach.over_bar = past_bar THEN greatest(patients_reach.until, ends) ELSE ends END,
        since = now(), kind = 'break_glass', writes = true, over_bar = past_bar;
    RETURN ends;
END $$;

-- Whether agreement is outweighed by a no under another record of the same person. It is not when they were asked since the
-- records were joined, and since that no: then whoever asked could see it. Read by the trigger below and by the pages.
CREATE FUNCTION patients_outweighed(agreement uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM patients_consent c JOIN patients_consent o ON o.patient_id = ANY(patients_linked(c.patient_id))
        WHERE c.id = agreement AND o.id <> c.id AND o.purpose = c.purpose AND o.recipient = c.recipient
          AND o.superseded_by IS NULL AND o.status <> 'given'
          AND NOT (c.written_at > o.written_at AND c.written_at > (
              SELECT max(m.written_at) FROM patients_merge m
              WHERE m.survivor_id = patients_survivor(c.patient_id) AND m.superseded_by IS NULL AND NOT m.undone)))
$$;

CREATE OR REPLACE FUNCTION patients_disclosure_has_basis() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.basis = 'consent' THEN
        PERFORM 1 FROM patients_consent c
        WHERE c.id = NEW.consent_id AND c.patient_id = NEW.patient_id AND c.status = 'given' AND c.superseded_by IS NULL
          AND (c.expires_at IS NULL OR c.expires_at > now()) AND c.purpose = NEW.purpose AND c.recipient = NEW.recipient
        FOR SHARE;
        IF NOT FOUND OR patients_outweighed(NEW.consent_id) THEN
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

REVOKE ALL ON FUNCTION patients_bar_as_it_was_set() FROM PUBLIC;
