-- pg_constraint: constraints of tables; those of domains come with the domain.
SELECT k.oid, k.conrelid AS relation, k.conname AS name,
       CASE WHEN e.verbatim THEN 'x' ELSE k.contype END AS kind, k.contype = 'f' AS foreign_key, k.condeferrable AS deferrable,
       k.condeferred AS deferred, k.convalidated AS validated, k.conindid AS index,
       k.conkey AS columns, k.confrelid AS target, tn.nspname AS target_namespace, tc.relname AS target_name, k.confkey AS target_columns,
       k.confupdtype AS on_update, k.confdeltype AS on_delete, k.confmatchtype AS match_type,
       k.connoinherit AS no_inherit,
       k.conparentid <> 0 OR (k.coninhcount > 0 AND NOT k.conislocal) AS inherited,
       k.confdelsetcols AS on_delete_columns, -- since 15
       CASE WHEN e.verbatim OR k.contype = 'x' THEN pg_catalog.pg_get_constraintdef(k.oid)
            WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END AS definition
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class tc ON tc.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
-- WITHOUT OVERLAPS, PERIOD and NOT ENFORCED (18), and kinds of later releases, are kept as the server spells them.
CROSS JOIN LATERAL (SELECT k.contype NOT IN ('p', 'u', 'f', 'c', 'x')
                        OR k.conperiod OR NOT k.conenforced -- since 18
                        AS verbatim) e
-- A foreign key to a partitioned table has a row for each partition that it refers to, which the server keeps for itself.
LEFT JOIN pg_catalog.pg_constraint w ON w.oid = NULLIF(k.conparentid, 0) AND w.contype = 'f'
WHERE k.contype NOT IN ('n', 't') AND c.relkind IN ('r', 'p') AND (w.oid IS NULL OR w.confrelid = k.confrelid)
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  AND k.conrelid = ANY (:relations) -- in a namespace
ORDER BY k.conrelid, k.conname
