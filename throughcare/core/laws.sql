-- What the laws need in the database. Owned by the owner; the app role may only call them through triggers.

-- What time it is, for row security and every guard: the start of the transaction. Only the owner of a test's database puts
-- another moment here; `throughcare doctor` says so when it is there. The moment of a statement within a transaction is
-- core_now() + (clock_timestamp() - now()).
CREATE OR REPLACE FUNCTION core_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT now()';

-- L1: the row that a correction names learns once which row replaced it. Runs as the owner, so that the app role
-- needs no right to change anything.
CREATE OR REPLACE FUNCTION core_supersede() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE changed integer;
BEGIN
    IF NEW.superseded_by IS NOT NULL THEN
        RAISE EXCEPTION 'a new row is not superseded' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.corrects_id IS NOT NULL THEN
        EXECUTE format('UPDATE %I SET superseded_by = $1 WHERE id = $2 AND superseded_by IS NULL', TG_TABLE_NAME)
            USING NEW.id, NEW.corrects_id;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed = 0 THEN
            RAISE EXCEPTION 'already corrected: correct the latest version' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Asked at commit: the correction really landed. A row that ON CONFLICT DO NOTHING drops has run its triggers before, and
-- must not take the row that it named out of sight.
CREATE OR REPLACE FUNCTION core_correction_landed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE landed boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id = $1 AND corrects_id = $2)', TG_TABLE_NAME)
        INTO landed USING NEW.superseded_by, NEW.id;
    IF NOT landed THEN
        RAISE EXCEPTION 'no correction landed: the row stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- The few tables whose rows change keep every earlier version.
CREATE OR REPLACE FUNCTION core_keep_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_rowversion (table_name, row_id, was, changed_at, actor)
    VALUES (TG_TABLE_NAME, OLD.id, to_jsonb(OLD), core_now() + (clock_timestamp() - now()), nullif(current_setting('app.user', true), ''));
    RETURN NULL;
END $$;

-- T19: what is written about somebody after their death is an addendum and says so, whoever writes it; nothing is refused.
CREATE OR REPLACE FUNCTION core_mark_addendum() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.addendum := EXISTS (SELECT 1 FROM patients_patient p WHERE p.id = NEW.patient_id AND p.died_at IS NOT NULL);
    RETURN NEW;
END $$;

-- L3: unique (id, person) on the target and a key over both columns.
CREATE OR REPLACE FUNCTION core_same_person(t text, col text, target text, person text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE one text := left(target || '_one_person', 60); pair text := left(t || '_' || col || '_same_person', 60);
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = one AND conrelid = target::regclass) THEN
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I UNIQUE (id, %I)', target, one, person);
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = pair AND conrelid = t::regclass) THEN
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (%I, %I) REFERENCES %I (id, %I)
                        DEFERRABLE INITIALLY DEFERRED', t, pair, col, person, target, person);
    END IF;
END $$;

REVOKE ALL ON FUNCTION core_supersede(), core_correction_landed(), core_keep_version(), core_mark_addendum(), core_same_person(text, text, text, text) FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :app_role;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :app_role;
