-- information_schema.ROUTINES: functions, procedures and packages, with the sql_mode that they were made under.
SELECT ROUTINE_TYPE, ROUTINE_NAME, SQL_MODE
FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
ORDER BY ROUTINE_TYPE, ROUTINE_NAME
