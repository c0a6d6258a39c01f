-- pg_ts_template: what dictionaries are made of.
SELECT 3764, t.oid, 'text search template', pg_catalog.format('%I.%I', n.nspname, t.tmplname),
       pg_catalog.format('CREATE TEXT SEARCH TEMPLATE %I.%I (', n.nspname, t.tmplname)
       || COALESCE('INIT = ' || NULLIF(t.tmplinit::pg_catalog.oid, 0)::pg_catalog.regproc || ', ', '')
       || 'LEXIZE = ' || t.tmpllexize || ')', NULL, NULL, NULL, NULL
FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3764 AND d.objid = t.oid AND d.deptype = 'e')
