CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name VARCHAR(50) NOT NULL,
    active BOOLEAN NOT NULL DEFAULT 1,
    score REAL,
    price NUMERIC,
    data BLOB,
    any_thing,
    born DATE,
    at TIMESTAMP,
    wide BIGINT,
    small TINYINT,
    "type" TEXT,
    doubled INTEGER GENERATED ALWAYS AS (id * 2)
);
CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, parent_id INTEGER REFERENCES posts (id));
CREATE TABLE tags (post_id INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY (word, post_id), FOREIGN KEY (post_id) REFERENCES posts (id)) WITHOUT ROWID;
CREATE TABLE keyless (a TEXT, rowid TEXT);
CREATE TABLE alone (id INTEGER PRIMARY KEY);
CREATE VIEW names AS SELECT name FROM users;
