-- pg_statistic_ext: extended statistics. Their columns have no order, and are named by the alphabet instead of by number.
SELECT 3381::pg_catalog.oid AS class, s.oid, 'statistics' AS kind,
       pg_catalog.format('%I.%I', n.nspname, s.stxname) AS identity,
       d.definition AS statement,
       s.stxrelid AS relation, d.definition AS base,
       CASE WHEN COALESCE(s.stxstattarget, -1) >= 0 THEN pg_catalog.json_build_object('target', pg_catalog.json_build_object(
         'value', s.stxstattarget::text, 'separate', true,
         'add', pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget),
         'alter', pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget),
         'drop', pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS -1', n.nspname, s.stxname))) END AS clauses,
       NULL::pg_catalog.json AS aliases
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
CROSS JOIN LATERAL (
  SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) AS by_number,
         pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attname) AS by_name
  FROM pg_catalog.pg_attribute a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)) c
CROSS JOIN LATERAL (
  SELECT COALESCE(pg_catalog.replace(pg_catalog.pg_get_statisticsobjdef(s.oid), ' ON ' || c.by_number, ' ON ' || c.by_name),
                  pg_catalog.pg_get_statisticsobjdef(s.oid)) AS definition) d
WHERE n.nspname = :namespace -- in a namespace
