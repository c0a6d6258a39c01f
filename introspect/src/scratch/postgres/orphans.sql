-- Scratch databases, and roles of those that are gone, whose process is gone: it has no session there and holds no lock on the name.
SELECT s.name,
       (SELECT pg_catalog.shobj_description(d.oid, 'pg_database')
        FROM pg_catalog.pg_database d WHERE d.datname = s.name) AS marker
FROM (
    SELECT datname::text AS name FROM pg_catalog.pg_database
    UNION
    SELECT pg_catalog.substring(rolname::text, '^autogen_scratch_[0-9]+_[0-9a-f]{16}') FROM pg_catalog.pg_roles
) s
WHERE s.name ~ '^autogen_scratch_[0-9]+_[0-9a-f]{16}$'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datname = s.name)
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_locks l
      WHERE l.locktype = 'advisory' AND l.objsubid = 1
        AND l.classid::bigint = ('x' || pg_catalog.substr(s.name, pg_catalog.length(s.name) - 15, 8))::bit(32)::bigint
        AND l.objid::bigint = ('x' || pg_catalog.right(s.name, 8))::bit(32)::bigint
  )
ORDER BY s.name
