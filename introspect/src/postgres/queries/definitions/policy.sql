-- pg_policy: row security policies. Who and which rows can be altered in place, so that no gap opens.
SELECT 3256, p.oid, 'policy', i.identity, 'CREATE POLICY ' || i.identity || b.text || v.roles
       || COALESCE(' USING (' || v.using || ')', '') || COALESCE(' WITH CHECK (' || v.checked || ')', ''),
       p.polrelid, b.text,
       (SELECT pg_catalog.json_object_agg(x.key, pg_catalog.json_build_object('value', x.text, 'separate', false,
               'add', pg_catalog.format('ALTER POLICY %s%s', i.identity, x.text),
               'alter', pg_catalog.format('ALTER POLICY %s%s', i.identity, x.text),
               'drop', CASE x.key WHEN 'roles' THEN pg_catalog.format('ALTER POLICY %s TO PUBLIC', i.identity) END))
        FROM (VALUES ('roles', NULLIF(v.roles, '')), ('using', ' USING (' || v.using || ')'),
                     ('with check', ' WITH CHECK (' || v.checked || ')')) x(key, text) WHERE x.text IS NOT NULL), NULL
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('%I ON %I.%I', p.polname, n.nspname, c.relname) AS identity) i
CROSS JOIN LATERAL (SELECT CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
    || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                     WHEN 'd' THEN ' FOR DELETE' ELSE '' END AS text) b
CROSS JOIN LATERAL (SELECT
    CASE WHEN p.polroles = '{0}' THEN '' ELSE ' TO ' || (
      SELECT pg_catalog.string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r)) END,
                                   ', ' ORDER BY pg_catalog.pg_get_userbyid(r))
      FROM pg_catalog.unnest(p.polroles) r) END AS roles,
    pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using,
    pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS checked) v
WHERE n.nspname = :namespace -- in a namespace
  AND p.polrelid = ANY (:relations) -- in a namespace
