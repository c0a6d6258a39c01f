-- pg_trigger: triggers of tables and views, but for those of constraints and partitions' copies.
SELECT 2620, t.oid, 'trigger', pg_catalog.format('%I ON %I.%I', t.tgname, n.nspname, c.relname),
       pg_catalog.pg_get_triggerdef(t.oid), t.tgrelid, pg_catalog.pg_get_triggerdef(t.oid),
       CASE WHEN t.tgenabled <> 'O' THEN pg_catalog.json_build_object('state', pg_catalog.json_build_object(
         'value', t.tgenabled, 'separate', true, 'add', s.text, 'alter', s.text,
         'drop', pg_catalog.format('ALTER TABLE %I.%I ENABLE TRIGGER %I', n.nspname, c.relname, t.tgname))) END, NULL
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('ALTER TABLE %I.%I %s TRIGGER %I', n.nspname, c.relname,
    CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname) AS text) s
WHERE NOT t.tgisinternal AND t.tgparentid = 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2620 AND d.objid = t.oid AND d.deptype = 'e')
