-- pg_subscription: seen, never made: it holds the address of another server.
SELECT 6100, s.oid, 'subscription', pg_catalog.quote_ident(s.subname), NULL, NULL, s.subpublications::text, NULL, NULL
FROM pg_catalog.pg_subscription s
WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  AND false -- in a namespace
