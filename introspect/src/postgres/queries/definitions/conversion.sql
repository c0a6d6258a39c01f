-- pg_conversion: conversions between encodings.
SELECT 2607, c.oid, 'conversion', pg_catalog.format('%I.%I', n.nspname, c.conname),
       pg_catalog.format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END,
         n.nspname, c.conname, pg_catalog.pg_encoding_to_char(c.conforencoding),
         pg_catalog.pg_encoding_to_char(c.contoencoding), c.conproc), NULL, NULL, NULL, NULL
FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2607 AND d.objid = c.oid AND d.deptype = 'e')
