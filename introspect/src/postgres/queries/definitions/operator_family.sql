-- pg_opfamily: operator families with the members that belong to no class.
SELECT 2753, f.oid, 'operator family', t.identity, 'CREATE OPERATOR FAMILY ' || t.identity, NULL, '',
       m.clauses, m.aliases
FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I USING %I', n.nspname, f.opfname, am.amname) AS identity) t
CROSS JOIN LATERAL (
  SELECT pg_catalog.json_object_agg(x.key, pg_catalog.json_build_object('value', x.value, 'separate', true,
           'add', pg_catalog.format('ALTER OPERATOR FAMILY %s ADD %s', t.identity, x.member), 'alter', NULL,
           'drop', pg_catalog.format('ALTER OPERATOR FAMILY %s DROP %s', t.identity, x.key)) ORDER BY x.key) AS clauses,
         pg_catalog.json_agg(pg_catalog.json_build_array(x.class, x.oid)) AS aliases
  FROM (
    SELECT pg_catalog.format('OPERATOR %s (%s, %s)', a.amopstrategy, pg_catalog.format_type(a.amoplefttype, NULL), pg_catalog.format_type(a.amoprighttype, NULL)) AS key,
           a.amopopr::pg_catalog.regoperator::text AS value,
           pg_catalog.format('OPERATOR %s %s', a.amopstrategy, a.amopopr::pg_catalog.regoperator) AS member, 2602 AS class, a.oid
    FROM pg_catalog.pg_amop a WHERE a.amopfamily = f.oid
      AND EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2602 AND d.objid = a.oid AND d.refclassid = 2753)
    UNION ALL
    SELECT pg_catalog.format('FUNCTION %s (%s, %s)', p.amprocnum, pg_catalog.format_type(p.amproclefttype, NULL), pg_catalog.format_type(p.amprocrighttype, NULL)),
           p.amproc::pg_catalog.oid::pg_catalog.regprocedure::text,
           pg_catalog.format('FUNCTION %s (%s, %s) %s', p.amprocnum, pg_catalog.format_type(p.amproclefttype, NULL),
             pg_catalog.format_type(p.amprocrighttype, NULL), p.amproc::pg_catalog.oid::pg_catalog.regprocedure), 2603, p.oid
    FROM pg_catalog.pg_amproc p WHERE p.amprocfamily = f.oid
      AND EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2603 AND d.objid = p.oid AND d.refclassid = 2753)
  ) x) m
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2753 AND d.objid = f.oid AND d.deptype = 'e')
