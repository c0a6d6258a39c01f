-- pg_stat_progress_*: how far statements of sessions of this database are. What counts depends on the phase.
-- Of another role's statement nothing but the process may be seen.
SELECT p.pid, 'index' AS work, p.relid::pg_catalog.regclass::text AS relation, p.phase,
       CASE WHEN p.phase LIKE '%loading tuples%' THEN p.tuples_done WHEN p.phase LIKE 'waiting%' THEN p.lockers_done
            ELSE p.blocks_done END AS done,
       CASE WHEN p.phase LIKE '%loading tuples%' THEN p.tuples_total WHEN p.phase LIKE 'waiting%' THEN p.lockers_total
            ELSE p.blocks_total END AS total
FROM pg_catalog.pg_stat_progress_create_index p
WHERE p.datname = pg_catalog.current_database() AND p.relid IS NOT NULL AND p.phase IS NOT NULL
UNION ALL
SELECT p.pid, 'rewrite', p.relid::pg_catalog.regclass::text, p.phase, p.heap_blks_scanned, p.heap_blks_total
FROM pg_catalog.pg_stat_progress_cluster p
WHERE p.datname = pg_catalog.current_database() AND p.relid IS NOT NULL AND p.phase IS NOT NULL
UNION ALL
SELECT p.pid, 'vacuum', p.relid::pg_catalog.regclass::text, p.phase, p.heap_blks_scanned, p.heap_blks_total
FROM pg_catalog.pg_stat_progress_vacuum p
WHERE p.datname = pg_catalog.current_database() AND p.relid IS NOT NULL AND p.phase IS NOT NULL
