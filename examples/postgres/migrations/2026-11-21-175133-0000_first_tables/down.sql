-- undo: first tables
--
-- revision 2026-11-21-175133-0000, the first
-- schema   e2fd90582983 -> c3b88f484f2a
-- proven   up, down, up

DROP VIEW published;

-- DL101 data loss: articles: its rows are lost; down makes it again, empty
DROP TABLE articles;

-- DL101 data loss: authors: its rows are lost; down makes it again, empty
DROP TABLE authors;

DROP TYPE article_state;
