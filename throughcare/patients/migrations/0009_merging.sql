-- Everybody who is one person with a patient, the survivor first: keys and nothing else, so it may pass row security.
CREATE FUNCTION patients_linked(uuid) RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE chief uuid := patients_survivor($1);
BEGIN
    RETURN array[chief] || ARRAY(
        SELECT m.patient_id FROM patients_merge m
        WHERE m.survivor_id = chief AND m.superseded_by IS NULL AND NOT m.undone ORDER BY m.id);
END $$;

CREATE FUNCTION patients_survivor(uuid) RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    RETURN coalesce((
        SELECT m.survivor_id FROM patients_merge m
        WHERE m.patient_id = $1 AND m.superseded_by IS NULL AND NOT m.undone), $1);
END $$;

-- The patient matched to a prisoner is the one that his record was joined to.
CREATE OR REPLACE FUNCTION patients_matched_to(uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT patients_survivor(patient_id) FROM patients_match WHERE prisoner_id = $1 AND superseded_by IS NULL $$;

-- Nobody proposes in somebody else's name, and an answer changes nothing of what was asked.
CREATE FUNCTION patients_own_proposal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE me text := nullif(current_setting('app.user', true), ''); asked patients_mergeproposal;
BEGIN
    IF NEW.corrects_id IS NULL THEN
        IF me IS NULL OR me LIKE 'system:%' OR NEW.proposed_by <> me OR NEW.answer <> '' OR NEW.answered_by <> '' THEN
            RAISE EXCEPTION 'a merge is proposed by a person, in their own name' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO asked FROM patients_mergeproposal WHERE id = NEW.corrects_id;
    IF me IS NULL OR NEW.answered_by <> me OR NEW.answer = '' OR asked.answer <> ''
       OR (asked.proposed_by, asked.survivor_id, asked.kind, asked.why)
          IS DISTINCT FROM (NEW.proposed_by, NEW.survivor_id, NEW.kind, NEW.why) THEN
        RAISE EXCEPTION 'a proposal is answered as it was asked, in one''s own name' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_proposal_is_ones_own BEFORE INSERT ON patients_mergeproposal
FOR EACH ROW EXECUTE FUNCTION patients_own_proposal();

-- A merge carries out one answered proposal, once, and leaves no chain: a record is joined to one that stands by itself.
CREATE FUNCTION patients_two_people_merge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.confirmed_by IS DISTINCT FROM nullif(current_setting('app.user', true), '') OR NOT EXISTS (
        SELECT 1 FROM patients_mergeproposal p
        WHERE p.id = NEW.id AND p.patient_id = NEW.patient_id AND p.survivor_id = NEW.survivor_id AND p.answer = 'done'
          AND p.kind = CASE WHEN NEW.undone THEN 'unmerge' ELSE 'merge' END
          AND p.proposed_by = NEW.proposed_by AND p.answered_by = NEW.confirmed_by AND p.superseded_by IS NULL) THEN
        RAISE EXCEPTION 'two people merge: one proposes, another says yes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('patients_merge', 0));
    IF NOT NEW.undone AND EXISTS (
        SELECT 1 FROM patients_merge m WHERE m.superseded_by IS NULL AND NOT m.undone
          AND (m.survivor_id = NEW.patient_id OR m.patient_id = NEW.survivor_id)) THEN
        RAISE EXCEPTION 'no chain of merges: undo the earlier one first' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER two_people_merge BEFORE INSERT ON patients_merge
FOR EACH ROW EXECUTE FUNCTION patients_two_people_merge();

-- A bar holds for the person, whichever record somebody opens: it is written on all of them, and lifted from all of them.
CREATE FUNCTION patients_copy_bar(bar patients_bar, onto uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE standing uuid;
BEGIN
    SELECT id INTO standing FROM patients_bar
    WHERE patient_id = onto AND barred = bar.barred AND superseded_by IS NULL AND NOT lifted LIMIT 1;
    IF (standing IS NULL) = bar.lifted THEN
        RETURN;
    END IF;
    INSERT INTO patients_bar (id, patient_id, barred, barred_name, kind, why, establishment, until, lifted, happened_at,
                              written_at, written_by, corrects_id)
    VALUES (gen_random_uuid(), onto, bar.barred, bar.barred_name, bar.kind, bar.why, bar.establishment, bar.until, bar.lifted,
            bar.happened_at, bar.written_at, bar.written_by, standing);
END $$;

CREATE FUNCTION patients_bar_everywhere() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE other uuid;
BEGIN
    IF pg_trigger_depth() = 1 THEN
        FOREACH other IN ARRAY array_remove(patients_linked(NEW.patient_id), NEW.patient_id) LOOP
            PERFORM patients_copy_bar(NEW, other);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_bar_is_everywhere AFTER INSERT ON patients_bar FOR EACH ROW EXECUTE FUNCTION patients_bar_everywhere();

CREATE FUNCTION patients_bars_of_both() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE bar patients_bar; other uuid; same uuid[] := patients_linked(NEW.survivor_id);
BEGIN
    IF NOT NEW.undone THEN
        FOR bar IN SELECT * FROM patients_bar b WHERE b.patient_id = ANY(same) AND b.superseded_by IS NULL AND NOT b.lifted LOOP
            FOREACH other IN ARRAY array_remove(same, bar.patient_id) LOOP
                PERFORM patients_copy_bar(bar, other);
            END LOOP;
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER bars_of_both_hold AFTER INSERT ON patients_merge FOR EACH ROW EXECUTE FUNCTION patients_bars_of_both();

REVOKE ALL ON FUNCTION patients_copy_bar(patients_bar, uuid), patients_own_proposal(), patients_two_people_merge(),
    patients_bar_everywhere(), patients_bars_of_both() FROM PUBLIC;
