-- pg_ts_parser: parsers of text search.
SELECT 3601, p.oid, 'text search parser', pg_catalog.format('%I.%I', n.nspname, p.prsname),
       pg_catalog.format('CREATE TEXT SEARCH PARSER %I.%I (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s', n.nspname, p.prsname,
         p.prsstart, p.prstoken, p.prsend, p.prslextype)
       || COALESCE(', HEADLINE = ' || NULLIF(p.prsheadline::pg_catalog.oid, 0)::pg_catalog.regproc, '') || ')', NULL, NULL, NULL, NULL
FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 3601 AND d.objid = p.oid AND d.deptype = 'e')
