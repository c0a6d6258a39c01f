-- The pages of each index, where the account may read them. A partition's name stands behind its table's.
SELECT SUBSTRING_INDEX(SUBSTRING_INDEX(table_name, '#P#', 1), '#p#', 1), index_name, CAST(SUM(stat_value) * @@innodb_page_size AS UNSIGNED)
FROM mysql.innodb_index_stats
WHERE database_name = DATABASE() AND stat_name = 'size'
GROUP BY 1, 2
