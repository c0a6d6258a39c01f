-- Who owns what; an owned or identity sequence goes with its table.
SELECT 1259::pg_catalog.oid AS class, c.oid, pg_catalog.pg_get_userbyid(c.relowner) AS owner
FROM pg_catalog.pg_class c
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 1259 AND d.objid = c.oid AND d.objsubid = 0
                  AND d.refclassid = 1259 AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
  AND c.oid = ANY (:relations) -- in a namespace
UNION ALL SELECT 1255, p.oid, pg_catalog.pg_get_userbyid(p.proowner) FROM pg_catalog.pg_proc p WHERE p.oid >= 16384
  AND p.oid = ANY (:functions) -- in a namespace
UNION ALL SELECT 1247, t.oid, pg_catalog.pg_get_userbyid(t.typowner) FROM pg_catalog.pg_type t
  WHERE t.oid >= 16384 AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
  AND t.oid = ANY (:types) -- in a namespace
UNION ALL SELECT 2615, n.oid, pg_catalog.pg_get_userbyid(n.nspowner) FROM pg_catalog.pg_namespace n WHERE (n.oid >= 16384 OR n.nspname = 'public')
  AND n.nspname = :namespace -- in a namespace
UNION ALL SELECT 3456, c.oid, pg_catalog.pg_get_userbyid(c.collowner) FROM pg_catalog.pg_collation c WHERE c.oid >= 16384
UNION ALL SELECT 2607, c.oid, pg_catalog.pg_get_userbyid(c.conowner) FROM pg_catalog.pg_conversion c WHERE c.oid >= 16384
UNION ALL SELECT 3381, s.oid, pg_catalog.pg_get_userbyid(s.stxowner) FROM pg_catalog.pg_statistic_ext s
UNION ALL SELECT 2617, o.oid, pg_catalog.pg_get_userbyid(o.oprowner) FROM pg_catalog.pg_operator o WHERE o.oid >= 16384
UNION ALL SELECT 2616, o.oid, pg_catalog.pg_get_userbyid(o.opcowner) FROM pg_catalog.pg_opclass o WHERE o.oid >= 16384
UNION ALL SELECT 2753, f.oid, pg_catalog.pg_get_userbyid(f.opfowner) FROM pg_catalog.pg_opfamily f WHERE f.oid >= 16384
UNION ALL SELECT 3602, c.oid, pg_catalog.pg_get_userbyid(c.cfgowner) FROM pg_catalog.pg_ts_config c WHERE c.oid >= 16384
UNION ALL SELECT 3600, d.oid, pg_catalog.pg_get_userbyid(d.dictowner) FROM pg_catalog.pg_ts_dict d WHERE d.oid >= 16384
UNION ALL SELECT 2328, w.oid, pg_catalog.pg_get_userbyid(w.fdwowner) FROM pg_catalog.pg_foreign_data_wrapper w
UNION ALL SELECT 1417, s.oid, pg_catalog.pg_get_userbyid(s.srvowner) FROM pg_catalog.pg_foreign_server s
UNION ALL SELECT 6104, p.oid, pg_catalog.pg_get_userbyid(p.pubowner) FROM pg_catalog.pg_publication p
UNION ALL SELECT 6100, s.oid, pg_catalog.pg_get_userbyid(s.subowner) FROM pg_catalog.pg_subscription s
  WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
UNION ALL SELECT 3466, e.oid, pg_catalog.pg_get_userbyid(e.evtowner) FROM pg_catalog.pg_event_trigger e
UNION ALL SELECT 2612, l.oid, pg_catalog.pg_get_userbyid(l.lanowner) FROM pg_catalog.pg_language l WHERE l.oid >= 16384
