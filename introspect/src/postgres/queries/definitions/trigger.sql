-- pg_trigger: triggers of tables and views, but for those of constraints. A partition's copy is a part of its partitioned
-- table's: it is switched with that, until it is switched by itself.
SELECT 2620, t.oid, 'trigger', pg_catalog.format('%I ON %I.%I', t.tgname, n.nspname, c.relname),
       pg_catalog.pg_get_triggerdef(t.oid), t.tgrelid, pg_catalog.pg_get_triggerdef(t.oid),
       (SELECT pg_catalog.json_object_agg(x.key, pg_catalog.json_build_object('value', x.state, 'separate', x.separate,
               'add', x.lead || (w.words ->> x.state) || x.trigger, 'alter', x.lead || (w.words ->> x.state) || x.trigger,
               'drop', x.lead || (w.words ->> t.tgenabled::text) || x.trigger, 'on', x."on"))
        FROM (SELECT 'state', NULL::pg_catalog.oid, t.tgenabled::text, t.tgenabled <> 'O', pg_catalog.format('ALTER TABLE %I.%I ', n.nspname, c.relname),
                     pg_catalog.format(' TRIGGER %I', t.tgname)
              UNION ALL
              SELECT pg_catalog.format('state of %s (%s)', r.name, t.tgenabled), gc.oid, g.tgenabled::text, true,
                     pg_catalog.format('ALTER TABLE ONLY %s ', r.name), pg_catalog.format(' TRIGGER %I', g.tgname)
              FROM (WITH RECURSIVE copy(oid) AS (
                      SELECT g.oid FROM pg_catalog.pg_trigger g WHERE g.tgparentid = t.oid AND c.relkind = 'p'
                      UNION ALL SELECT g.oid FROM pg_catalog.pg_trigger g JOIN copy ON g.tgparentid = copy.oid)
                    SELECT copy.oid FROM copy) copies
              JOIN pg_catalog.pg_trigger g ON g.oid = copies.oid
              JOIN pg_catalog.pg_class gc ON gc.oid = g.tgrelid JOIN pg_catalog.pg_namespace gn ON gn.oid = gc.relnamespace
              CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I', gn.nspname, gc.relname) AS name) r
              WHERE g.tgenabled <> t.tgenabled) x(key, "on", state, separate, lead, trigger)), NULL
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (SELECT '{"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}'::pg_catalog.json) w(words)
WHERE NOT t.tgisinternal AND t.tgparentid = 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND t.tgrelid = ANY (:relations) -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2620 AND d.objid = t.oid AND d.deptype = 'e')
