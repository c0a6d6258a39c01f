-- pg_event_trigger: triggers of the whole database.
SELECT 3466, e.oid, 'event trigger', pg_catalog.quote_ident(e.evtname), t.text, NULL, t.text,
       CASE WHEN e.evtenabled <> 'O' THEN pg_catalog.json_build_object('state', pg_catalog.json_build_object(
         'value', e.evtenabled, 'separate', true, 'add', s.text, 'alter', s.text,
         'drop', pg_catalog.format('ALTER EVENT TRIGGER %I ENABLE', e.evtname))) END, NULL
FROM pg_catalog.pg_event_trigger e
CROSS JOIN LATERAL (SELECT pg_catalog.format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %s()', e.evtname, e.evtevent,
    COALESCE((SELECT ' WHEN TAG IN (' || pg_catalog.string_agg(pg_catalog.quote_literal(x), ', ') || ')'
              FROM pg_catalog.unnest(e.evttags) x), ''), e.evtfoid::pg_catalog.regproc) AS text) t
CROSS JOIN LATERAL (SELECT pg_catalog.format('ALTER EVENT TRIGGER %I %s', e.evtname,
    CASE e.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END) AS text) s
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3466 AND d.objid = e.oid AND d.deptype = 'e')
  AND false -- in a namespace
