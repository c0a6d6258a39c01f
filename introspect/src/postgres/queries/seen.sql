-- What views show of one row in each table. All of it is taken back by the error that carries the answer.
-- A row's values are told apart: numbers by the place of the column's name, texts by the name itself.
DO $seen$
DECLARE
  r record;
  shown text;
  seen pg_catalog.jsonb := '{}';
BEGIN
  FOR r IN
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, k.conname
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0
  LOOP
    EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', r.name, r.conname);
  END LOOP;
  FOR r IN
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, own.names, own.row
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
      SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.name), ', ' ORDER BY a.place) AS names,
             pg_catalog.string_agg(COALESCE(a.value || '::' || a.type, 'NULL'), ', ' ORDER BY a.place) AS row
      FROM (
        SELECT b.attname AS name, b.place, pg_catalog.format_type(b.atttypid, b.atttypmod) AS type,
               CASE t.typcategory
                 WHEN 'N' THEN b.place::text
                 WHEN 'S' THEN pg_catalog.quote_literal(b.attname)
                 WHEN 'B' THEN 'true'
                 WHEN 'D' THEN pg_catalog.quote_literal(CASE WHEN pg_catalog.format_type(b.atttypid, -1) LIKE 'time %' THEN '00:00:' ELSE '2024-01-01 00:00:' END
                                                        || pg_catalog.lpad((b.place % 60)::text, 2, '0'))
                 WHEN 'E' THEN (SELECT pg_catalog.quote_literal(e.enumlabel) FROM pg_catalog.pg_enum e
                                WHERE e.enumtypid = b.atttypid ORDER BY e.enumsortorder LIMIT 1)
               END AS value
        FROM (SELECT a.*, pg_catalog.row_number() OVER (ORDER BY a.attname) AS place
              FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') b
        JOIN pg_catalog.pg_type t ON t.oid = b.atttypid) a) own
    WHERE c.relkind = 'r' AND own.names IS NOT NULL
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    ORDER BY 1
  LOOP
    BEGIN
      EXECUTE pg_catalog.format('ALTER TABLE %s DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY', r.name);
      EXECUTE pg_catalog.format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)', r.name, r.names, r.row);
    EXCEPTION WHEN OTHERS THEN
      NULL; -- A check that no such row fulfils: its views show nothing on either side.
    END;
  END LOOP;
  FOR r IN
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.relkind
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    ORDER BY c.oid
  LOOP
    BEGIN
      IF r.relkind = 'm' THEN
        EXECUTE pg_catalog.format('REFRESH MATERIALIZED VIEW %s', r.name);
      END IF;
      -- By name and not by place, so that a whole row in a column does not hang on the order of its table's columns.
      EXECUTE pg_catalog.format(
        'SELECT pg_catalog.string_agg(w.shown, %L ORDER BY w.shown) FROM (SELECT pg_catalog.to_jsonb(v)::text FROM %s v) w(shown)',
        E'\n', r.name)
        INTO shown;
    EXCEPTION WHEN OTHERS THEN
      shown := NULL; -- It reads as its owner, whom a scratch database need not let do so.
    END;
    seen := seen || pg_catalog.jsonb_build_object(r.name, shown);
  END LOOP;
  RAISE EXCEPTION 'seen: %', seen;
END $seen$
