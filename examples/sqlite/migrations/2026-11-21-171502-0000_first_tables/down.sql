-- undo: first tables
--
-- revision 2026-11-21-171502-0000, the first
-- schema   7d62f684903d -> 93aee89e0c83
-- proven   up, down, up

-- DL101 data loss: tasks: its rows are lost; down makes it again, empty
DROP TABLE tasks;

-- DL101 data loss: lists: its rows are lost; down makes it again, empty
DROP TABLE lists;
