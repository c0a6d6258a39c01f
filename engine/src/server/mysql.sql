-- The release, and what a table and a column get that say nothing of it.
SELECT CONCAT_WS(' ', SUBSTRING_INDEX(VERSION(), '.', 2), @@version_comment, @@character_set_database,
    @@collation_database, @@sql_mode, @@default_storage_engine, @@lower_case_table_names,
    @@explicit_defaults_for_timestamp)
