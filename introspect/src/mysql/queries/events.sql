-- information_schema.EVENTS. The moment that a repeated event was made at is no one's wish, so STARTS is not read.
-- EVENT_DEFINITION has lost backslashes.
SELECT EVENT_NAME, DEFINER, SQL_MODE, TIME_ZONE, CAST(EXECUTE_AT AS CHAR), INTERVAL_VALUE, INTERVAL_FIELD, CAST(ENDS AS CHAR),
       CONCAT_WS(' ', ON_COMPLETION, STATUS), EVENT_COMMENT
FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()
ORDER BY EVENT_NAME
