-- pg_class: how large tables and materialized views are. Rows are as the planner estimates them: as many on a page as when the
-- table was analyzed last; of one that never was, what the statistics collector counted. One with bytes of which neither knows
-- anything is left out.
SELECT n.nspname AS namespace, c.relname AS name,
       CASE WHEN c.relkind = 'p' THEN 0
            WHEN c.reltuples >= 0 AND c.relpages > 0 THEN
              (c.reltuples * (pg_catalog.pg_relation_size(c.oid) / s.block_size) / c.relpages)::pg_catalog.int8
            ELSE GREATEST(pg_catalog.pg_stat_get_live_tuples(c.oid), 0) END AS rows,
       CASE WHEN c.relkind = 'p' THEN 0 ELSE pg_catalog.pg_relation_size(c.oid) END AS bytes,
       CASE WHEN c.reltoastrelid = 0 THEN 0 ELSE pg_catalog.pg_relation_size(c.reltoastrelid) END AS toast_bytes,
       COALESCE((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                          'name', x.relname,
                          'bytes', CASE WHEN x.relkind = 'i' THEN pg_catalog.pg_relation_size(x.oid) ELSE 0 END,
                          'values', CASE WHEN am.amname <> 'btree' THEN NULL
                                         -- C and POSIX have fixed numbers, and compare bytes.
                                         WHEN EXISTS (SELECT FROM pg_catalog.unnest(i.indcollation::pg_catalog.oid[]) l(collation_id)
                                                      WHERE l.collation_id NOT IN (0, 950, 951)) THEN 'texts'
                                         ELSE 'numbers' END) ORDER BY x.relname COLLATE "C")
                 FROM pg_catalog.pg_index i
                 JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                 JOIN pg_catalog.pg_am am ON am.oid = x.relam
                 WHERE i.indrelid = c.oid), '[]') AS indexes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::pg_catalog.float8 AS block_size) s
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT (c.relkind <> 'p' AND NOT (c.reltuples >= 0 AND c.relpages > 0) AND pg_catalog.pg_relation_size(c.oid) > 0
           AND GREATEST(pg_catalog.pg_stat_get_live_tuples(c.oid), 0) = 0)
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
