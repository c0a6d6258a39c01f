-- pg_ts_config, pg_ts_config_map: which parser and dictionaries a text goes through.
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
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3602 AND d.objid = c.oid AND d.deptype = 'e')
