-- pg_depend: who needs whom, among objects of users.
SELECT d.classid AS class, d.objid AS oid, d.objsubid AS number,
       d.refclassid AS ref_class, d.refobjid AS ref_oid, d.refobjsubid AS ref_number,
       -- DEPENDS ON EXTENSION
       d.deptype = 'x' AS goes_along
FROM pg_catalog.pg_depend d -- in all namespaces
FROM :objects own -- in a namespace
CROSS JOIN LATERAL (SELECT * FROM pg_catalog.pg_depend x WHERE x.classid = own.class AND x.objid = own.oid OFFSET 0) d -- in a namespace
WHERE d.deptype IN ('n', 'a', 'x') AND d.objid >= 16384
  AND (d.refobjid >= 16384 OR d.refclassid = 2615)
  AND NOT (d.classid = 1259 AND d.refclassid = 2615 AND d.refobjid = 99)
