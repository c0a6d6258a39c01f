-- pg_operator: operators of users, but for the shells that others are still to fill.
SELECT 2617, o.oid, 'operator', t.identity,
       pg_catalog.format('CREATE OPERATOR %I.%s (FUNCTION = %s', n.nspname, o.oprname, o.oprcode::pg_catalog.oid::pg_catalog.regproc)
       || CASE WHEN o.oprleft <> 0 THEN ', LEFTARG = ' || pg_catalog.format_type(o.oprleft, NULL) ELSE '' END
       || ', RIGHTARG = ' || pg_catalog.format_type(o.oprright, NULL) || related.text
       || COALESCE(', RESTRICT = ' || NULLIF(o.oprrest, 0)::pg_catalog.oid::pg_catalog.regproc, '')
       || COALESCE(', JOIN = ' || NULLIF(o.oprjoin, 0)::pg_catalog.oid::pg_catalog.regproc, '')
       || CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')',
       NULL, pg_catalog.concat_ws(' ', o.oprcode, related.text, o.oprcanhash, o.oprcanmerge),
       (SELECT pg_catalog.json_object_agg(e.word, pg_catalog.json_build_object('value', e.estimator::pg_catalog.regproc::text, 'separate', false,
               'add', pg_catalog.format('ALTER OPERATOR %s SET (%s = %s)', t.identity, e.word, e.estimator::pg_catalog.regproc),
               'alter', pg_catalog.format('ALTER OPERATOR %s SET (%s = %s)', t.identity, e.word, e.estimator::pg_catalog.regproc),
               'drop', pg_catalog.format('ALTER OPERATOR %s SET (%s = NONE)', t.identity, e.word)))
        FROM (VALUES ('RESTRICT', o.oprrest::pg_catalog.oid), ('JOIN', o.oprjoin::pg_catalog.oid)) e(word, estimator)
        WHERE e.estimator <> 0), NULL
FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I.%s (%s, %s)', n.nspname, o.oprname,
    CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END,
    pg_catalog.format_type(o.oprright, NULL)) AS identity) t
CROSS JOIN LATERAL (SELECT
    COALESCE((SELECT pg_catalog.format(', COMMUTATOR = OPERATOR(%I.%s)', rn.nspname, r.oprname) FROM pg_catalog.pg_operator r
              JOIN pg_catalog.pg_namespace rn ON rn.oid = r.oprnamespace WHERE r.oid = o.oprcom), '')
    || COALESCE((SELECT pg_catalog.format(', NEGATOR = OPERATOR(%I.%s)', rn.nspname, r.oprname) FROM pg_catalog.pg_operator r
              JOIN pg_catalog.pg_namespace rn ON rn.oid = r.oprnamespace WHERE r.oid = o.oprnegate), '') AS text) related
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND o.oprcode <> 0
  AND n.nspname = :namespace -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 2617 AND d.objid = o.oid AND d.deptype = 'e')
