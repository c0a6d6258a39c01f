DO $autogen$
DECLARE
  routine pg_catalog.regprocedure;
BEGIN
  FOR routine IN
    SELECT p.oid FROM pg_catalog.pg_proc p
    WHERE p.xmin::pg_catalog.text::pg_catalog.int8 = (pg_catalog.txid_current() & 4294967295)
  LOOP
    EXECUTE pg_catalog.format('ALTER ROUTINE %s OWNER TO own_role', routine);
  END LOOP;
END
$autogen$
