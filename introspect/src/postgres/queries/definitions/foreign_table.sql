-- pg_foreign_table: tables of foreign servers, column by column.
-- Options are the wrapper's own, and taken whole.
SELECT 1259, c.oid, 'foreign table', i.identity,
       pg_catalog.format('CREATE FOREIGN TABLE %s (%s)%s SERVER %I%s', i.identity,
         pg_catalog.concat_ws(', ', m.columns, k.checks), inh.inherits, s.srvname, m.options),
       NULL, pg_catalog.concat_ws(' ', s.srvname, inh.inherits, p.attach),
       (SELECT pg_catalog.json_object_agg(x.key, x.clause ORDER BY x.key)
        FROM (SELECT (pg_catalog.json_each(m.clauses)).* UNION ALL SELECT (pg_catalog.json_each(k.clauses)).* UNION ALL
              SELECT 'partition', pg_catalog.json_build_object('value', p.attach, 'separate', true, 'add', p.attach) WHERE p.attach IS NOT NULL) x(key, clause)),
       (SELECT pg_catalog.json_agg(x.alias) FROM (
          SELECT pg_catalog.json_build_array(2606, k.oid) FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conislocal
          UNION ALL SELECT pg_catalog.json_build_array(2604, d.oid) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid) x(alias))
FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_class c ON c.oid = f.ftrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS identity) i
CROSS JOIN LATERAL (SELECT COALESCE(' INHERITS (' || pg_catalog.string_agg(h.inhparent::pg_catalog.regclass::text, ', ' ORDER BY h.inhseqno) || ')', '') AS inherits
    FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid AND NOT c.relispartition) inh
CROSS JOIN LATERAL (SELECT CASE WHEN c.relispartition THEN (SELECT pg_catalog.format('ALTER TABLE %s ATTACH PARTITION %s %s',
    h.inhparent::pg_catalog.regclass, i.identity, pg_catalog.pg_get_expr(c.relpartbound, c.oid))
    FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) END AS attach) p
CROSS JOIN LATERAL (
  SELECT pg_catalog.string_agg(x.inline, ', ' ORDER BY x.number) FILTER (WHERE x.part = 'column') AS columns,
         COALESCE(' OPTIONS (' || pg_catalog.string_agg(x.inline, ', ' ORDER BY x.key) FILTER (WHERE x.part = 'option') || ')', '') AS options,
         pg_catalog.json_object_agg(x.key, pg_catalog.json_build_object('value', x.value, 'within', x.within, 'separate', x.part IN ('comment', 'setting'),
           'add', x.add, 'alter', x.alter, 'drop', x.drop)) AS clauses
  FROM (
    SELECT 'option' AS part, 0 AS number, 'option ' || o.option_name AS key, NULL AS within, o.option_value AS value,
           pg_catalog.format('%I %L', o.option_name, o.option_value) AS inline,
           pg_catalog.format('ALTER FOREIGN TABLE %s OPTIONS (ADD %I %L)', i.identity, o.option_name, o.option_value) AS add,
           pg_catalog.format('ALTER FOREIGN TABLE %s OPTIONS (SET %I %L)', i.identity, o.option_name, o.option_value) AS alter,
           pg_catalog.format('ALTER FOREIGN TABLE %s OPTIONS (DROP %I)', i.identity, o.option_name) AS drop
    FROM pg_catalog.pg_options_to_table(f.ftoptions) o
    UNION ALL
    SELECT y.part, a.attnum, 'column ' || a.attname || y.suffix, CASE WHEN y.part <> 'column' AND x.is_own THEN 'column ' || a.attname END,
           y.value, y.inline, y.add, y.alter, y.drop
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    CROSS JOIN LATERAL (SELECT a.attislocal OR c.relispartition AS is_own) x
    CROSS JOIN (SELECT '{"p": "PLAIN", "e": "EXTERNAL", "x": "EXTENDED", "m": "MAIN"}'::pg_catalog.json) st(words)
    CROSS JOIN LATERAL (SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation THEN
        (SELECT pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co
         JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) ELSE '' END AS type,
        pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS value,
        pg_catalog.format('ALTER FOREIGN TABLE %s ALTER COLUMN %I', i.identity, a.attname) AS alter) v
    CROSS JOIN LATERAL (
      SELECT 'column' AS part, '' AS suffix, a.attgenerated::text AS value,
             l.line AS inline, pg_catalog.format('ALTER FOREIGN TABLE %s ADD COLUMN %s', i.identity, l.line) AS add, NULL AS alter,
             pg_catalog.format('ALTER FOREIGN TABLE %s DROP COLUMN %I', i.identity, a.attname) AS drop
      FROM (SELECT pg_catalog.format('%I %s', a.attname, v.type)
              || COALESCE(' OPTIONS (' || (SELECT pg_catalog.string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', ' ORDER BY o.option_name)
                                           FROM pg_catalog.pg_options_to_table(a.attfdwoptions) o) || ')', '')
              || CASE WHEN v.value IS NULL THEN '' WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || v.value || ') STORED'
                      ELSE ' DEFAULT ' || v.value END
              || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS line) l
      UNION ALL SELECT 'type', ' type', v.type, NULL, NULL, v.alter || ' TYPE ' || v.type, NULL
      UNION ALL SELECT 'null', ' not null', '', NULL, v.alter || ' SET NOT NULL', NULL, v.alter || ' DROP NOT NULL' WHERE a.attnotnull
      UNION ALL SELECT 'default', ' value', v.value, NULL, v.alter || ' SET DEFAULT ' || v.value, v.alter || ' SET DEFAULT ' || v.value,
                       v.alter || ' DROP DEFAULT' WHERE v.value IS NOT NULL AND a.attgenerated = ''
      UNION ALL SELECT 'options', ' option ' || o.option_name, o.option_value, NULL,
                       pg_catalog.format('%s OPTIONS (ADD %I %L)', v.alter, o.option_name, o.option_value),
                       pg_catalog.format('%s OPTIONS (SET %I %L)', v.alter, o.option_name, o.option_value),
                       pg_catalog.format('%s OPTIONS (DROP %I)', v.alter, o.option_name)
                FROM pg_catalog.pg_options_to_table(a.attfdwoptions) o
      UNION ALL SELECT 'comment', ' comment', ds.description, NULL, w.text, w.text,
                       pg_catalog.format('COMMENT ON COLUMN %s.%I IS NULL', i.identity, a.attname)
                FROM pg_catalog.pg_description ds
                CROSS JOIN LATERAL (SELECT pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L', i.identity, a.attname, ds.description) AS text) w
                WHERE ds.classoid = 1259 AND ds.objoid = c.oid AND ds.objsubid = a.attnum
      UNION ALL SELECT 'setting', ' ' || z.name, z.value, NULL, v.alter || z.new, v.alter || z.new, v.alter || z.usual
                FROM (SELECT 'statistics', a.attstattarget::text, ' SET STATISTICS ' || a.attstattarget, ' SET STATISTICS -1'
                      WHERE COALESCE(a.attstattarget, -1) >= 0
                      UNION ALL SELECT 'storage', a.attstorage::text, ' SET STORAGE ' || (st.words ->> a.attstorage::text),
                                       ' SET STORAGE ' || (st.words ->> t.typstorage::text) WHERE a.attstorage <> t.typstorage
                      -- The options that are documented; a server keeps others there for itself.
                      UNION ALL SELECT o.option_name, o.option_value, pg_catalog.format(' SET (%s = %s)', o.option_name, o.option_value),
                                       pg_catalog.format(' RESET (%s)', o.option_name)
                                FROM pg_catalog.pg_options_to_table(a.attoptions) o WHERE o.option_name IN ('n_distinct', 'n_distinct_inherited')
                     ) z(name, value, new, usual)
    ) y
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (x.is_own OR y.part IN ('comment', 'setting'))
  ) x) m
