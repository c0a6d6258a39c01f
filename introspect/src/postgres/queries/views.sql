-- pg_class, pg_rewrite: views and materialized views.
SELECT c.oid, r.oid AS rule, n.nspname AS namespace, c.relname AS name, c.relkind = 'm' AS materialized,
       c.reltype AS row_type, (SELECT t.typarray FROM pg_catalog.pg_type t WHERE t.oid = c.reltype) AS row_array,
       pg_catalog.pg_get_viewdef(c.oid) AS query,
       c.reloptions || (SELECT pg_catalog.array_agg('toast.' || o.text) FROM pg_catalog.pg_class x
                        CROSS JOIN LATERAL pg_catalog.unnest(x.reloptions) o(text) WHERE x.oid = c.reltoastrelid) AS options,
       c.relispopulated AS populated, ts.spcname AS tablespace,
       CASE WHEN am.amname <> 'heap' THEN am.amname END AS access_method
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND c.oid = ANY (:relations) -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 1259 AND d.objid = c.oid AND d.deptype = 'e')
