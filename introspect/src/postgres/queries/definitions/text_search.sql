-- pg_ts_config, pg_ts_dict, pg_ts_parser, pg_ts_template: text search.
SELECT 3602, c.oid, 'text search configuration', i.identity,
       pg_catalog.format('CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %I.%I)', i.identity, pn.nspname, p.prsname),
       NULL, pg_catalog.format('%I.%I', pn.nspname, p.prsname),
       (SELECT pg_catalog.json_object_agg('mapping ' || x.alias, pg_catalog.json_build_object('value', x.dictionaries, 'separate', true,
               'add', pg_catalog.format('ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s WITH %s', i.identity, x.alias, x.dictionaries),
               'alter', pg_catalog.format('ALTER TEXT SEARCH CONFIGURATION %s ALTER MAPPING FOR %s WITH %s', i.identity, x.alias, x.dictionaries),
               'drop', pg_catalog.format('ALTER TEXT SEARCH CONFIGURATION %s DROP MAPPING FOR %s', i.identity, x.alias)) ORDER BY x.alias)
        FROM (SELECT pg_catalog.quote_ident(tt.alias) AS alias,
                     pg_catalog.string_agg(m.mapdict::pg_catalog.regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries
              FROM pg_catalog.pg_ts_config_map m JOIN LATERAL pg_catalog.ts_token_type(c.cfgparser) tt ON tt.tokid = m.maptokentype
              WHERE m.mapcfg = c.oid GROUP BY tt.alias) x), NULL
FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I', n.nspname, c.cfgname) AS identity) i
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3602 AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
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
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3600 AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 3601, p.oid, 'text search parser', pg_catalog.format('%I.%I', n.nspname, p.prsname),
       pg_catalog.format('CREATE TEXT SEARCH PARSER %I.%I (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s', n.nspname, p.prsname,
         p.prsstart, p.prstoken, p.prsend, p.prslextype)
       || COALESCE(', HEADLINE = ' || NULLIF(p.prsheadline::pg_catalog.oid, 0)::pg_catalog.regproc, '') || ')', NULL, NULL, NULL, NULL
FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3601 AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 3764, t.oid, 'text search template', pg_catalog.format('%I.%I', n.nspname, t.tmplname),
       pg_catalog.format('CREATE TEXT SEARCH TEMPLATE %I.%I (', n.nspname, t.tmplname)
       || COALESCE('INIT = ' || NULLIF(t.tmplinit::pg_catalog.oid, 0)::pg_catalog.regproc || ', ', '')
       || 'LEXIZE = ' || t.tmpllexize || ')', NULL, NULL, NULL, NULL
FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3764 AND d.objid = t.oid AND d.deptype = 'e')
