CREATE TABLE starts (process integer NOT NULL, at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
