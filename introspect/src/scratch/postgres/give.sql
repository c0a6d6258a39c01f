DO $autogen$
DECLARE
  own pg_catalog.int8 := pg_catalog.txid_current() & 4294967295;
  object pg_catalog.text;
BEGIN
  FOR object IN
    SELECT 'ROUTINE ' || p.oid::pg_catalog.regprocedure FROM pg_catalog.pg_proc p
    WHERE p.xmin::pg_catalog.text::pg_catalog.int8 = own
    UNION ALL
    SELECT 'TYPE ' || t.oid::pg_catalog.regtype FROM pg_catalog.pg_type t
    WHERE (t.typtype = 'p' AND NOT t.typisdefined
           OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid))
      AND t.xmin::pg_catalog.text::pg_catalog.int8 = own
    UNION ALL
    SELECT 'SERVER ' || pg_catalog.quote_ident(s.srvname) FROM pg_catalog.pg_foreign_server s
    WHERE s.xmin::pg_catalog.text::pg_catalog.int8 = own
    UNION ALL
    SELECT 'FOREIGN TABLE ' || c.oid::pg_catalog.regclass FROM pg_catalog.pg_class c
    WHERE c.relkind = 'f' AND c.xmin::pg_catalog.text::pg_catalog.int8 = own
  LOOP
    EXECUTE pg_catalog.format('ALTER %s OWNER TO own_role', object);
  END LOOP;
END
$autogen$