CROSS JOIN LATERAL (
  SELECT pg_catalog.string_agg(x.inline, ', ' ORDER BY x.name) AS checks,
         pg_catalog.json_object_agg(x.key, pg_catalog.json_build_object('value', x.value, 'within', x.within, 'separate', x.inline IS NULL,
           'add', x.add, 'alter', x.alter, 'drop', x.drop)) FILTER (WHERE x.is_own) AS clauses
  FROM (
    -- A partition is attached with the checks of the whole, which are no clauses of its own.
    SELECT k.conname::text AS name, 'constraint ' || k.conname AS key, NULL AS within, d.text AS value, pg_catalog.format('CONSTRAINT %I %s', k.conname, d.text) AS inline,
           pg_catalog.format('ALTER FOREIGN TABLE %s ADD CONSTRAINT %I %s', i.identity, k.conname, d.text) AS add, NULL AS alter,
           pg_catalog.format('ALTER FOREIGN TABLE %s DROP CONSTRAINT %I', i.identity, k.conname) AS drop, k.conislocal AS is_own
    FROM pg_catalog.pg_constraint k CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_constraintdef(k.oid) AS text) d
    WHERE k.conrelid = c.oid AND k.contype = 'c' AND (k.conislocal OR c.relispartition)
    UNION ALL
    -- What is behind NOT NULL has a name since 18. One that was given is not made again, and nor is its comment.
    SELECT NULL, 'text of constraint ' || k.conname, o.clause, ds.description, NULL, w.text, w.text,
           pg_catalog.format('COMMENT ON CONSTRAINT %I ON %s IS NULL', k.conname, i.identity), true
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_description ds ON ds.classoid = 2606 AND ds.objoid = k.oid
    LEFT JOIN pg_catalog.pg_attribute a ON k.contype = 'n' AND a.attrelid = c.oid AND a.attnum = k.conkey[1]
    CROSS JOIN LATERAL (SELECT pg_catalog.format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, i.identity, ds.description) AS text) w
    CROSS JOIN LATERAL (SELECT CASE WHEN k.contype = 'n' THEN 'column ' || a.attname || ' not null'
                                    WHEN k.conislocal THEN 'constraint ' || k.conname END AS clause) o
    WHERE k.conrelid = c.oid AND (k.contype = 'c' OR k.conname = c.relname || '_' || a.attname || '_not_null')
  ) x) k
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 1259 AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
  AND n.nspname = :namespace -- in a namespace
  AND c.oid = ANY (:relations) -- in a namespace
