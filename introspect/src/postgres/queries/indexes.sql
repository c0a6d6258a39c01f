-- pg_index: indexes of tables and materialized views, those of constraints too.
SELECT i.indexrelid AS oid, i.indrelid AS relation, x.relname AS name, i.indisunique AS unique,
       am.amname AS method,
       -- A foreign partition has no index. CREATE INDEX passes it over; behind ATTACH PARTITION, which dumps write, the server waits
       -- for it in vain, and never calls the whole valid.
       i.indisvalid OR CASE WHEN x.relkind = 'I' THEN
         EXISTS (SELECT FROM pg_catalog.pg_partition_tree(i.indrelid) t
                 JOIN pg_catalog.pg_class tc ON tc.oid = t.relid WHERE tc.relkind = 'f')
         AND (SELECT pg_catalog.count(*) FROM pg_catalog.pg_partition_tree(i.indrelid) t
              JOIN pg_catalog.pg_class tc ON tc.oid = t.relid WHERE tc.relkind <> 'f')
           = (SELECT pg_catalog.count(*) FROM pg_catalog.pg_partition_tree(i.indexrelid) t
              JOIN pg_catalog.pg_index ti ON ti.indexrelid = t.relid WHERE ti.indisvalid OR NOT t.isleaf)
       ELSE false END AS valid, x.relkind = 'I' AS partitioned, i.indisclustered AS clustered,
       i.indnullsnotdistinct AS nulls_not_distinct, -- since 15
       i.indnkeyatts AS key_count, i.indkey::pg_catalog.int2[] AS columns,
       i.indclass::pg_catalog.oid[] AS operator_classes, i.indcollation::pg_catalog.oid[] AS collations,
       i.indoption::pg_catalog.int2[] AS options, x.reloptions AS storage_parameters,
       ts.spcname AS tablespace, inh.inhparent AS parent,
       CASE WHEN 0 = ANY (i.indkey) THEN
         ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, false)
               FROM pg_catalog.generate_series(1, i.indnatts) k) END AS expressions,
       CASE WHEN i.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END AS predicate,
       a.class_options, a.statistics
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_am am ON am.oid = x.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = x.reltablespace
LEFT JOIN pg_catalog.pg_inherits inh ON inh.inhrelid = i.indexrelid
LEFT JOIN (SELECT a.attrelid, pg_catalog.json_object_agg(a.attnum, a.attoptions) FILTER (WHERE a.attoptions IS NOT NULL) AS class_options,
                  pg_catalog.json_object_agg(a.attnum, a.attstattarget) FILTER (WHERE a.attstattarget >= 0) AS statistics
           FROM pg_catalog.pg_attribute a WHERE a.attrelid >= 16384 AND (a.attoptions IS NOT NULL OR a.attstattarget >= 0)
           AND a.attrelid = ANY (ARRAY(SELECT o.indexrelid FROM pg_catalog.pg_index o WHERE o.indrelid = ANY (:relations))) -- in a namespace
           GROUP BY a.attrelid) a ON a.attrelid = i.indexrelid
WHERE i.indexrelid >= 16384 AND c.relkind IN ('r', 'p', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND i.indrelid = ANY (:relations) -- in a namespace
ORDER BY i.indrelid, x.relname
