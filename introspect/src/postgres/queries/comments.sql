-- pg_description: comments; the reader keeps those of objects that it knows.
SELECT d.classoid AS class, d.objoid AS oid, d.objsubid AS number, d.description AS text
FROM pg_catalog.pg_description d -- in all namespaces
FROM :objects own -- in a namespace
CROSS JOIN LATERAL (SELECT * FROM pg_catalog.pg_description x WHERE x.classoid = own.class AND x.objoid = own.oid OFFSET 0) d -- in a namespace
-- 2200 is the schema public (pg_namespace.dat).
WHERE (d.objoid >= 16384 OR d.objoid = 2200 AND d.classoid = 2615)
