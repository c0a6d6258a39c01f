-- first tables
--
-- revision 2026-11-21-171502-0000, the first
-- schema   93aee89e0c83 -> 7d62f684903d
-- proven   up, down, up

CREATE TABLE lists (
    id integer NOT NULL,
    title text NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (title)
);

CREATE TABLE tasks (
    id integer NOT NULL,
    list_id integer NOT NULL,
    title text NOT NULL,
    state text NOT NULL DEFAULT 'open',
    due date,
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id),
    CHECK (length(title) > 0),
    CHECK (state IN ('open', 'in_work', 'done')),
    FOREIGN KEY (list_id) REFERENCES lists (id) ON DELETE CASCADE
);

CREATE INDEX tasks_list_id_due_idx ON tasks (list_id, due) WHERE state <> 'done';
