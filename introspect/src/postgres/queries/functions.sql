-- pg_proc: functions, procedures and aggregates that belong to no extension.
SELECT p.oid, p.prokind AS kind,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
         CASE WHEN p.prokind = 'a' AND g.aggkind = 'n' AND p.pronargs = 0 THEN '*'
              WHEN p.prokind = 'a' AND g.aggkind <> 'n' THEN pg_catalog.pg_get_function_identity_arguments(p.oid)
              ELSE (SELECT pg_catalog.string_agg(pg_catalog.format_type(a.t, NULL), ', ' ORDER BY a.i)
                    FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY a(t, i)) END) AS identity,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition,
       pg_catalog.concat_ws(' ', pg_catalog.pg_get_function_result(p.oid), p.proargnames::text,
                            p.proargmodes::text, p.pronargdefaults) AS signature,
       CASE WHEN p.prokind = 'a' AND g.aggkind = 'n' AND g.aggmtransfn = 0 AND g.aggfinalmodify = 'r' THEN
         pg_catalog.format('CREATE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s', n.nspname, p.proname,
           CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_catalog.pg_get_function_arguments(p.oid) END,
           g.aggtransfn::pg_catalog.oid::pg_catalog.regproc, pg_catalog.format_type(g.aggtranstype, NULL))
         || CASE WHEN g.aggtransspace <> 0 THEN ', SSPACE = ' || g.aggtransspace ELSE '' END
         || CASE WHEN g.aggfinalfn <> 0 THEN ', FINALFUNC = ' || g.aggfinalfn::pg_catalog.oid::pg_catalog.regproc ELSE '' END
         || CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
         || CASE WHEN g.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || g.aggcombinefn::pg_catalog.oid::pg_catalog.regproc ELSE '' END
         || CASE WHEN g.aggserialfn <> 0 THEN ', SERIALFUNC = ' || g.aggserialfn::pg_catalog.oid::pg_catalog.regproc
                 || ', DESERIALFUNC = ' || g.aggdeserialfn::pg_catalog.oid::pg_catalog.regproc ELSE '' END
         || COALESCE((SELECT pg_catalog.format(', SORTOP = OPERATOR(%I.%s)', sn.nspname, so.oprname)
                      FROM pg_catalog.pg_operator so JOIN pg_catalog.pg_namespace sn ON sn.oid = so.oprnamespace
                      WHERE so.oid = g.aggsortop), '')
         || CASE WHEN g.agginitval IS NOT NULL THEN ', INITCOND = ' || pg_catalog.quote_literal(g.agginitval) ELSE '' END
         || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END
         || ')' END AS aggregate
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_aggregate g ON g.aggfnoid = p.oid
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 1255 AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
