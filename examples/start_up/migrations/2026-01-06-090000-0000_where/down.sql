DELETE FROM starts WHERE process = 0;
ALTER TABLE starts DROP COLUMN host;
