-- The pages of each table and index. A page of leaves has a cell for each row; without row identifiers the other pages have rows too.
WITH listed AS MATERIALIZED (SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'),
     sizes AS MATERIALIZED (SELECT name, sum(pgsize) AS bytes, sum(ncell) AS cells,
                                   sum(CASE pagetype WHEN 'leaf' THEN ncell ELSE 0 END) AS leaves
                            FROM dbstat GROUP BY name)
SELECT s.type AS kind, s.name AS name, s.tbl_name AS relation, COALESCE(z.bytes, 0) AS bytes,
       COALESCE(CASE WHEN l.wr THEN z.cells ELSE z.leaves END, 0) AS cells
FROM sqlite_schema s
LEFT JOIN sizes z ON z.name = s.name
LEFT JOIN listed l ON l.name = s.name
WHERE s.type IN ('table', 'index') AND s.rootpage > 0 AND s.tbl_name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY s.type DESC, s.name
