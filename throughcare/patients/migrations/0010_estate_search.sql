-- Looking nationally: who, anywhere, has this number, or this name and date of birth? At most five, masked, and never
-- without a trace. It needs the whole of what it compares, so that nobody leafs through the estate.
-- names: every name as it is compared and as it sounds; number: without spaces, in capitals.
CREATE FUNCTION patients_estate_search(
    look uuid, asker text, as_role text, place text, family text, given text, sound text, born date, number text
) RETURNS TABLE (patient uuid, given_initial text, family_initial text, born_year integer, last_prison text, last_three text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    me text := nullif(current_setting('app.user', true), '');
    hits uuid[];
BEGIN
    IF me IS NULL OR me LIKE 'system:%'
       OR NOT ('establishment:' || place = any(coalesce(nullif(current_setting('app.scopes', true), '')::text[], '{}'))) THEN
        RAISE EXCEPTION 'only somebody who gives care asks the estate' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT (coalesce(length(number), 0) >= 6 OR (born IS NOT NULL AND coalesce(length(family), 0) >= 2)) THEN
        RAISE EXCEPTION 'a full number, or a name and a date of birth' USING ERRCODE = 'check_violation';
    END IF;
    hits := ARRAY(
        SELECT DISTINCT patients_survivor(found.id) FROM (
            SELECT i.patient_id AS id FROM patients_identifier i
            WHERE number <> '' AND i.key = number AND i.superseded_by IS NULL
            UNION ALL
            SELECT n.patient_id FROM patients_name n JOIN patients_patient p ON p.id = n.patient_id
            WHERE born IS NOT NULL AND n.superseded_by IS NULL AND coalesce(n.date_of_birth, p.date_of_birth) = born
              AND (n.family_key = family OR (sound <> '' AND n.family_sound = sound) OR (n.family_key = given AND n.given_key = family))
              AND (given = '' OR left(n.given_key, 1) = left(given, 1) OR (n.family_key = given AND n.given_key = family))
        ) found LIMIT 5);
    INSERT INTO audit_access (id, actor, actor_name, role, establishment, purpose, page, method, status, patients, at, day)
    VALUES (look, me, asker, as_role, place, coalesce(nullif(current_setting('app.purpose', true), ''), 'care'),
            'estate-search:' || CASE WHEN number <> '' THEN 'number' ELSE 'name and birth' END, 'GET', 200, hits,
            clock_timestamp(), (clock_timestamp() AT TIME ZONE 'UTC')::date);
    RETURN QUERY
    SELECT p.id, upper(left(p.given_names, 1)), upper(left(p.family_name, 1)), extract(year FROM p.date_of_birth)::integer,
           coalesce((SELECT s.establishment_id::text FROM custody_bedstay s JOIN patients_match m ON m.prisoner_id = s.prisoner_id
                     WHERE m.patient_id = ANY(patients_linked(p.id)) AND m.superseded_by IS NULL AND s.superseded_at IS NULL
                     ORDER BY s.since DESC LIMIT 1), ''),
           coalesce((SELECT right(i.key, 3) FROM patients_identifier i
                     WHERE i.patient_id = ANY(patients_linked(p.id)) AND i.superseded_by IS NULL AND i.system IN ('prison', 'nhs')
                     ORDER BY i.system DESC, i.written_at DESC LIMIT 1), '')
    FROM patients_patient p WHERE p.id = ANY(hits) ORDER BY p.id;
END $$;
