ALTER TABLE starts ADD COLUMN host varchar(100) NOT NULL DEFAULT 'unknown';
INSERT INTO starts (process) VALUES (0);
