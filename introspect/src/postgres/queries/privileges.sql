-- The difference of each object's privileges from what its kind and owner give by default, or its extension.
WITH acl(class, oid, number, owner, acl, defaults, identity) AS (
  SELECT 1259, c.oid, 0, c.relowner, c.relacl,
         pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner), NULL
  FROM pg_catalog.pg_class c WHERE c.relacl IS NOT NULL AND c.oid >= 16384
  AND c.oid = ANY (:relations) -- in a namespace
  UNION ALL
  SELECT 1259, a.attrelid, a.attnum, c.relowner, a.attacl, NULL::pg_catalog.aclitem[], NULL
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  WHERE a.attacl IS NOT NULL AND a.attrelid >= 16384
  AND a.attrelid = ANY (:relations) -- in a namespace
  UNION ALL
  SELECT 1255, p.oid, 0, p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner), NULL
  FROM pg_catalog.pg_proc p WHERE p.proacl IS NOT NULL AND p.oid >= 16384
  AND p.oid = ANY (:functions) -- in a namespace
  UNION ALL
  SELECT 1247, t.oid, 0, t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner), NULL
  FROM pg_catalog.pg_type t WHERE t.typacl IS NOT NULL AND t.oid >= 16384
  AND t.oid = ANY (:types) -- in a namespace
  UNION ALL
  SELECT 2615, n.oid, 0, n.nspowner, n.nspacl,
         pg_catalog.acldefault('n', n.nspowner), NULL
  FROM pg_catalog.pg_namespace n
  WHERE n.nspacl IS NOT NULL AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname = :namespace -- in a namespace
  UNION ALL
  SELECT 2328, w.oid, 0, w.fdwowner, w.fdwacl, pg_catalog.acldefault('F', w.fdwowner), NULL
  FROM pg_catalog.pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL
  UNION ALL
  SELECT 1417, s.oid, 0, s.srvowner, s.srvacl, pg_catalog.acldefault('S', s.srvowner), NULL
  FROM pg_catalog.pg_foreign_server s WHERE s.srvacl IS NOT NULL
  UNION ALL
  SELECT 2612, l.oid, 0, l.lanowner, l.lanacl, pg_catalog.acldefault('l', l.lanowner), NULL
  FROM pg_catalog.pg_language l WHERE l.lanacl IS NOT NULL AND l.oid >= 16384
  UNION ALL
  SELECT 826, a.oid, 0, a.defaclrole, a.defaclacl,
         CASE WHEN a.defaclnamespace = 0 THEN
           pg_catalog.acldefault(CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END, a.defaclrole) END,
         pg_catalog.format('FOR ROLE %I%s ON %s', pg_catalog.pg_get_userbyid(a.defaclrole),
           COALESCE(' IN SCHEMA ' || pg_catalog.quote_ident(n.nspname), ''),
           CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS'
                                WHEN 'L' THEN 'LARGE OBJECTS' ELSE pg_catalog.format('objects of kind %L', a.defaclobjtype) END)
  FROM pg_catalog.pg_default_acl a LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace
  WHERE a.defaclnamespace = 0 OR n.nspname = :namespace -- in a namespace
)
SELECT acl.class, acl.oid, acl.number, acl.identity, CASE e.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(e.grantee) END AS grantee,
       e.privilege_type AS privilege, e.is_grantable AS grantable, e.revoked,
       CASE WHEN e.grantor <> acl.owner THEN pg_catalog.pg_get_userbyid(e.grantor) END AS grantor, a.attname AS column,
       -- A dump has the grantees in this order. One that has nothing any more is not in it.
       COALESCE((SELECT pg_catalog.min(o.place) FROM pg_catalog.aclexplode(acl.acl)
                   WITH ORDINALITY o(grantor, grantee, privilege, grantable, place) WHERE o.grantee = e.grantee),
                -e.grantee::pg_catalog.int8) AS place
FROM acl
LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = acl.class AND i.objoid = acl.oid AND i.objsubid = acl.number
LEFT JOIN pg_catalog.pg_attribute a ON acl.class = 1259 AND acl.number <> 0 AND a.attrelid = acl.oid AND a.attnum = acl.number
CROSS JOIN LATERAL (
  WITH initial AS (
    -- What was there at first goes over to another owner with the object.
    SELECT COALESCE(NULLIF(g.grantor, w.owner), acl.owner) AS grantor, COALESCE(NULLIF(g.grantee, w.owner), acl.owner) AS grantee,
           g.privilege_type, g.is_grantable
    FROM pg_catalog.aclexplode(COALESCE(i.initprivs, acl.defaults)) g
    CROSS JOIN (SELECT x.grantor FROM pg_catalog.aclexplode(COALESCE(i.initprivs, acl.defaults)) x LIMIT 1) w(owner))
  SELECT granted.*, false AS revoked FROM (
    SELECT * FROM pg_catalog.aclexplode(acl.acl) EXCEPT SELECT * FROM initial) granted
  UNION ALL
  SELECT missing.*, true FROM (
    SELECT * FROM initial EXCEPT SELECT * FROM pg_catalog.aclexplode(acl.acl)) missing
) e
