DO $autogen$
DECLARE
  object pg_catalog.text;
BEGIN
  FOR object IN
    SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_namespace n
    WHERE n.oid >= 16384 AND n.nspowner = CURRENT_USER::pg_catalog.regrole AND n.nspname !~ '^pg_(toast|temp)'
  LOOP
    EXECUTE pg_catalog.format('ALTER SCHEMA %s OWNER TO own_role', object);
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = 'borrower_role') THEN
    CREATE ROLE borrower_role NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
    GRANT borrower_role TO own_role;
  END IF;
  FOR object IN
    SELECT c.oid::pg_catalog.regclass FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class c ON c.oid = d.objid
    WHERE d.classid = 1259 AND d.refclassid = 3079 AND d.deptype = 'e' AND c.relkind IN ('r', 'p') AND c.oid >= 16384
  LOOP
    EXECUTE pg_catalog.format('GRANT SELECT, REFERENCES ON %s TO borrower_role', object);
  END LOOP;
END
$autogen$
