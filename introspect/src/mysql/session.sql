SET NAMES utf8mb4;
SET SESSION
    sql_mode = REPLACE(REPLACE(REPLACE(REPLACE(CONCAT(@@GLOBAL.sql_mode, ',STRICT_TRANS_TABLES'),
        'ANSI_QUOTES', ''), 'PIPES_AS_CONCAT', ''), 'NO_BACKSLASH_ESCAPES', ''), 'IGNORE_SPACE', ''),
    time_zone = '+00:00',
    foreign_key_checks = 1,
    sql_quote_show_create = 1
