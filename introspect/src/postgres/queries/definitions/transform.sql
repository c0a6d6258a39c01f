-- pg_transform: how types are handed to a language.
SELECT 3576, t.oid, 'transform', i.identity,
       pg_catalog.format('CREATE TRANSFORM %s (%s)', i.identity, pg_catalog.concat_ws(', ',
         'FROM SQL WITH FUNCTION ' || NULLIF(t.trffromsql::pg_catalog.oid, 0)::pg_catalog.regprocedure,
         'TO SQL WITH FUNCTION ' || NULLIF(t.trftosql::pg_catalog.oid, 0)::pg_catalog.regprocedure)), NULL, NULL, NULL, NULL
FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang
CROSS JOIN LATERAL (SELECT pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(t.trftype, NULL), l.lanname) AS identity) i
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3576 AND d.objid = t.oid AND d.deptype = 'e')
  AND false -- in a namespace
