-- pg_user_mappings: who a role is on a foreign server. Options that we may not see are NULL.
-- Options are the wrapper's own, and taken whole.
SELECT 1418, u.umid, 'user mapping', i.identity, 'CREATE USER MAPPING ' || i.identity || m.options, NULL, '', m.clauses, NULL
FROM pg_catalog.pg_user_mappings u
CROSS JOIN LATERAL (SELECT pg_catalog.format('FOR %s SERVER %I',
    CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(u.usename) END, u.srvname) AS identity) i
CROSS JOIN LATERAL (
  SELECT pg_catalog.json_object_agg('option ' || o.option_name, pg_catalog.json_build_object('value', o.option_value, 'separate', false,
           'add', pg_catalog.format('ALTER USER MAPPING %s OPTIONS (ADD %I %L)', i.identity, o.option_name, o.option_value),
           'alter', pg_catalog.format('ALTER USER MAPPING %s OPTIONS (SET %I %L)', i.identity, o.option_name, o.option_value),
           'drop', pg_catalog.format('ALTER USER MAPPING %s OPTIONS (DROP %I)', i.identity, o.option_name)) ORDER BY o.option_name) AS clauses,
         COALESCE(' OPTIONS (' || pg_catalog.string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', '
                                                        ORDER BY o.option_name) || ')', '') AS options
  FROM pg_catalog.pg_options_to_table(u.umoptions) o) m
WHERE false -- in a namespace
