-- pg_class, pg_type, pg_proc: what is of a kind that no release up to the newest tested one has, and what is the server's own by its
-- number and yet in a user's schema.
SELECT u.name, u.attribute, u.value
FROM (
  SELECT 1259::pg_catalog.oid AS class, c.oid, c.relnamespace AS namespace, c.relname AS name,
         'pg_class.relkind' AS attribute, c.relkind::pg_catalog.text AS value
  FROM pg_catalog.pg_class c WHERE c.relkind NOT IN ('r', 'p', 'v', 'm', 'S', 'f', 'c', 'i', 'I', 't')
  AND c.oid = ANY (:relations) -- in a namespace
  UNION ALL
  SELECT 1259, c.oid, c.relnamespace, c.relname, 'pg_class.oid', c.oid::pg_catalog.text
  FROM pg_catalog.pg_class c WHERE c.oid < 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  UNION ALL
  SELECT 1247, t.oid, t.typnamespace, t.typname, 'pg_type.typtype', t.typtype::pg_catalog.text
  FROM pg_catalog.pg_type t WHERE t.oid >= 16384 AND t.typtype NOT IN ('b', 'c', 'd', 'e', 'm', 'p', 'r')
  AND t.oid = ANY (:types) -- in a namespace
  UNION ALL
  SELECT 1255, p.oid, p.pronamespace, p.proname, 'pg_proc.prokind', p.prokind::pg_catalog.text
  FROM pg_catalog.pg_proc p WHERE p.oid >= 16384 AND p.prokind NOT IN ('f', 'p', 'a', 'w')
  AND p.oid = ANY (:functions) -- in a namespace
) o
JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I', n.nspname, o.name) AS name, o.attribute, o.value) u
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = o.class AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype = 'e')
ORDER BY u.name
