-- pg_foreign_data_wrapper: how foreign data is reached. Options are the wrapper's own, and taken whole.
-- What a later release says of one, such as CONNECTION (19), is compared, and refused by name when it differs.
SELECT 2328, w.oid, 'foreign data wrapper', pg_catalog.quote_ident(w.fdwname),
       CASE WHEN u.unknown IS NULL THEN pg_catalog.format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname)
       || COALESCE(' HANDLER ' || NULLIF(w.fdwhandler, 0)::pg_catalog.regproc, '')
       || COALESCE(' VALIDATOR ' || NULLIF(w.fdwvalidator, 0)::pg_catalog.regproc, '') || m.options END,
       NULL, CASE WHEN u.unknown IS NULL THEN '' ELSE pg_catalog.format('%s, %s', u.unknown, m.clauses) END,
       CASE WHEN u.unknown IS NULL THEN m.clauses END, NULL
FROM pg_catalog.pg_foreign_data_wrapper w
CROSS JOIN LATERAL (
  SELECT pg_catalog.json_object_agg(x.key, pg_catalog.json_build_object('value', x.value, 'separate', false,
           'add', pg_catalog.format('ALTER FOREIGN DATA WRAPPER %I %s', w.fdwname, x.add),
           'alter', pg_catalog.format('ALTER FOREIGN DATA WRAPPER %I %s', w.fdwname, x.alter),
           'drop', pg_catalog.format('ALTER FOREIGN DATA WRAPPER %I %s', w.fdwname, x.drop)) ORDER BY x.key) AS clauses,
         COALESCE(' OPTIONS (' || pg_catalog.string_agg(x.inline, ', ' ORDER BY x.key) || ')', '') AS options
  FROM (
    SELECT 'option ' || o.option_name AS key, o.option_value AS value,
           pg_catalog.format('OPTIONS (ADD %I %L)', o.option_name, o.option_value) AS add,
           pg_catalog.format('OPTIONS (SET %I %L)', o.option_name, o.option_value) AS alter,
           pg_catalog.format('OPTIONS (DROP %I)', o.option_name) AS drop,
           pg_catalog.format('%I %L', o.option_name, o.option_value) AS inline
    FROM pg_catalog.pg_options_to_table(w.fdwoptions) o
    UNION ALL
    SELECT f.word, f.routine::pg_catalog.regproc::text, f.word || ' ' || f.routine::pg_catalog.regproc, f.word || ' ' || f.routine::pg_catalog.regproc,
           'NO ' || f.word, NULL
    FROM (VALUES ('HANDLER', w.fdwhandler), ('VALIDATOR', w.fdwvalidator)) f(word, routine) WHERE f.routine <> 0
  ) x) m
CROSS JOIN LATERAL (
  -- The number of a function is another one in each database.
  SELECT pg_catalog.string_agg(a.key || ' = ' || COALESCE((SELECT q.oid::pg_catalog.regprocedure::pg_catalog.text FROM pg_catalog.pg_proc q
                                                           WHERE q.oid::pg_catalog.text = a.value), a.value), ', ' ORDER BY a.key) AS unknown
  FROM pg_catalog.jsonb_each_text(pg_catalog.to_jsonb(w)) a
  WHERE a.value NOT IN ('', 'false', '0', '-')
    AND a.key NOT IN ('oid', 'fdwname', 'fdwowner', 'fdwhandler', 'fdwvalidator', 'fdwacl', 'fdwoptions')) u
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2328 AND d.objid = w.oid AND d.deptype = 'e')
  AND false -- in a namespace
