-- pg_foreign_server: servers that hold foreign data.
-- Options are the wrapper's own, and taken whole.
SELECT 1417, s.oid, 'foreign server', pg_catalog.quote_ident(s.srvname), b.text || m.options, NULL, b.text, m.clauses, NULL
FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
CROSS JOIN LATERAL (SELECT pg_catalog.format('CREATE SERVER %I', s.srvname)
    || COALESCE(' TYPE ' || pg_catalog.quote_literal(s.srvtype), '')
    || COALESCE(' VERSION ' || pg_catalog.quote_literal(s.srvversion), '')
    || pg_catalog.format(' FOREIGN DATA WRAPPER %I', w.fdwname) AS text) b
CROSS JOIN LATERAL (
  SELECT pg_catalog.json_object_agg('option ' || o.option_name, pg_catalog.json_build_object('value', o.option_value, 'separate', false,
           'add', pg_catalog.format('ALTER SERVER %I OPTIONS (ADD %I %L)', s.srvname, o.option_name, o.option_value),
           'alter', pg_catalog.format('ALTER SERVER %I OPTIONS (SET %I %L)', s.srvname, o.option_name, o.option_value),
           'drop', pg_catalog.format('ALTER SERVER %I OPTIONS (DROP %I)', s.srvname, o.option_name)) ORDER BY o.option_name) AS clauses,
         COALESCE(' OPTIONS (' || pg_catalog.string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', '
                                                        ORDER BY o.option_name) || ')', '') AS options
  FROM pg_catalog.pg_options_to_table(s.srvoptions) o) m
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 1417 AND d.objid = s.oid AND d.deptype = 'e')
  AND false -- in a namespace
