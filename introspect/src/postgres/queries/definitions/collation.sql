-- pg_collation: collations of users. The version and the encoding are the machine's.
SELECT 3456, c.oid, 'collation', pg_catalog.format('%I.%I', n.nspname, c.collname),
       CASE WHEN c.collprovider IN ('b', 'c', 'i') THEN
         pg_catalog.format('CREATE COLLATION %I.%I (provider = %s', n.nspname, c.collname,
           CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'b' THEN 'builtin' ELSE 'icu' END)
         || CASE c.collprovider WHEN 'c' THEN
              pg_catalog.format(', lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype)
            ELSE pg_catalog.format(', locale = %L', COALESCE(pg_catalog.to_jsonb(c) ->> 'colllocale',
                                   pg_catalog.to_jsonb(c) ->> 'colliculocale', c.collcollate)) END
         || CASE WHEN c.collisdeterministic THEN '' ELSE ', deterministic = false' END
         || COALESCE(', rules = ' || pg_catalog.quote_literal(pg_catalog.to_jsonb(c) ->> 'collicurules'), '') || ')' END,
       NULL, NULL, NULL, NULL
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3456 AND d.objid = c.oid AND d.deptype = 'e')
