-- pg_ts_dict: dictionaries of text search.
SELECT 3600, c.oid, 'text search dictionary', i.identity,
       pg_catalog.format('CREATE TEXT SEARCH DICTIONARY %s (TEMPLATE = %I.%I%s)', i.identity, tn.nspname, t.tmplname,
                         COALESCE(', ' || c.dictinitoption, '')),
       NULL, pg_catalog.format('%I.%I', tn.nspname, t.tmplname),
       (SELECT pg_catalog.json_object_agg(o.m[1], pg_catalog.json_build_object('value', o.m[2], 'separate', false,
               'add', pg_catalog.format('ALTER TEXT SEARCH DICTIONARY %s (%s = %s)', i.identity, o.m[1], o.m[2]),
               'alter', pg_catalog.format('ALTER TEXT SEARCH DICTIONARY %s (%s = %s)', i.identity, o.m[1], o.m[2]),
               'drop', pg_catalog.format('ALTER TEXT SEARCH DICTIONARY %s (%s)', i.identity, o.m[1])))
        FROM pg_catalog.regexp_matches(c.dictinitoption,
               '("(?:[^"]|"")+"|[A-Za-z_][A-Za-z_0-9]*) = (E?''(?:[^'']|'''')*''|[^,'']+)', 'g') o(m)), NULL
FROM pg_catalog.pg_ts_dict c JOIN pg_catalog.pg_namespace n ON n.oid = c.dictnamespace
JOIN pg_catalog.pg_ts_template t ON t.oid = c.dicttemplate JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I', n.nspname, c.dictname) AS identity) i
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3600 AND d.objid = c.oid AND d.deptype = 'e')
