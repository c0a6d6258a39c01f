CREATE TABLE users (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name varchar(50) NOT NULL COMMENT 'A name.',
    role enum('admin', 'a guest') NOT NULL,
    flags set('a', 'bc'),
    active tinyint(1) NOT NULL DEFAULT 1,
    small tinyint unsigned,
    born year,
    price decimal(10,2) unsigned,
    data blob,
    bits bit(3),
    fixed binary(16),
    note longtext,
    `type` text,
    `two words` mediumint
) COMMENT='Who uses it.';
CREATE TABLE posts (
    id int PRIMARY KEY,
    user_id bigint unsigned NOT NULL,
    written datetime(3),
    at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE TABLE tags (post_id int, word char(10), PRIMARY KEY (post_id, word), FOREIGN KEY (post_id) REFERENCES posts (id));
CREATE TABLE alone (id smallint PRIMARY KEY);
CREATE VIEW names AS SELECT name FROM users;
