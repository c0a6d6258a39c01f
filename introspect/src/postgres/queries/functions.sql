-- pg_proc: functions, procedures and aggregates that belong to no extension.
-- SET clauses (proconfig) may name any setting, custom ones too, and come with the definition.
SELECT p.oid, p.prokind AS kind,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
         CASE WHEN p.prokind = 'a' AND g.aggkind = 'n' AND p.pronargs = 0 THEN '*'
              WHEN p.prokind = 'a' AND g.aggkind <> 'n' THEN pg_catalog.pg_get_function_identity_arguments(p.oid)
              ELSE (SELECT pg_catalog.string_agg(pg_catalog.format_type(a.t, NULL), ', ' ORDER BY a.i)
                    FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY a(t, i)) END) AS identity,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition,
       -- Of several results, and of a procedure's, the text names no types.
       pg_catalog.concat_ws(' ', NULLIF(COALESCE(pg_catalog.pg_get_function_result(p.oid), '') ||
                              CASE WHEN p.proargmodes @> '{o}' AND p.prokind <> 'a' THEN
                                (SELECT ' (' || pg_catalog.string_agg(pg_catalog.format_type(a.t, NULL), ', ' ORDER BY a.i) || ')'
                                 FROM pg_catalog.unnest(p.proallargtypes) WITH ORDINALITY a(t, i)) ELSE '' END, ''),
                            p.proargnames::text, p.proargmodes::text, p.pronargdefaults) AS signature,
       CASE WHEN p.prokind = 'a' THEN
         pg_catalog.format('CREATE AGGREGATE %I.%I(%s) (', n.nspname, p.proname,
           CASE WHEN p.pronargs = 0 AND g.aggkind = 'n' THEN '*' ELSE pg_catalog.pg_get_function_arguments(p.oid) END)
         || pg_catalog.concat_ws(', ', 'SFUNC = ' || g.aggtransfn::pg_catalog.oid::pg_catalog.regproc,
           'STYPE = ' || pg_catalog.format_type(g.aggtranstype, NULL),
           'SSPACE = ' || NULLIF(g.aggtransspace, 0),
           'FINALFUNC = ' || NULLIF(g.aggfinalfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
           CASE WHEN g.aggfinalfn <> 0 AND g.aggfinalmodify <> CASE g.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN
             'FINALFUNC_MODIFY = ' || CASE g.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
           'COMBINEFUNC = ' || NULLIF(g.aggcombinefn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'SERIALFUNC = ' || NULLIF(g.aggserialfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'DESERIALFUNC = ' || NULLIF(g.aggdeserialfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'INITCOND = ' || pg_catalog.quote_literal(g.agginitval),
           'MSFUNC = ' || NULLIF(g.aggmtransfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'MINVFUNC = ' || NULLIF(g.aggminvtransfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'MSTYPE = ' || CASE WHEN g.aggmtranstype <> 0 THEN pg_catalog.format_type(g.aggmtranstype, NULL) END,
           'MSSPACE = ' || NULLIF(g.aggmtransspace, 0),
           'MFINALFUNC = ' || NULLIF(g.aggmfinalfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
           CASE WHEN g.aggmfinalfn <> 0 AND g.aggmfinalmodify <> CASE g.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN
             'MFINALFUNC_MODIFY = ' || CASE g.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
           'MINITCOND = ' || pg_catalog.quote_literal(g.aggminitval),
           (SELECT pg_catalog.format('SORTOP = OPERATOR(%I.%s)', sn.nspname, so.oprname)
            FROM pg_catalog.pg_operator so JOIN pg_catalog.pg_namespace sn ON sn.oid = so.oprnamespace
            WHERE so.oid = g.aggsortop),
           CASE WHEN g.aggkind = 'h' THEN 'HYPOTHETICAL' END,
           CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END)
         || ')' END AS aggregate
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_aggregate g ON g.aggfnoid = p.oid
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND p.oid = ANY (:functions) -- in a namespace
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 1255 AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
