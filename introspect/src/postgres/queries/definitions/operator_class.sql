-- pg_opclass, pg_amop, pg_amproc: operator classes with their members.
SELECT 2616, o.oid, 'operator class', t.identity,
       pg_catalog.format('CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %I.%I AS %s', n.nspname, o.opcname,
         CASE WHEN o.opcdefault THEN ' DEFAULT' ELSE '' END, pg_catalog.format_type(o.opcintype, NULL), am.amname,
         fn.nspname, f.opfname,
         pg_catalog.concat_ws(', ', m.members, CASE WHEN o.opckeytype <> 0 THEN 'STORAGE ' || pg_catalog.format_type(o.opckeytype, NULL)
           WHEN m.members IS NULL THEN 'STORAGE ' || pg_catalog.format_type(o.opcintype, NULL) END)), NULL, NULL, NULL, m.aliases
FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
JOIN pg_catalog.pg_am am ON am.oid = o.opcmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%I USING %I', n.nspname, o.opcname, am.amname) AS identity) t
CROSS JOIN LATERAL (
  SELECT pg_catalog.string_agg(x.text, ', ' ORDER BY x.class, x.number) AS members,
         pg_catalog.json_agg(pg_catalog.json_build_array(x.class, x.oid)) AS aliases
  FROM (
    SELECT pg_catalog.format('OPERATOR %s %s', a.amopstrategy, a.amopopr::pg_catalog.regoperator)
           || COALESCE((SELECT pg_catalog.format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) FROM pg_catalog.pg_opfamily s
                        JOIN pg_catalog.pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = a.amopsortfamily), '') AS text,
           2602 AS class, a.oid, a.amopstrategy AS number
    FROM pg_catalog.pg_amop a
    WHERE EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2602 AND d.objid = a.oid
                  AND d.refclassid = 2616 AND d.refobjid = o.oid)
    UNION ALL
    SELECT pg_catalog.format('FUNCTION %s (%s, %s) %s', p.amprocnum, pg_catalog.format_type(p.amproclefttype, NULL),
             pg_catalog.format_type(p.amprocrighttype, NULL), p.amproc::pg_catalog.oid::pg_catalog.regprocedure), 2603, p.oid, p.amprocnum
    FROM pg_catalog.pg_amproc p
    WHERE EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2603 AND d.objid = p.oid
                  AND d.refclassid = 2616 AND d.refobjid = o.oid)
  ) x) m
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2616 AND d.objid = o.oid AND d.deptype = 'e')
