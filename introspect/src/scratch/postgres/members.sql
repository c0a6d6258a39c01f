-- pg_depend: whether a statement names a member of an extension: its privileges are the server's to give.
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_depend d
  LEFT JOIN pg_catalog.pg_class c ON d.classid = 1259 AND c.oid = d.objid
  LEFT JOIN pg_catalog.pg_proc p ON d.classid = 1255 AND p.oid = d.objid
  LEFT JOIN pg_catalog.pg_type t ON d.classid = 1247 AND t.oid = d.objid
  LEFT JOIN pg_catalog.pg_namespace n ON d.classid = 2615 AND n.oid = d.objid
  WHERE d.refclassid = 3079 AND d.deptype = 'e' AND d.objid >= 16384
    AND COALESCE(c.relname, p.proname, t.typname, n.nspname) = ANY ($1)) AS found
