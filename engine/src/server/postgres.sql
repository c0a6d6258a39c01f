-- The release, and what a table, a column and an extension get that say nothing of it.
SELECT pg_catalog.concat_ws(' ', pg_catalog.current_setting('server_version_num')::int / 10000,
    pg_catalog.getdatabaseencoding(), d.datcollate, d.datctype,
    pg_catalog.current_setting('default_tablespace'),
    pg_catalog.current_setting('default_table_access_method', true),
    pg_catalog.current_setting('default_toast_compression', true),
    (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.name, a.default_version), ',' ORDER BY a.name)
     FROM pg_catalog.pg_available_extensions a WHERE a.installed_version IS NOT NULL))
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
