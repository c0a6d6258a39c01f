-- undo: first tables
--
-- revision 2026-11-21-171502-0000, the first
-- schema   91e90d81426e -> 8d42c36174ff
-- proven   up, down, up

-- DL101 data loss: tasks: its rows are lost; down makes it again, empty
DROP TABLE tasks;

-- DL101 data loss: lists: its rows are lost; down makes it again, empty
DROP TABLE lists;
