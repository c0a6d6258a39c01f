-- pg_sequence: sequences, with the column that owns them ('a') or that they are the identity of ('i').
SELECT c.oid, n.nspname AS namespace, c.relname AS name, pg_catalog.format_type(s.seqtypid, NULL) AS data_type,
       s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS min_value, s.seqmax AS max_value,
       s.seqcache AS cache, s.seqcycle AS cycle, c.relpersistence = 'u' AS unlogged,
       d.refobjid AS owner, d.refobjsubid AS owner_column, d.deptype AS owner_kind,
       CASE WHEN o.relkind = 'f' THEN pg_catalog.json_build_array((SELECT x.nspname FROM pg_catalog.pg_namespace x WHERE x.oid = o.relnamespace), o.relname,
         (SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = o.oid AND a.attnum = d.refobjsubid)) END AS foreign_owner
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 1259 AND d.objid = c.oid AND d.objsubid = 0
     AND d.refclassid = 1259 AND d.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class o ON o.oid = d.refobjid
WHERE c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND s.seqrelid = ANY (:relations) -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 1259 AND e.objid = c.oid AND e.deptype = 'e')
