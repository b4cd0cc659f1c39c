SELECT 'CREATE DATABASE throughcare OWNER throughcare_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'throughcare') \gexec

\connect throughcare
