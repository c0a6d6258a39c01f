-- The release, and what a table and a column get that say nothing of it. Each server reads the settings that it has.
SELECT CONCAT_WS(' ', SUBSTRING_INDEX(VERSION(), '.', 2), @@version_comment, @@character_set_database,
    @@collation_database, @@sql_mode, @@default_storage_engine, @@lower_case_table_names,
    @@explicit_defaults_for_timestamp, @@innodb_default_row_format
    /*!80000 , @@default_collation_for_utf8mb4 */
    /*!80016 , @@default_table_encryption */
    /*!80030 , @@sql_generate_invisible_primary_key */
    /*M!100600 , @@old_mode, @@innodb_compression_default */
    /*M!110200 , @@character_set_collations */)
