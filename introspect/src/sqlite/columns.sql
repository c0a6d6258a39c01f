-- pragma_table_xinfo of every table; hidden is 2 for virtual and 3 for stored generated columns. A virtual table has no page, and
-- its module, which knows its columns, may not be there.
SELECT s.name AS relation, x.name AS name, x.type AS data_type, x."notnull" AS not_null,
       x.dflt_value AS default_value, x.pk AS key_position, x.hidden AS hidden
FROM sqlite_schema s, pragma_table_xinfo(s.name) x
WHERE s.type = 'table' AND s.rootpage <> 0
ORDER BY s.rowid, x.cid
