-- pg_attribute, pg_attrdef: columns of tables, views and materialized views.
SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS data_type, a.attnotnull AS not_null,
       d.oid AS default_oid,
       CASE WHEN a.atthasdef THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS default_value,
       a.attidentity AS identity, a.attgenerated AS generated,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT pg_catalog.json_build_array(cn.nspname, co.collname)
          FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
          WHERE co.oid = a.attcollation) END AS collation,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
       NULLIF(a.attcompression, '') AS compression,
       NULLIF(a.attstattarget, -1) AS statistics,
       a.attoptions AS options, a.attcollation AS collation_oid,
       a.attinhcount > 0 AND NOT a.attislocal AS inherited,
       -- Since 18 NOT NULL is a constraint with a name; a child's is named after its parent's.
       CASE WHEN nn.oid IS NOT NULL THEN pg_catalog.json_build_object(
         'oid', nn.oid, 'name', nn.conname, 'inherited', nn.coninhcount > 0 AND NOT nn.conislocal, 'has_default_name', nn.conname = c.relname || '_' || a.attname || '_not_null'
           OR (pg_catalog.length(c.relname || a.attname) > 53 AND nn.conname ~ '_not_null$')
           OR (nn.coninhcount > 0 AND (NOT nn.conislocal OR EXISTS (
                 SELECT FROM pg_catalog.pg_inherits i
                 JOIN pg_catalog.pg_constraint above ON above.conrelid = i.inhparent AND above.contype = 'n'
                 WHERE i.inhrelid = c.oid AND above.conname = nn.conname))),
         'validated', nn.convalidated, 'no_inherit', nn.connoinherit) END AS not_null_constraint
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
-- What users make has these numbers (FirstNormalObjectId in access/transam.h); by them the server's own rows are not read.
WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND a.attrelid = ANY (:relations) -- in a namespace
ORDER BY a.attrelid, a.attnum
