CREATE TABLE audit_fact (
    id uuid NOT NULL,
    kind varchar(60) NOT NULL,
    actor varchar(80) NOT NULL CONSTRAINT a_fact_has_an_actor CHECK (actor <> ''),
    happened_at timestamptz NOT NULL,
    written_at timestamptz NOT NULL,
    day date NOT NULL,
    patient_id uuid,
    establishment varchar(3) NOT NULL,
    kept jsonb NOT NULL,
    PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
CREATE INDEX facts_of ON audit_fact (patient_id, happened_at DESC);

CREATE TABLE audit_access (
    id uuid NOT NULL,
    actor varchar(80) NOT NULL CONSTRAINT a_look_has_an_actor CHECK (actor <> ''),
    actor_name varchar(120) NOT NULL,
    role varchar(40) NOT NULL,
    establishment varchar(3) NOT NULL,
    purpose varchar(40) NOT NULL,
    page varchar(120) NOT NULL,
    method varchar(8) NOT NULL,
    status smallint NOT NULL CHECK (status >= 0),
    patients uuid[] NOT NULL,
    at timestamptz NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
CREATE INDEX looks_of ON audit_access (actor, at DESC);

-- A row of a month that nobody prepared lands here rather than nowhere.
CREATE TABLE audit_fact_rest PARTITION OF audit_fact DEFAULT;
CREATE TABLE audit_access_rest PARTITION OF audit_access DEFAULT;

-- Months ahead, made by the worker as the app role: it may call this and nothing else here.
CREATE FUNCTION audit_make_months(first date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE parent text; start date; name text; made integer := 0;
BEGIN
    FOREACH parent IN ARRAY ARRAY['audit_fact', 'audit_access'] LOOP
        FOR n IN 0 .. least(months, 24) - 1 LOOP
            start := date_trunc('month', first)::date + make_interval(months => n);
            name := parent || to_char(start, '_YYYY_MM');
            IF to_regclass(name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                               name, parent, start, start + interval '1 month');
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
SELECT audit_make_months(current_date, 3);
