-- sqlite_schema with virtual tables told apart, without shadow tables and SQLite's own. A pragma that is joined runs for
-- each row, so its rows are kept.
WITH listed AS MATERIALIZED (SELECT name, type FROM pragma_table_list WHERE schema = 'main')
SELECT CASE WHEN s.type = 'table' AND l.type = 'virtual' THEN 'virtual' ELSE s.type END AS kind,
       s.name AS name, s.tbl_name AS relation, s.sql AS sql
FROM sqlite_schema s
LEFT JOIN listed l ON l.name = s.name
WHERE s.name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND s.tbl_name NOT IN (SELECT name FROM listed WHERE type = 'shadow')
ORDER BY s.rowid
