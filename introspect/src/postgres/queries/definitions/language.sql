-- pg_language: languages that routines are written in.
SELECT 2612, l.oid, 'language', pg_catalog.quote_ident(l.lanname),
       pg_catalog.format('CREATE %sLANGUAGE %I HANDLER %s', CASE WHEN l.lanpltrusted THEN 'TRUSTED ' ELSE '' END, l.lanname,
         l.lanplcallfoid::pg_catalog.regproc)
       || COALESCE(' INLINE ' || NULLIF(l.laninline, 0)::pg_catalog.regproc, '')
       || COALESCE(' VALIDATOR ' || NULLIF(l.lanvalidator, 0)::pg_catalog.regproc, ''), NULL, NULL, NULL, NULL
FROM pg_catalog.pg_language l
WHERE l.oid >= 16384 AND l.lanispl
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2612 AND d.objid = l.oid AND d.deptype = 'e')
  AND false -- in a namespace
