-- The relations of a database, all ($1) or those that the session locks, and its own locks on them. `reads` counts within the
-- transaction.
WITH locks AS (
    SELECT l.relation, l.mode FROM pg_catalog.pg_locks l
    WHERE l.locktype = 'relation' AND l.pid = pg_catalog.pg_backend_pid() AND l.relation >= 16384
)
SELECT json_build_object(
    'relations', (SELECT coalesce(json_object_agg(c.oid::text, json_build_object(
            'name', CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END,
            'kind', c.relkind, 'file', c.relfilenode::text,
            'reads', coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0))), '{}')
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_stat_xact_all_tables s ON s.relid = c.oid
        WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'v', 'S')
              AND n.nspname NOT IN ('pg_toast', 'pg_catalog')
              AND ($1 OR c.oid IN (SELECT l.relation FROM locks l))),
    'locks', (SELECT coalesce(json_agg(json_build_array(l.relation::text, l.mode)), '[]') FROM locks l)
)::text AS value
