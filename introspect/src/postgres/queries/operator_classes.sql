-- pg_opclass, pg_collation: names for what users' indexes refer to by number.
SELECT o.oid, n.nspname AS namespace, o.opcname AS name, o.opcdefault AS is_default, false AS is_collation
FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
WHERE o.oid IN (SELECT pg_catalog.unnest(i.indclass::pg_catalog.oid[]) FROM pg_catalog.pg_index i
                WHERE i.indexrelid >= 16384
                AND i.indrelid = ANY (:relations) -- in a namespace
               )
UNION ALL
SELECT c.oid, n.nspname, c.collname, false, true
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE c.oid IN (SELECT pg_catalog.unnest(i.indcollation::pg_catalog.oid[]) FROM pg_catalog.pg_index i
                WHERE i.indexrelid >= 16384
                AND i.indrelid = ANY (:relations) -- in a namespace
               )
