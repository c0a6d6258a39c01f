-- pg_statistic_ext: extended statistics.
SELECT 3381::pg_catalog.oid AS class, s.oid, 'statistics' AS kind,
       pg_catalog.format('%I.%I', n.nspname, s.stxname) AS identity,
       pg_catalog.pg_get_statisticsobjdef(s.oid) AS statement,
       s.stxrelid AS relation, pg_catalog.pg_get_statisticsobjdef(s.oid) AS base,
       CASE WHEN COALESCE(s.stxstattarget, -1) >= 0 THEN pg_catalog.json_build_object('target', pg_catalog.json_build_object(
         'value', s.stxstattarget::text, 'separate', true,
         'add', pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget),
         'alter', pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget),
         'drop', pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS -1', n.nspname, s.stxname))) END AS clauses,
       NULL::pg_catalog.json AS aliases
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
