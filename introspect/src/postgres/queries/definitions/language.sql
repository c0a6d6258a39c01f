-- pg_language, pg_am, pg_transform: what other objects are written in and stored by.
SELECT 2612, l.oid, 'language', pg_catalog.quote_ident(l.lanname),
       pg_catalog.format('CREATE %sLANGUAGE %I HANDLER %s', CASE WHEN l.lanpltrusted THEN 'TRUSTED ' ELSE '' END, l.lanname,
         l.lanplcallfoid::pg_catalog.regproc)
       || COALESCE(' INLINE ' || NULLIF(l.laninline, 0)::pg_catalog.regproc, '')
       || COALESCE(' VALIDATOR ' || NULLIF(l.lanvalidator, 0)::pg_catalog.regproc, ''), NULL, NULL, NULL, NULL
FROM pg_catalog.pg_language l
WHERE l.oid >= 16384 AND l.lanispl
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2612 AND d.objid = l.oid AND d.deptype = 'e')
UNION ALL
SELECT 2601, a.oid, 'access method', pg_catalog.quote_ident(a.amname),
       pg_catalog.format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', a.amname,
         CASE a.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, a.amhandler), NULL, NULL, NULL, NULL
FROM pg_catalog.pg_am a
WHERE a.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2601 AND d.objid = a.oid AND d.deptype = 'e')
UNION ALL
SELECT 3576, t.oid, 'transform', i.identity,
       pg_catalog.format('CREATE TRANSFORM %s (%s)', i.identity, pg_catalog.concat_ws(', ',
         'FROM SQL WITH FUNCTION ' || NULLIF(t.trffromsql::pg_catalog.oid, 0)::pg_catalog.regprocedure,
         'TO SQL WITH FUNCTION ' || NULLIF(t.trftosql::pg_catalog.oid, 0)::pg_catalog.regprocedure)), NULL, NULL, NULL, NULL
FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang
CROSS JOIN LATERAL (SELECT pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(t.trftype, NULL), l.lanname) AS identity) i
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3576 AND d.objid = t.oid AND d.deptype = 'e')
