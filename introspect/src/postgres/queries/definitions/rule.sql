-- pg_rewrite: rules other than the one that makes a view.
SELECT 2618, r.oid, 'rule', pg_catalog.format('%I ON %I.%I', r.rulename, n.nspname, c.relname),
       pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';'), r.ev_class, pg_catalog.pg_get_ruledef(r.oid),
       CASE WHEN r.ev_enabled <> 'O' THEN pg_catalog.json_build_object('state', pg_catalog.json_build_object(
         'value', r.ev_enabled, 'separate', true, 'add', s.text, 'alter', s.text,
         'drop', pg_catalog.format('ALTER TABLE %I.%I ENABLE RULE %I', n.nspname, c.relname, r.rulename))) END, NULL
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('ALTER TABLE %I.%I %s RULE %I', n.nspname, c.relname,
    CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, r.rulename) AS text) s
WHERE r.rulename <> '_RETURN'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND r.ev_class = ANY (:relations) -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2618 AND d.objid = r.oid AND d.deptype = 'e')
