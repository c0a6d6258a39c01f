-- pg_extension: what is installed, but for the language that every database has.
SELECT e.oid, e.extname AS name, n.nspname AS namespace, e.extversion AS version,
       e.extversion = (SELECT a.default_version FROM pg_catalog.pg_available_extensions a
                       WHERE a.name = e.extname) AS is_default
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
