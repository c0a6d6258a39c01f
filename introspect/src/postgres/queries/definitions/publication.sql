-- pg_publication, pg_publication_rel, pg_publication_namespace: what is sent to subscribers.
-- What a later release says of one, such as ALL SEQUENCES and EXCEPT (19), is compared, and refused by name when it differs.
SELECT 6104, p.oid, 'publication', pg_catalog.quote_ident(p.pubname),
       CASE WHEN u.unknown IS NULL THEN pg_catalog.format('CREATE PUBLICATION %I%s', p.pubname,
         CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END) END, NULL,
       CASE WHEN p.puballtables THEN 'all tables' ELSE 'listed' END
         || CASE WHEN u.unknown IS NULL THEN '' ELSE pg_catalog.format(' with %s, %s', u.unknown, m.clauses) END,
       CASE WHEN u.unknown IS NULL THEN m.clauses END, m.aliases
FROM pg_catalog.pg_publication p
CROSS JOIN LATERAL (
  SELECT pg_catalog.json_object_agg(x.key, pg_catalog.json_build_object('value', x.value, 'separate', x.separate,
           'add', x.add, 'alter', x.alter, 'drop', x.drop) ORDER BY x.key) AS clauses,
         pg_catalog.json_agg(pg_catalog.json_build_array(x.class, x.oid)) FILTER (WHERE x.class IS NOT NULL) AS aliases
  FROM (
    SELECT 'table ' || r.name AS key, r.definition AS value, true AS separate,
           pg_catalog.format('ALTER PUBLICATION %I ADD TABLE ONLY %s', p.pubname, r.definition) AS add,
           NULL AS alter, pg_catalog.format('ALTER PUBLICATION %I DROP TABLE ONLY %s', p.pubname, r.name) AS drop,
           6106 AS class, r.oid
    FROM (SELECT NULL::pg_catalog.int2vector AS prattrs, NULL::pg_catalog.pg_node_tree AS prqual) AS before_15
    CROSS JOIN LATERAL (
      SELECT pr.oid, t.name, t.name
             || COALESCE(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
                                  FROM pg_catalog.pg_attribute a
                                  WHERE a.attrelid = pr.prrelid AND a.attnum = ANY (prattrs)) || ')', '')
             || COALESCE(' WHERE (' || pg_catalog.pg_get_expr(prqual, pr.prrelid) || ')', '') AS definition
      FROM pg_catalog.pg_publication_rel pr
      JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name) t
      WHERE pr.prpubid = p.oid) r
    UNION ALL -- since 15
    SELECT 'schema ' || n.nspname, '', true, -- since 15
           pg_catalog.format('ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I', p.pubname, n.nspname), NULL, -- since 15
           pg_catalog.format('ALTER PUBLICATION %I DROP TABLES IN SCHEMA %I', p.pubname, n.nspname), 6237, pn.oid -- since 15
    FROM pg_catalog.pg_publication_namespace pn JOIN pg_catalog.pg_namespace n ON n.oid = pn.pnnspid -- since 15
    WHERE pn.pnpubid = p.oid -- since 15
    UNION ALL
    SELECT 'option ' || o.name, o.value, true, s.text, s.text,
           pg_catalog.format('ALTER PUBLICATION %I SET (%s = %s)', p.pubname, o.name, o.usual), NULL, NULL
    FROM (VALUES
      ('publish', pg_catalog.quote_literal(pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                  CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)),
                  '''insert, update, delete, truncate'''),
      ('publish_via_partition_root', p.pubviaroot::text, 'false'),
      ('publish_generated_columns', CASE pg_catalog.to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' ELSE 'none' END, 'none')
    ) o(name, value, usual)
    CROSS JOIN LATERAL (SELECT pg_catalog.format('ALTER PUBLICATION %I SET (%s = %s)', p.pubname, o.name, o.value) AS text) s
    WHERE o.value <> o.usual
  ) x) m
CROSS JOIN LATERAL (
  SELECT pg_catalog.string_agg(a.name || ' = ' || a.value, ', ' ORDER BY a.name, a.value) AS unknown
  FROM (
    SELECT key, value FROM pg_catalog.jsonb_each_text(pg_catalog.to_jsonb(p))
    UNION ALL
    SELECT key, pr.prrelid::pg_catalog.regclass || ' ' || NULLIF(value, 'false')
    FROM pg_catalog.pg_publication_rel pr CROSS JOIN LATERAL pg_catalog.jsonb_each_text(pg_catalog.to_jsonb(pr))
    WHERE pr.prpubid = p.oid
  ) a(name, value)
  WHERE a.value NOT IN ('', 'false', '0', '-')
    AND a.name NOT IN ('oid', 'pubname', 'pubowner', 'puballtables', 'pubinsert', 'pubupdate', 'pubdelete', 'pubtruncate',
                       'pubviaroot', 'pubgencols', 'prpubid', 'prrelid', 'prqual', 'prattrs')) u
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 6104 AND d.objid = p.oid AND d.deptype = 'e')
  AND false -- in a namespace
