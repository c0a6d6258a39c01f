-- The kinds that are compared as text and, where the text is a statement, made from it.
SELECT 3381::pg_catalog.oid AS class, s.oid, 'statistics' AS kind, pg_catalog.format('%I.%I', n.nspname, s.stxname) AS identity,
       pg_catalog.pg_get_statisticsobjdef(s.oid) AS statement, NULL::text AS compared, s.stxrelid AS relation
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
UNION ALL
SELECT 3466, e.oid, 'event trigger', pg_catalog.quote_ident(e.evtname),
       pg_catalog.format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %s()', e.evtname, e.evtevent,
         COALESCE((SELECT ' WHEN TAG IN (' || pg_catalog.string_agg(pg_catalog.quote_literal(x), ', ') || ')'
                   FROM pg_catalog.unnest(e.evttags) x), ''), e.evtfoid::pg_catalog.regproc)
         || CASE WHEN e.evtenabled = 'O' THEN '' ELSE '; ALTER EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname)
            || CASE e.evtenabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END END,
       NULL, NULL
FROM pg_catalog.pg_event_trigger e
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3466 AND d.objid = e.oid AND d.deptype = 'e')
UNION ALL
SELECT 6104, p.oid, 'publication', pg_catalog.quote_ident(p.pubname), NULL,
       (pg_catalog.to_jsonb(p) - 'oid' - 'pubowner')::text
       || COALESCE((SELECT pg_catalog.string_agg(r.prrelid::pg_catalog.regclass::text
                           || COALESCE(pg_catalog.to_jsonb(r) ->> 'prattrs', '') || COALESCE(pg_catalog.to_jsonb(r) ->> 'prqual', ''), ','
                           ORDER BY r.prrelid::pg_catalog.regclass::text)
                    FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid), ''), NULL
FROM pg_catalog.pg_publication p
UNION ALL
SELECT 6100, s.oid, 'subscription', pg_catalog.quote_ident(s.subname), NULL, s.subpublications::text, NULL
FROM pg_catalog.pg_subscription s
WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
UNION ALL
SELECT 2605, c.oid, 'cast', pg_catalog.format('(%s AS %s)', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)),
       NULL, pg_catalog.concat_ws(' ', NULLIF(c.castfunc, 0)::pg_catalog.regprocedure, c.castcontext, c.castmethod), NULL
FROM pg_catalog.pg_cast c
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2605 AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 3456, c.oid, 'collation', pg_catalog.format('%I.%I', n.nspname, c.collname),
       CASE WHEN c.collprovider IN ('c', 'i') THEN
         pg_catalog.format('CREATE COLLATION %I.%I (provider = %s', n.nspname, c.collname,
           CASE c.collprovider WHEN 'c' THEN 'libc' ELSE 'icu' END)
         || CASE c.collprovider WHEN 'c' THEN
              pg_catalog.format(', lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype)
            ELSE pg_catalog.format(', locale = %L', COALESCE(pg_catalog.to_jsonb(c) ->> 'colllocale',
                                   pg_catalog.to_jsonb(c) ->> 'colliculocale', c.collcollate)) END
         || CASE WHEN c.collisdeterministic THEN '' ELSE ', deterministic = false' END
         || COALESCE(', rules = ' || pg_catalog.quote_literal(pg_catalog.to_jsonb(c) ->> 'collicurules'), '') || ')' END,
       (pg_catalog.to_jsonb(c) - 'oid' - 'collowner' - 'collnamespace' - 'collversion' - 'collencoding')::text, NULL
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3456 AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 2617, o.oid, 'operator', o.oid::pg_catalog.regoperator::text, NULL,
       pg_catalog.concat_ws(' ', o.oprcode, o.oprcom::pg_catalog.regoperator, o.oprnegate::pg_catalog.regoperator, o.oprrest, o.oprjoin, o.oprcanmerge, o.oprcanhash), NULL
FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2617 AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 2616, o.oid, 'operator', pg_catalog.format('class %I.%I', n.nspname, o.opcname), NULL,
       pg_catalog.concat_ws(' ', pg_catalog.format_type(o.opcintype, NULL), o.opcdefault, pg_catalog.format_type(o.opckeytype, NULL)), NULL
FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2616 AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 2328, w.oid, 'foreign server', pg_catalog.format('wrapper %I', w.fdwname), NULL, w.fdwoptions::text, NULL
FROM pg_catalog.pg_foreign_data_wrapper w
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2328 AND d.objid = w.oid AND d.deptype = 'e')
UNION ALL
SELECT 1417, s.oid, 'foreign server', pg_catalog.quote_ident(s.srvname), NULL,
       pg_catalog.concat_ws(' ', w.fdwname, s.srvtype, s.srvversion, pg_catalog.md5(s.srvoptions::text),
         (SELECT pg_catalog.string_agg(pg_catalog.md5(u::text), ' ' ORDER BY u::text)
          FROM (SELECT um.usename, um.srvname FROM pg_catalog.pg_user_mappings um WHERE um.srvid = s.oid) u)), NULL
FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
UNION ALL
SELECT 1259, c.oid, 'foreign table', pg_catalog.format('%I.%I', n.nspname, c.relname), NULL,
       pg_catalog.concat_ws(' ', s.srvname, f.ftoptions::text,
         (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attfdwoptions::text), ', ' ORDER BY a.attname)
          FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)), NULL
FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_class c ON c.oid = f.ftrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
UNION ALL
SELECT 3602, c.oid, 'text search object', pg_catalog.format('configuration %I.%I', n.nspname, c.cfgname), NULL,
       pg_catalog.concat_ws(' ', p.prsname, (SELECT pg_catalog.string_agg(m.maptokentype || ' ' || m.mapseqno || ' ' || m.mapdict::pg_catalog.regdictionary, ',' ORDER BY m.maptokentype, m.mapseqno)
          FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = c.oid)), NULL
FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3602 AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 3600, c.oid, 'text search object', pg_catalog.format('dictionary %I.%I', n.nspname, c.dictname), NULL,
       pg_catalog.concat_ws(' ', c.dicttemplate, c.dictinitoption), NULL
FROM pg_catalog.pg_ts_dict c JOIN pg_catalog.pg_namespace n ON n.oid = c.dictnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3600 AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 2612, l.oid, 'language', pg_catalog.quote_ident(l.lanname), NULL, l.lanplcallfoid::pg_catalog.regprocedure::text, NULL
FROM pg_catalog.pg_language l
WHERE l.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2612 AND d.objid = l.oid AND d.deptype = 'e')
