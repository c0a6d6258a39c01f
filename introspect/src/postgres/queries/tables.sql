-- pg_class: ordinary and partitioned tables that belong to no extension.
SELECT c.oid, n.nspname AS namespace, c.relname AS name, c.reltype AS row_type,
       (SELECT t.typarray FROM pg_catalog.pg_type t WHERE t.oid = c.reltype) AS row_array,
       c.relpersistence = 'u' AS unlogged,
       c.reloptions || (SELECT pg_catalog.array_agg('toast.' || o.text) FROM pg_catalog.pg_class x
                        CROSS JOIN LATERAL pg_catalog.unnest(x.reloptions) o(text) WHERE x.oid = c.reltoastrelid) AS options,
       CASE WHEN am.amname <> 'heap' THEN am.amname END AS access_method,
       ts.spcname AS tablespace, c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS force_row_security, c.relreplident AS replica_identity,
       CASE WHEN c.relreplident = 'i' THEN
         (SELECT x.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
          WHERE i.indrelid = c.oid AND i.indisreplident) END AS replica_index,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
       -- The name is that of a foreign table, which is none of these.
       CASE WHEN c.relispartition OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) THEN
         (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(i.inhparent, CASE WHEN p.relkind = 'f' THEN pn.nspname END, p.relname)
                                     ORDER BY i.inhseqno)
          FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid) END AS parents,
       CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND c.oid = ANY (:relations) -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 1259 AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
