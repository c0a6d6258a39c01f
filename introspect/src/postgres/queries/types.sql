-- pg_type: domains, composite types, ranges, base types and the shells of them that belong to no extension.
SELECT t.oid, t.typarray AS array_oid, t.typtype AS kind, t.typrelid AS relation,
       pg_catalog.format('%I.%I', n.nspname, t.typname) AS identity,
       CASE t.typtype
       WHEN 'd' THEN pg_catalog.format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname,
                                       pg_catalog.format_type(t.typbasetype, t.typtypmod))
         || CASE WHEN t.typcollation <> bt.typcollation THEN
              (SELECT pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co
               JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = t.typcollation) ELSE '' END
         || COALESCE(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
         || COALESCE((SELECT pg_catalog.string_agg(pg_catalog.format(E' CONSTRAINT %I %s', k.conname,
                             pg_catalog.pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
                      FROM pg_catalog.pg_constraint k
                      WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated), '')
       WHEN 'c' THEN pg_catalog.format('CREATE TYPE %I.%I AS (', n.nspname, t.typname)
         || COALESCE((SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname,
                             pg_catalog.format_type(a.atttypid, a.atttypmod))
                      || CASE WHEN a.attcollation <> at.typcollation THEN
                           (SELECT pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co
                            JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) ELSE '' END,
                      ', ' ORDER BY a.attnum)
                      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type at ON at.oid = a.atttypid
                      WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'
       WHEN 'r' THEN (SELECT pg_catalog.format('CREATE TYPE %I.%I AS RANGE (subtype = %s, multirange_type_name = %s', n.nspname, t.typname,
                             pg_catalog.format_type(r.rngsubtype, NULL), pg_catalog.format_type(r.rngmultitypid, NULL))
                      || CASE WHEN NOT oc.opcdefault THEN pg_catalog.format(', subtype_opclass = %I.%I', ocn.nspname, oc.opcname) ELSE '' END
                      || CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> st.typcollation THEN
                           (SELECT pg_catalog.format(', collation = %I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co
                            JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = r.rngcollation) ELSE '' END
                      || CASE WHEN r.rngcanonical <> 0 THEN ', canonical = ' || r.rngcanonical::pg_catalog.oid::pg_catalog.regproc ELSE '' END
                      || CASE WHEN r.rngsubdiff <> 0 THEN ', subtype_diff = ' || r.rngsubdiff::pg_catalog.oid::pg_catalog.regproc ELSE '' END
                      || ')'
                      FROM pg_catalog.pg_range r JOIN pg_catalog.pg_opclass oc ON oc.oid = r.rngsubopc
                      JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
                      JOIN pg_catalog.pg_type st ON st.oid = r.rngsubtype
                      WHERE r.rngtypid = t.oid)
       WHEN 'p' THEN pg_catalog.format('CREATE TYPE %I.%I', n.nspname, t.typname)
       WHEN 'b' THEN pg_catalog.format('CREATE TYPE %I.%I (%s%s)', n.nspname, t.typname, b.fixed,
                       (SELECT pg_catalog.string_agg(pg_catalog.format(', %s = %s', x.key, x.value), '' ORDER BY x.key)
                        FROM pg_catalog.json_each_text(b.settable) x WHERE x.value <> '-'))
       END AS definition,
       ARRAY(SELECT pg_catalog.format('ALTER DOMAIN %I.%I ADD CONSTRAINT %I %s', n.nspname, t.typname, k.conname,
                                      pg_catalog.pg_get_constraintdef(k.oid))
             FROM pg_catalog.pg_constraint k
             WHERE k.contypid = t.oid AND k.contype = 'c' AND NOT k.convalidated ORDER BY k.conname) AS not_valid,
       CASE WHEN t.typtype = 'd' THEN pg_catalog.json_build_object(
         'base', pg_catalog.format_type(t.typbasetype, t.typtypmod),
         'collation', CASE WHEN t.typcollation <> bt.typcollation THEN
           (SELECT pg_catalog.format('%I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co
            JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = t.typcollation) END,
         'default', t.typdefault, 'not_null', t.typnotnull,
         'checks', COALESCE((SELECT pg_catalog.json_object_agg(pg_catalog.quote_ident(k.conname),
                               pg_catalog.json_build_object('text', pg_catalog.pg_get_constraintdef(k.oid),
                                 'comment', pg_catalog.obj_description(k.oid, 'pg_constraint')))
                    FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '{}')) END AS domain,
       CASE WHEN t.typtype = 'c' THEN
         COALESCE((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', pg_catalog.quote_ident(a.attname),
                    'data_type', pg_catalog.format_type(a.atttypid, a.atttypmod)
                      || CASE WHEN a.attcollation <> at.typcollation THEN
                           (SELECT pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co
                            JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) ELSE '' END,
                    'comment', pg_catalog.col_description(a.attrelid, a.attnum)) ORDER BY a.attnum)
                   FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type at ON at.oid = a.atttypid
                   WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '[]') END AS attributes,
       ARRAY(SELECT k.oid FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid) AS constraints,
       CASE WHEN t.typtype = 'b' THEN b.fixed END AS fixed,
       -- What ALTER TYPE SET changes since 13. A value that is stored apart or compressed can't become plain.
       CASE WHEN t.typtype = 'b' THEN
         (SELECT pg_catalog.json_object_agg(x.key, pg_catalog.json_build_object('value', x.value, 'separate', false,
                   'add', s.text, 'alter', CASE WHEN x.value <> 'plain' THEN s.text END,
                   'drop', CASE WHEN x.key <> 'STORAGE' AND s.text <> '' THEN
                     pg_catalog.format('ALTER TYPE %I.%I SET (%s = NONE)', n.nspname, t.typname, x.key) END))
          FROM pg_catalog.json_each_text(b.settable) x
          CROSS JOIN LATERAL (SELECT CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 130000 THEN
            pg_catalog.format('ALTER TYPE %I.%I SET (%s = %s)', n.nspname, t.typname, x.key, x.value) END AS text) s
          WHERE x.value <> '-') END AS settable
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type bt ON bt.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
CROSS JOIN LATERAL (
  SELECT pg_catalog.format('INPUT = %s, OUTPUT = %s, INTERNALLENGTH = %s, ALIGNMENT = %s', t.typinput, t.typoutput,
           CASE t.typlen WHEN -1 THEN 'VARIABLE' WHEN -2 THEN '-2' ELSE t.typlen::pg_catalog.text END,
           CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END)
         || CASE WHEN t.typbyval THEN ', PASSEDBYVALUE' ELSE '' END
         || CASE WHEN t.typcategory <> 'U' THEN pg_catalog.format(', CATEGORY = %L', t.typcategory) ELSE '' END
         || CASE WHEN t.typispreferred THEN ', PREFERRED = true' ELSE '' END
         || CASE WHEN t.typdefault IS NOT NULL THEN pg_catalog.format(', DEFAULT = %L', t.typdefault) ELSE '' END
         || CASE WHEN t.typelem <> 0 THEN ', ELEMENT = ' || pg_catalog.format_type(t.typelem, NULL) ELSE '' END
         || CASE WHEN t.typdelim <> ',' THEN pg_catalog.format(', DELIMITER = %L', t.typdelim) ELSE '' END
         || CASE WHEN t.typcollation <> 0 THEN ', COLLATABLE = true' ELSE '' END AS fixed,
         pg_catalog.json_build_object('RECEIVE', t.typreceive, 'SEND', t.typsend, 'TYPMOD_IN', t.typmodin,
           'TYPMOD_OUT', t.typmodout, 'ANALYZE', t.typanalyze,
           -- New in 14.
           'SUBSCRIPT', COALESCE(pg_catalog.to_json(t) ->> 'typsubscript', '-'),
           'STORAGE', CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END)
           AS settable) b
WHERE (t.typtype IN ('d', 'r') OR (t.typtype = 'p' AND NOT t.typisdefined) OR (t.typtype = 'c' AND c.relkind = 'c')
       OR (t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)))
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND t.oid = ANY (:types) -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 1247 AND d.objid = t.oid AND d.deptype IN ('e', 'i') AND t.typtype <> 'c')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 1247 AND d.objid = t.oid AND d.deptype = 'e')
