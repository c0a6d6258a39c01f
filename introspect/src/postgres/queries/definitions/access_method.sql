-- pg_am: what tables and indexes are stored by.
SELECT 2601, a.oid, 'access method', pg_catalog.quote_ident(a.amname),
       pg_catalog.format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', a.amname,
         CASE a.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, a.amhandler), NULL, NULL, NULL, NULL
FROM pg_catalog.pg_am a
WHERE a.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2601 AND d.objid = a.oid AND d.deptype = 'e')
  AND false -- in a namespace
