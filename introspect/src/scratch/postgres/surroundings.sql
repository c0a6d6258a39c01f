-- What else there is on the server that a model could reach: pg_database, pg_roles with pg_auth_members,
-- pg_db_role_setting, pg_tablespace, pg_replication_slots and the settings of the server's files. What is named
-- autogen_* is ours, or our tests'.
SELECT COALESCE(pg_catalog.json_object_agg(what, COALESCE(state, '')), '{}')::pg_catalog.text AS value
FROM (
  SELECT 'database ' || d.datname AS what,
         pg_catalog.concat_ws(' ', d.datdba, d.datacl, d.datconnlimit, d.datallowconn, d.datistemplate, d.dattablespace,
                              pg_catalog.shobj_description(d.oid, 'pg_database')) AS state
  FROM pg_catalog.pg_database d WHERE d.datname !~ '^autogen_'
  UNION ALL
  SELECT 'role ' || r.rolname,
         pg_catalog.concat_ws(' ', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication,
                              r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil, r.rolconfig,
                              (SELECT pg_catalog.string_agg(g.rolname || CASE WHEN m.admin_option THEN '*' ELSE '' END, ' '
                                                            ORDER BY g.rolname)
                               FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
                               WHERE m.member = r.oid AND g.rolname !~ '^autogen_'))
  FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^autogen_'
  UNION ALL
  SELECT 'settings of ' || COALESCE('role ' || r.rolname, 'all roles') || COALESCE(' in database ' || d.datname, ''),
         s.setconfig::pg_catalog.text
  FROM pg_catalog.pg_db_role_setting s
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
  WHERE COALESCE(r.rolname, '') !~ '^autogen_' AND COALESCE(d.datname, '') !~ '^autogen_'
  UNION ALL
  SELECT 'tablespace ' || t.spcname, pg_catalog.concat_ws(' ', t.spcowner, t.spcacl, t.spcoptions) FROM pg_catalog.pg_tablespace t
  UNION ALL
  SELECT 'replication slot ' || s.slot_name, pg_catalog.concat_ws(' ', s.plugin, s.slot_type, s.database)
  FROM pg_catalog.pg_replication_slots s
  UNION ALL
  SELECT 'setting ' || s.name, s.setting FROM pg_catalog.pg_settings s WHERE s.context IN ('postmaster', 'sighup')
) found
