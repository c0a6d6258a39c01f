-- pg_depend: who needs whom, among objects of users.
SELECT d.classid AS class, d.objid AS oid, d.objsubid AS number,
       d.refclassid AS ref_class, d.refobjid AS ref_oid, d.refobjsubid AS ref_number,
       -- DEPENDS ON EXTENSION
       d.deptype = 'x' AS goes_along
FROM pg_catalog.pg_depend d
WHERE d.deptype IN ('n', 'a', 'x') AND d.objid >= 16384
  AND (d.refobjid >= 16384 OR d.refclassid = 2615)
  AND NOT (d.classid = 1259 AND d.refclassid = 2615 AND d.refobjid = 99)
  AND (d.classid, d.objid) IN (WITH RECURSIVE own(classid, objid) AS (SELECT 2615::pg_catalog.oid, n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = :namespace UNION SELECT s.classid, s.objid FROM own JOIN pg_catalog.pg_depend s ON s.refclassid = own.classid AND s.refobjid = own.objid WHERE s.deptype IN ('a', 'i') OR own.classid = 2615) SELECT own.classid, own.objid FROM own) -- in a namespace
