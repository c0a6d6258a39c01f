-- pg_extension: what is installed, but for the language that every database has.
SELECT e.oid, e.extname AS name, n.nspname AS namespace, e.extversion AS version,
       e.extversion = a.default_version AS is_default, a.comment
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname
WHERE e.extname <> 'plpgsql'
  AND n.nspname = :namespace -- in a namespace
