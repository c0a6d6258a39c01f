-- pg_cast: casts of users.
SELECT 2605, c.oid, 'cast', t.identity,
       pg_catalog.format('CREATE CAST %s %s%s', t.identity,
         CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure
                           WHEN 'b' THEN 'WITHOUT FUNCTION' ELSE 'WITH INOUT' END,
         CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END),
       NULL, NULL, NULL, NULL
FROM pg_catalog.pg_cast c
CROSS JOIN LATERAL (SELECT pg_catalog.format('(%s AS %s)', pg_catalog.format_type(c.castsource, NULL),
                                             pg_catalog.format_type(c.casttarget, NULL)) AS identity) t
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2605 AND d.objid = c.oid AND d.deptype IN ('e', 'i'))
  AND false -- in a namespace
