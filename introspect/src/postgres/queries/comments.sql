-- pg_description: comments; the reader keeps those of objects that it knows.
SELECT d.classoid AS class, d.objoid AS oid, d.objsubid AS number, d.description AS text
FROM pg_catalog.pg_description d
WHERE d.objoid >= 16384 OR d.classoid = 2615
