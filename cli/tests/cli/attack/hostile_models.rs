//! Models with an object of every kind, each of which has a hostile name, or a hostile literal in it.

use autogen_diff_core::Dialect;

/// A name of a kind's object, quoted. Objects of several kinds share a namespace.
fn quoted(dialect: Dialect, name: &str, kind: &str) -> String {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => format!("\"{}{kind}\"", name.replace('"', "\"\"")),
        Dialect::Mysql => format!("`{}{kind}`", name.replace('`', "``")),
    }
}

fn literal(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => format!("'{}'", text.replace('\'', "''")),
        Dialect::Mysql => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
    }
}

/// What stands in both models, and what only the later one has.
pub(super) fn models(dialect: Dialect, name: &str) -> [String; 2] {
    let hostile = Hostile { dialect, name, text: literal(dialect, name) };
    match dialect {
        Dialect::Sqlite => hostile.sqlite(),
        Dialect::Postgres => hostile.postgres(),
        Dialect::Mysql => hostile.mysql(),
    }
}

/// A table that keeps its row.
const CANARY: &str = "CREATE TABLE canary (a integer);";

struct Hostile<'a> {
    dialect: Dialect,
    name: &'a str,
    /// The name as a literal.
    text: String,
}

impl Hostile<'_> {
    fn q(&self, kind: &str) -> String {
        quoted(self.dialect, self.name, kind)
    }

    /// A table with a key, a check, a unique key and an index, and another one that refers to it.
    fn tables(&self, more: &str) -> String {
        let (table, column, other, text) = (self.q("t"), self.q("c"), self.q("o"), &self.text);
        let (kind, partial) = match self.dialect {
            Dialect::Sqlite | Dialect::Postgres => ("text", format!(" WHERE {column} <> {text}")),
            Dialect::Mysql => ("varchar(200)", String::new()),
        };
        format!(
            "CREATE TABLE {table} (id integer, {column} {kind} DEFAULT {text}{more}, CONSTRAINT {} PRIMARY KEY (id), \
             CONSTRAINT {} CHECK ({column} <> {text}), CONSTRAINT {} UNIQUE ({column}));\n\
             CREATE TABLE {other} (id integer PRIMARY KEY, CONSTRAINT {} FOREIGN KEY (id) REFERENCES {table} (id));\n\
             CREATE INDEX {} ON {table} ({column}){partial};",
            self.q("p"),
            self.q("k"),
            self.q("u"),
            self.q("f"),
            self.q("i"),
        )
    }

    fn later_tables(&self) -> String {
        let kind = if self.dialect == Dialect::Mysql { "varchar(200)" } else { "text" };
        self.tables(&format!(", {} {kind} DEFAULT {}", self.q("d"), self.text))
    }

    fn view(&self, more: &str) -> String {
        let (view, column, table) = (self.q("v"), self.q("c"), self.q("t"));
        format!("CREATE VIEW {view} AS SELECT {column} AS {}{more} FROM {table};", self.q("a"))
    }

    fn later_view(&self) -> String {
        self.view(&format!(", {} AS {}", self.q("d"), self.q("b")))
    }

    fn sqlite(&self) -> [String; 2] {
        let trigger = |then: &str| {
            let (trigger, table) = (self.q("g"), self.q("t"));
            format!("CREATE TRIGGER {trigger} AFTER UPDATE ON {table} BEGIN SELECT {then}; END;")
        };
        [
            [CANARY, &self.tables(""), &self.view(""), &trigger("1")].join("\n"),
            [CANARY, &self.later_tables(), &self.later_view(), &trigger(&self.text)].join("\n"),
        ]
    }

    fn postgres(&self) -> [String; 2] {
        [
            [
                CANARY,
                &self.before_tables(false),
                &self.tables(""),
                &self.view(""),
                &self.behind_tables("first"),
            ]
            .join("\n"),
            [
                CANARY,
                &self.before_tables(true),
                &self.later_tables(),
                &self.later_view(),
                &self.behind_tables(self.name),
            ]
            .join("\n"),
        ]
    }

    fn before_tables(&self, later: bool) -> String {
        let (space, text) = (self.q("s"), &self.text);
        let (value, option) =
            if later { (format!(", {text}"), "STABLE") } else { (String::new(), "VOLATILE") };
        format!(
            "CREATE SCHEMA {space};\nSET search_path = {space};\nCREATE TYPE {} AS ENUM ('a'{value});\n\
             CREATE DOMAIN {} AS text DEFAULT {text} CONSTRAINT {} CHECK (VALUE <> {text});\n\
             CREATE SEQUENCE {};\nCREATE FUNCTION {}({} text DEFAULT {text}) RETURNS integer LANGUAGE sql {option} AS 'SELECT 1';\n\
             CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';",
            self.q("e"),
            self.q("m"),
            self.q("n"),
            self.q("q"),
            self.q("r"),
            self.q("x"),
            self.q("h"),
        )
    }

    fn behind_tables(&self, said: &str) -> String {
        let (space, table, column, text) = (self.q("s"), self.q("t"), self.q("c"), &self.text);
        format!(
            "CREATE TRIGGER {} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {}();\n\
             CREATE POLICY {} ON {table} USING ({column} <> {text});\n\
             COMMENT ON COLUMN {table}.{column} IS {};\nCOMMENT ON SCHEMA {space} IS {text};\n\
             CREATE TYPE {} AS ({} text);\nCREATE MATERIALIZED VIEW {} AS SELECT {text}::text AS {};",
            self.q("g"),
            self.q("h"),
            self.q("l"),
            literal(self.dialect, said),
            self.q("y"),
            self.q("z"),
            self.q("w"),
            self.q("j"),
        )
    }

    fn mysql(&self) -> [String; 2] {
        [
            [CANARY, &self.tables(""), &self.view(""), &self.routines("1", "first")].join("\n"),
            [CANARY, &self.later_tables(), &self.later_view(), &self.routines(&self.text, self.name)]
                .join("\n"),
        ]
    }

    fn routines(&self, then: &str, said: &str) -> String {
        let (table, column, text) = (self.q("t"), self.q("c"), &self.text);
        format!(
            "CREATE TRIGGER {} BEFORE UPDATE ON {table} FOR EACH ROW BEGIN SET NEW.{column} = {then}; SET @a = {text}; END;\n\
             CREATE PROCEDURE {}({} text) COMMENT {text} BEGIN SELECT {then}; SELECT {text}; END;\n\
             CREATE FUNCTION {}() RETURNS varchar(200) DETERMINISTIC RETURN {then};\n\
             CREATE EVENT {} ON SCHEDULE EVERY 1 DAY DISABLE COMMENT {text} DO SET @a = {then};\n\
             CREATE TABLE {} ({} enum('a', {text}) COMMENT {text}) COMMENT = {};",
            self.q("g"),
            self.q("r"),
            self.q("x"),
            self.q("n"),
            self.q("e"),
            self.q("w"),
            self.q("y"),
            literal(self.dialect, said),
        )
    }
}
