-- pg_depend: members of extensions whose privileges somebody has changed since.
SELECT d.classid AS class, d.objid AS oid, o.type, rn.nspname AS schema, COALESCE(r.relname, n.nspname) AS name, o.identity, e.extname AS extension
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) o
LEFT JOIN pg_catalog.pg_class r ON d.classid = 1259 AND r.oid = d.objid
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
LEFT JOIN pg_catalog.pg_namespace n ON d.classid = 2615 AND n.oid = d.objid
WHERE d.refclassid = 3079 AND d.deptype = 'e' AND d.objsubid = 0 AND e.extname <> 'plpgsql' AND (
  EXISTS (SELECT FROM pg_catalog.pg_class x WHERE d.classid = 1259 AND x.oid = d.objid AND (x.relacl IS NOT NULL
          OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = x.oid AND a.attacl IS NOT NULL)))
  OR EXISTS (SELECT FROM pg_catalog.pg_proc x WHERE d.classid = 1255 AND x.oid = d.objid AND x.proacl IS NOT NULL)
  OR EXISTS (SELECT FROM pg_catalog.pg_type x WHERE d.classid = 1247 AND x.oid = d.objid AND x.typacl IS NOT NULL)
  OR EXISTS (SELECT FROM pg_catalog.pg_namespace x WHERE d.classid = 2615 AND x.oid = d.objid AND x.nspacl IS NOT NULL)
  OR EXISTS (SELECT FROM pg_catalog.pg_language x WHERE d.classid = 2612 AND x.oid = d.objid AND x.lanacl IS NOT NULL)
  OR EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper x WHERE d.classid = 2328 AND x.oid = d.objid AND x.fdwacl IS NOT NULL)
  OR EXISTS (SELECT FROM pg_catalog.pg_foreign_server x WHERE d.classid = 1417 AND x.oid = d.objid AND x.srvacl IS NOT NULL))
