-- pg_description: comments; the reader keeps those of objects that it knows.
SELECT d.classoid AS class, d.objoid AS oid, d.objsubid AS number, d.description AS text
FROM pg_catalog.pg_description d
-- 2200 is the schema public (pg_namespace.dat).
WHERE (d.objoid >= 16384 OR d.objoid = 2200 AND d.classoid = 2615)
  AND (d.classoid, d.objoid) IN (WITH RECURSIVE own(classid, objid) AS (SELECT 2615::pg_catalog.oid, n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = :namespace UNION SELECT s.classid, s.objid FROM own JOIN pg_catalog.pg_depend s ON s.refclassid = own.classid AND s.refobjid = own.objid WHERE s.deptype IN ('a', 'i') OR own.classid = 2615) SELECT own.classid, own.objid FROM own) -- in a namespace
