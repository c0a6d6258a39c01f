CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SCHEMA app;
CREATE TYPE app.pair AS (a integer, b text);
CREATE DOMAIN email AS varchar(80) NOT NULL;
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    name varchar(50) NOT NULL,
    mail email,
    feeling mood,
    feelings mood[],
    extra app.pair,
    "type" text NOT NULL,
    users text,
    "two words" text,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE users IS 'Who uses it.

Twice "quoted".';
COMMENT ON COLUMN users.name IS 'A name.';
CREATE TABLE posts (
    id integer PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users,
    reviewer_id bigint REFERENCES users (id),
    parent_id integer REFERENCES posts
);
CREATE TABLE comments (post_id integer REFERENCES posts, n integer, body text, PRIMARY KEY (post_id, n));
CREATE TABLE reactions (id uuid PRIMARY KEY, post_id integer, n integer, FOREIGN KEY (post_id, n) REFERENCES comments);
CREATE TABLE badges (id integer PRIMARY KEY, user_id bigint NOT NULL UNIQUE REFERENCES users ON DELETE CASCADE);
CREATE TABLE alone (id smallint PRIMARY KEY);
CREATE TABLE "CamelCase" ("Id" integer PRIMARY KEY, "1st" integer);
CREATE TABLE __hidden (id integer PRIMARY KEY);
CREATE TABLE app.things (id integer PRIMARY KEY, feeling public.mood, pair app.pair, mail public.email);
CREATE TABLE app.parts (id integer PRIMARY KEY, thing_id integer NOT NULL REFERENCES app.things);
CREATE VIEW names AS SELECT name FROM users;
CREATE TABLE measured (at timestamp NOT NULL, value real, PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE TABLE measured_2026 PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
