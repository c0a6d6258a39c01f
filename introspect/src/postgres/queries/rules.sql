-- pg_rewrite: rules other than the one that makes a view.
SELECT r.oid, r.ev_class AS relation, c.relkind AS relation_kind,
       pg_catalog.format('%I ON %I.%I', r.rulename, n.nspname, c.relname) AS identity,
       pg_catalog.pg_get_ruledef(r.oid) AS definition,
       CASE r.ev_enabled
         WHEN 'D' THEN pg_catalog.format('ALTER TABLE %I.%I DISABLE RULE %I', n.nspname, c.relname, r.rulename)
         WHEN 'R' THEN pg_catalog.format('ALTER TABLE %I.%I ENABLE REPLICA RULE %I', n.nspname, c.relname, r.rulename)
         WHEN 'A' THEN pg_catalog.format('ALTER TABLE %I.%I ENABLE ALWAYS RULE %I', n.nspname, c.relname, r.rulename)
       END AS state
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 2618 AND d.objid = r.oid AND d.deptype = 'e')
