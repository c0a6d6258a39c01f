-- pg_trigger: triggers of tables and views, but for those of constraints and partitions' copies.
SELECT t.oid, t.tgrelid AS relation, c.relkind AS relation_kind,
       pg_catalog.format('%I ON %I.%I', t.tgname, n.nspname, c.relname) AS identity,
       pg_catalog.pg_get_triggerdef(t.oid) AS definition,
       CASE t.tgenabled
         WHEN 'D' THEN pg_catalog.format('ALTER TABLE %I.%I DISABLE TRIGGER %I', n.nspname, c.relname, t.tgname)
         WHEN 'R' THEN pg_catalog.format('ALTER TABLE %I.%I ENABLE REPLICA TRIGGER %I', n.nspname, c.relname, t.tgname)
         WHEN 'A' THEN pg_catalog.format('ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER %I', n.nspname, c.relname, t.tgname)
       END AS state
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 2620 AND d.objid = t.oid AND d.deptype = 'e')
