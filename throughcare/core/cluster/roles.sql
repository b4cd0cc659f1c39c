-- The three roles of the app, beside the administrator who made the cluster. Read by psql.
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['throughcare_owner', 'throughcare_app', 'throughcare_backup']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

-- Owns the tables and migrates them; row security binds even the owner where it is forced.
ALTER ROLE throughcare_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
-- Web and worker: owns nothing.
ALTER ROLE throughcare_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';
-- Reads everything, whoever's it is, and writes nothing.
ALTER ROLE throughcare_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS PASSWORD :'backup_password';
GRANT pg_read_all_data TO throughcare_backup;
