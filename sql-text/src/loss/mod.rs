//! Which statements of a script lose rows or values, as far as their words tell.
//!
//! What a statement loses is what nobody can bring back by the schema alone: rows, columns, values, a sequence's counter. An
//! index, a constraint or a view can be made again, and is no loss; a partition that is detached keeps its rows. A table that the
//! script makes itself holds nothing to lose, unless it carries rows that were elsewhere before, and one whose rows end up in
//! another table under its name is not lost: that is SQLite's way to alter a table.

mod alter;
mod code;
mod create;
mod cursor;
mod drop;
mod effect;
mod rows;
mod tables;

pub use code::code_lexemes;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Dialect, Flavor, Lexeme, SourceStatement, Statement, VerbClass, Version, lexemes,
    open_conditional_comments, split,
};

use effect::{Effect, effects};
use tables::Tables;

/// How sure a loss is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// Rows, columns or values are gone, or a block of code may do so.
    Gone,
    /// A column gets another type, which may change values.
    Retyped,
}

/// A statement that loses something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// How sure that is.
    pub kind: LossKind,
    /// The line of its first word, from 1.
    pub line: usize,
    /// Its first words.
    pub statement: String,
}

/// The statements of a script that lose something, in their order. A script that can't be read has none: the server will
/// not run it either.
pub fn losses(dialect: Dialect, script: &str) -> Vec<Loss> {
    let mut found: Vec<Loss> = Vec::new();
    for text in readings(dialect, script) {
        found.extend(losses_of_reading(dialect, &text));
    }
    found.sort_by_key(|loss| loss.line);
    found.dedup_by_key(|loss| loss.line);
    found
}

/// The script as a server reads it: what stands in conditional comments counts if any release of MySQL or MariaDB opens them.
fn readings(dialect: Dialect, script: &str) -> Vec<Cow<'_, str>> {
    const NEWEST: Version = Version { major: 99, minor: 99 };
    if dialect != Dialect::Mysql {
        return vec![Cow::Borrowed(script)];
    }
    let opened = |flavor| open_conditional_comments(script, flavor, NEWEST).unwrap_or(Cow::Borrowed(script));
    let (mysql, mariadb) = (opened(Flavor::Mysql), opened(Flavor::Mariadb));
    if mysql == mariadb { vec![mysql] } else { vec![mysql, mariadb] }
}

fn losses_of_reading(dialect: Dialect, script: &str) -> Vec<Loss> {
    let statements = split(dialect, script).unwrap_or_default();
    let read: Vec<(&SourceStatement, Vec<Lexeme>)> =
        statements.iter().map(|statement| (statement, lexemes(dialect, &statement.text))).collect();
    let is_dynamic = read.iter().any(|(_, lexemes)| code::is_dynamic(lexemes));
    let mut reading =
        Reading { dialect, is_dynamic, tables: Tables::new(dialect), routines: BTreeSet::new() };
    let mut found: BTreeMap<usize, LossKind> = BTreeMap::new();
    for (place, (_, lexemes)) in read.iter().enumerate() {
        if let Some(kind) = reading.statement(place, lexemes) {
            found.insert(place, kind);
        }
    }
    found.extend(reading.tables.lost().map(|place| (place, LossKind::Gone)));
    let loss = |(place, kind): (usize, LossKind)| {
        let (statement, lexemes) = &read[place];
        Loss { kind, line: statement.line, statement: first_words(&statement.text, lexemes) }
    };
    found.into_iter().map(loss).collect()
}

/// A script while it is read, statement by statement.
struct Reading {
    dialect: Dialect,
    /// Whether texts are run as statements somewhere in it.
    is_dynamic: bool,
    tables: Tables,
    /// The script's own functions and procedures whose code loses something.
    routines: BTreeSet<String>,
}

impl Reading {
    /// What a statement loses by itself; that a table is gone for good shows only in the end.
    fn statement(&mut self, place: usize, lexemes: &[Lexeme]) -> Option<LossKind> {
        self.note_routine(lexemes);
        let by_code = self.run_code(lexemes);
        let found = effects(self.dialect, lexemes).into_iter().map(|effect| self.apply(place, effect));
        found.fold(by_code, worse)
    }

    fn apply(&mut self, place: usize, effect: Effect) -> Option<LossKind> {
        match effect {
            Effect::ChangesNamespace => self.tables.change_namespace(),
            Effect::Creates { table, is_temporary, unless_there } => {
                self.tables.create(&table, is_temporary, unless_there);
            }
            Effect::Copies { from, to } => self.tables.copy(&from, &to),
            Effect::Renames { from, to } => self.tables.rename(&from, &to),
            Effect::Drops(table) => self.tables.drop(place, &table),
            Effect::Loses => return Some(LossKind::Gone),
            Effect::LosesCounter(table) => {
                return (!self.tables.is_own(&table)).then_some(LossKind::Gone);
            }
            Effect::LosesIn(table) => return self.tables.holds_rows(&table).then_some(LossKind::Gone),
            Effect::Retypes(table) => {
                let is_empty = table.is_some_and(|table| !self.tables.holds_rows(&table));
                return (!is_empty).then_some(LossKind::Retyped);
            }
        }
        None
    }

    /// Notes a function or procedure that is made, by what its code would lose.
    fn note_routine(&mut self, lexemes: &[Lexeme]) {
        let Some((name, body)) = routine(lexemes) else { return };
        if self.code_loses(body).is_some() {
            self.routines.insert(name);
        } else {
            self.routines.remove(&name);
        }
    }

    /// What code that a statement runs loses: a block, a text, or one of the script's own routines.
    fn run_code(&self, lexemes: &[Lexeme]) -> Option<LossKind> {
        let first = lexemes.first()?;
        let makes = |words: &[&str]| lexemes.iter().take(6).any(|lexeme| lexeme.is_any(words));
        let class = Statement::of_lexemes(self.dialect, lexemes).class;
        let is_definition =
            matches!(class, VerbClass::Alter | VerbClass::Drop | VerbClass::Describes | VerbClass::Grants)
                || (class == VerbClass::Create && !makes(&["TABLE", "MATERIALIZED"]));
        if is_definition {
            return None;
        }
        // MariaDB runs `IF`, `LOOP` and the like outside of routines too.
        let is_query = first.is_any(&["SELECT", "TABLE", "VALUES", "WITH", "EXPLAIN"]);
        let is_block = class == VerbClass::RunsCode && !is_query && lexemes.len() > 1;
        if is_block || (self.is_dynamic && first.is("SET")) {
            return self.code_loses(lexemes);
        }
        self.calls_a_loss(lexemes).then_some(LossKind::Gone)
    }

    /// What code would lose, were it run.
    fn code_loses(&self, code: &[Lexeme]) -> Option<LossKind> {
        let (dialect, is_dynamic) = (self.dialect, self.is_dynamic);
        let routines = self.routines.clone();
        let mut inner = Self { dialect, is_dynamic, tables: Tables::new(dialect), routines };
        let parts = code::parts(code).into_iter().enumerate();
        let effects =
            parts.flat_map(|(place, part)| effects(dialect, part).into_iter().map(move |e| (place, e)));
        let found = effects.map(|(place, effect)| inner.apply(place, effect)).fold(None, worse);
        let gone = inner.tables.lost().next().is_some() || self.calls_a_loss(code);
        let is_variable = code.first().is_some_and(|first| first.is("SET"));
        let texts = code::texts(dialect, code, is_variable || code::is_dynamic(code));
        let in_texts = texts.iter().map(|text| self.code_loses(text));
        in_texts.fold(worse(found, gone.then_some(LossKind::Gone)), worse)
    }

    /// Whether one of the routines that lose something is called.
    fn calls_a_loss(&self, lexemes: &[Lexeme]) -> bool {
        let is_called = |at: usize| {
            let is_call = lexemes.get(at + 1).is_some_and(|next| next.is_sign("("))
                || lexemes.first().is_some_and(|first| first.is("CALL"));
            let name = lexemes[at].name().filter(|_| is_call);
            name.is_some_and(|name| self.routines.contains(&name.to_lowercase()))
        };
        !self.routines.is_empty() && (0..lexemes.len()).any(is_called)
    }
}

/// The name and the code of a function or procedure that a statement makes.
fn routine(lexemes: &[Lexeme]) -> Option<(String, &[Lexeme])> {
    let is_create = lexemes.first().is_some_and(|first| first.is("CREATE"));
    let is_kind = |lexeme: &Lexeme| lexeme.is_any(&["FUNCTION", "PROCEDURE"]);
    // A trigger names a function too, but further behind.
    let at = lexemes.iter().take(8).position(is_kind).filter(|_| is_create)?;
    let is_trigger = lexemes[..at].iter().any(|lexeme| lexeme.is_any(&["TRIGGER", "EVENT", "RULE"]));
    let open = at + lexemes[at..].iter().position(|lexeme| lexeme.is_sign("("))?;
    let name = lexemes[open.checked_sub(1)?].name()?.to_lowercase();
    (!is_trigger).then(|| (name, &lexemes[open..]))
}

fn worse(one: Option<LossKind>, other: Option<LossKind>) -> Option<LossKind> {
    match (one, other) {
        (Some(LossKind::Gone), _) | (_, Some(LossKind::Gone)) => Some(LossKind::Gone),
        (Some(LossKind::Retyped), _) | (_, Some(LossKind::Retyped)) => Some(LossKind::Retyped),
        (None, None) => None,
    }
}

/// The statement as far as it is needed to find it.
fn first_words(text: &str, lexemes: &[Lexeme]) -> String {
    const MANY: usize = 9;
    let end = lexemes.get(MANY - 1).or_else(|| lexemes.last()).map_or(text.len(), |last| last.span.end);
    let short: Vec<&str> = text[..end].split_whitespace().collect();
    let more = if lexemes.len() > MANY { " …" } else { "" };
    format!("{}{more}", short.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(dialect: Dialect, sql: &str) -> Vec<usize> {
        losses(dialect, sql).iter().map(|loss| loss.line).collect()
    }

    #[test]
    fn what_loses_rows_columns_or_values_is_found() {
        for sql in [
            "DROP TABLE t",
            "drop table if exists a.t cascade",
            "TRUNCATE t",
            "DELETE FROM t WHERE a = 1",
            "ALTER TABLE t DROP COLUMN c",
            "ALTER TABLE t ADD d int, DROP c",
            "ALTER TABLE t DROP COLUMN IF EXISTS c",
            "ALTER TABLE t ALTER COLUMN c TYPE int USING c::int",
            "ALTER TABLE t ALTER c SET DATA TYPE int",
            "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE",
            "DROP SCHEMA s CASCADE",
            "DROP TYPE e CASCADE",
            "WITH gone AS (DELETE FROM t RETURNING a) INSERT INTO u SELECT a FROM gone",
            "DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$",
        ] {
            assert_eq!(lost(Dialect::Postgres, sql), [1], "{sql}");
        }
        for sql in [
            "ALTER TABLE t MODIFY c int",
            "ALTER TABLE t DROP c, DROP KEY k",
            "ALTER TABLE t DROP PARTITION p",
        ] {
            assert_eq!(lost(Dialect::Mysql, sql), [1], "{sql}");
        }
    }

    #[test]
    fn what_the_schema_alone_brings_back_is_no_loss() {
        for sql in [
            "DROP INDEX i",
            "DROP VIEW v CASCADE",
            "ALTER TABLE t DROP CONSTRAINT c",
            "ALTER TABLE t ALTER COLUMN c DROP NOT NULL, ALTER d DROP DEFAULT",
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u ON DELETE CASCADE",
            "CREATE TABLE t (\"type\" text)",
            "UPDATE t SET a = 1 WHERE a IS NULL",
            "DO $$ BEGIN CREATE TABLE t (a int); END $$",
        ] {
            assert!(lost(Dialect::Postgres, sql).is_empty(), "{sql}");
        }
        assert!(
            lost(Dialect::Mysql, "ALTER TABLE t DROP KEY k, DROP FOREIGN KEY f, DROP PRIMARY KEY").is_empty()
        );
    }

    #[test]
    fn a_table_that_another_takes_the_place_of_is_not_lost() {
        let rebuild = "CREATE TABLE new_t (a int);\nINSERT INTO new_t SELECT a FROM t;\nDROP TABLE \"t\";\nALTER TABLE new_t RENAME TO t;";
        assert!(lost(Dialect::Sqlite, rebuild).is_empty());
        assert_eq!(lost(Dialect::Sqlite, "DROP TABLE t;\nALTER TABLE u RENAME TO v;"), [1]);
        let own = "CREATE TEMP TABLE IF NOT EXISTS guard (a int);\nDROP TABLE guard;\nDROP TABLE other;";
        assert_eq!(lost(Dialect::Sqlite, own), [3]);
    }

    #[test]
    fn what_loses_elsewhere_is_found_too() {
        for sql in [
            "DROP SEQUENCE s",
            "DROP SEQUENCE IF EXISTS a.s, b.s CASCADE",
            "UPDATE t SET c = NULL",
            "UPDATE ONLY a.t x SET d = 1, c = NULL WHERE c = 2",
            "UPDATE t SET (c, d) = (1, NULL)",
            "UPDATE t SET c = CAST(NULL AS text), d = 1",
            "UPDATE t SET c = NULL::text FROM u WHERE u.a = t.a",
            "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET c = NULL",
            "WITH x AS (UPDATE t SET c = NULL RETURNING a) SELECT 1",
            "MERGE INTO t USING u ON true WHEN MATCHED THEN UPDATE SET c = NULL",
            "WITH x AS (SELECT 1) DELETE FROM t",
            "EXPLAIN ANALYZE DELETE FROM t",
            "ALTER TYPE pair DROP ATTRIBUTE b",
            "DO $$ BEGIN\n  DELETE\n  FROM t; END $$",
            "DO LANGUAGE plpgsql 'BEGIN TRUNCATE t; END'",
            "DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN c', 't'); END $$",
            "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$",
            "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || t || ' DROP COLUMN c'; END $$",
            "DO $$ BEGIN UPDATE t SET c = NULL; END $$",
        ] {
            assert_eq!(lost(Dialect::Postgres, sql), [1], "{sql}");
        }
        for sql in [
            "CREATE OR REPLACE TABLE t (a int)",
            "REPLACE INTO t VALUES (1)",
            "REPLACE t SELECT * FROM u",
            "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE c = NULL",
            "LOAD DATA INFILE 'x' REPLACE INTO TABLE t",
            "ALTER TABLE t TRUNCATE PARTITION p",
            "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u",
            "ALTER TABLE t DISCARD TABLESPACE",
            "ALTER TABLE t DROP SYSTEM VERSIONING",
            "ALTER IGNORE TABLE t ADD UNIQUE (a)",
            "ALTER TABLE t ADD COLUMN d int, DROP COLUMN `key`",
            "DELETE a FROM a JOIN b",
            "DELETE HISTORY FROM t",
            "/*!50003 DROP TABLE t */",
            "/*M!100000 DROP TABLE t */",
            "BEGIN NOT ATOMIC DROP TABLE t; END",
            "EXECUTE IMMEDIATE 'DROP TABLE t'",
        ] {
            assert_eq!(lost(Dialect::Mysql, sql), [1], "{sql}");
        }
        assert_eq!(lost(Dialect::Mysql, "SET @s = 'DROP TABLE t';\nPREPARE s FROM @s;\nEXECUTE s"), [1]);
        for sql in [
            "INSERT OR REPLACE INTO t VALUES (1)",
            "DROP TABLE 't'",
            "DELETE FROM sqlite_sequence",
            "DELETE FROM sqlite_sequence WHERE name = 't'",
        ] {
            assert_eq!(lost(Dialect::Sqlite, sql), [1], "{sql}");
        }
    }

    #[test]
    fn what_keeps_all_rows_is_no_loss() {
        for sql in [
            "ALTER TABLE t DETACH PARTITION p",
            "DROP MATERIALIZED VIEW v CASCADE",
            "DROP FOREIGN TABLE f",
            "UPDATE t SET a = coalesce(a, NULL), b = nullif(b, '') WHERE c = NULL",
            "ALTER TABLE t ALTER c SET DEFAULT NULL",
            "SELECT a FROM t FOR UPDATE",
            "INSERT INTO t SELECT replace(a, 'DROP TABLE t', '') FROM u",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; RETURN NEW; END $$",
            "CREATE TRIGGER g AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION f()",
            "DO $$ BEGIN CREATE TEMP TABLE x AS SELECT 1; DROP TABLE x; END $$",
            "DO $$ BEGIN RAISE NOTICE 'DROP TABLE t'; EXECUTE 'ANALYZE t'; END $$",
            "GRANT SELECT, UPDATE, DELETE, TRUNCATE ON t TO u",
            "COMMENT ON TABLE t IS 'DROP TABLE t'",
            "ALTER TABLE t RENAME COLUMN a TO b",
        ] {
            assert!(lost(Dialect::Postgres, sql).is_empty(), "{sql}");
        }
        for sql in [
            "CREATE TEMPORARY TABLE t (a int); DROP TEMPORARY TABLE t",
            "CREATE OR REPLACE VIEW v AS SELECT 1",
            "ALTER TABLE t REORGANIZE PARTITION p INTO (PARTITION q VALUES LESS THAN (2))",
            "ALTER TABLE t CONVERT PARTITION p TO TABLE u",
            "CREATE TABLE t (a int); CREATE OR REPLACE TABLE t (a int)",
        ] {
            assert!(lost(Dialect::Mysql, sql).is_empty(), "{sql}");
        }
    }

    #[test]
    fn each_table_of_a_list_counts_and_names_are_compared_whole() {
        for (sql, lines) in [
            ("CREATE TABLE a (i int);\nDROP TABLE a, b", &[2][..]),
            ("CREATE TABLE b (i int);\nCREATE TABLE a (i int);\nDROP TABLE a, b", &[]),
            ("CREATE TABLE IF NOT EXISTS a (i int);\nDROP TABLE a", &[2]),
            ("CREATE TABLE x.a (i int);\nDROP TABLE y.a", &[2]),
            ("CREATE TABLE a (i int);\nDROP TABLE public.A", &[]),
            ("CREATE TABLE \"A\" (i int);\nDROP TABLE a", &[2]),
            ("CREATE TEMP TABLE a (i int);\nDROP TABLE public.a", &[2]),
            ("CREATE TEMP TABLE a (i int);\nDROP TABLE a;\nDROP TABLE a", &[3]),
            ("CREATE TABLE a (i int);\nSET search_path = other;\nDROP TABLE a", &[3]),
            ("CREATE SEQUENCE s;\nDROP SEQUENCE s", &[]),
            ("CREATE TABLE a (i int);\nDELETE FROM a;\nTRUNCATE a, b", &[3]),
            ("CREATE TABLE a (i int);\nALTER TABLE a ALTER i TYPE bigint, DROP i", &[]),
        ] {
            assert_eq!(lost(Dialect::Postgres, sql), lines, "{sql}");
        }
    }

    #[test]
    fn rows_have_to_go_along_to_the_table_that_takes_the_place() {
        let rebuild = |copy: &str| {
            format!("CREATE TABLE n (a int);\n{copy};\nDROP TABLE t;\nALTER TABLE n RENAME TO t")
        };
        assert!(
            lost(Dialect::Sqlite, &rebuild("INSERT INTO n (a) SELECT a FROM main.t ORDER BY a")).is_empty()
        );
        assert!(
            lost(Dialect::Sqlite, &rebuild("INSERT INTO n SELECT t.a FROM t LEFT JOIN u USING (a)"))
                .is_empty()
        );
        for copy in [
            "SELECT 1",
            "INSERT INTO n SELECT a FROM u",
            "INSERT INTO n SELECT a FROM t WHERE a > 1",
            "INSERT INTO n SELECT DISTINCT a FROM t",
            "INSERT INTO n SELECT a FROM t JOIN u USING (a)",
            "INSERT OR IGNORE INTO n SELECT a FROM t",
            "INSERT INTO other SELECT a FROM t",
        ] {
            assert_eq!(lost(Dialect::Sqlite, &rebuild(copy)), [3], "{copy}");
        }
        for sql in [
            "ALTER TABLE t RENAME TO o;\nCREATE TABLE t (a int);\nINSERT INTO t SELECT a FROM o;\nDROP TABLE o",
            "CREATE TABLE b AS SELECT * FROM t;\nDROP TABLE t;\nCREATE TABLE t (a int);\nINSERT INTO t SELECT a FROM b;\nDROP TABLE b",
        ] {
            assert!(lost(Dialect::Postgres, sql).is_empty(), "{sql}");
        }
        let swapped = "CREATE TABLE n LIKE t;\nINSERT INTO n SELECT * FROM t;\nRENAME TABLE t TO o, n TO t;\nDROP TABLE o";
        assert!(lost(Dialect::Mysql, swapped).is_empty());
        assert_eq!(lost(Dialect::Mysql, &swapped.replace("INSERT INTO n SELECT * FROM t", "SELECT 1")), [4]);
        let counted = rebuild("INSERT INTO n SELECT a FROM t;\nDELETE FROM sqlite_sequence WHERE name = 'n'");
        assert!(lost(Dialect::Sqlite, &counted).is_empty());
        let thinned =
            "CREATE TABLE n AS SELECT * FROM t;\nDELETE FROM n;\nDROP TABLE t;\nALTER TABLE n RENAME TO t";
        assert_eq!(lost(Dialect::Postgres, thinned), [2]);
        assert_eq!(lost(Dialect::Postgres, "CREATE TABLE archive AS TABLE t;\nDROP TABLE t"), [2]);
    }

    #[test]
    fn a_routine_loses_when_it_is_run() {
        let purge = "CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS $$\nDELETE FROM t;\n$$;\n";
        assert!(lost(Dialect::Postgres, purge).is_empty());
        assert_eq!(lost(Dialect::Postgres, &format!("{purge}SELECT purge()")), [4]);
        assert_eq!(
            lost(Dialect::Postgres, &format!("{purge}DO $$ BEGIN PERFORM public.purge(); END $$")),
            [4]
        );
        let nested = "CREATE FUNCTION outer_one() RETURNS void LANGUAGE sql AS 'SELECT purge()';\n";
        assert_eq!(lost(Dialect::Postgres, &format!("{purge}{nested}SELECT outer_one()")), [5]);
        let procedure = "CREATE PROCEDURE p() MODIFIES SQL DATA DELETE FROM t;\n";
        assert_eq!(lost(Dialect::Mysql, &format!("{procedure}CALL p")), [2]);
        assert!(lost(Dialect::Mysql, &format!("{procedure}DROP PROCEDURE p")).is_empty());
    }

    #[test]
    fn compound_statements_outside_of_routines_lose_too() {
        for sql in [
            "IF 1 THEN DELETE FROM t; END IF",
            "BEGIN NOT ATOMIC SELECT 1; DROP TABLE t; END",
            "FOR i IN 1..3 DO DELETE FROM t; END FOR",
        ] {
            assert_eq!(lost(Dialect::Mysql, sql), [1], "{sql}");
        }
    }

    #[test]
    fn a_value_in_many_parentheses_is_read() {
        let value = |inner: &str| format!("{}{inner}{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(lost(Dialect::Postgres, &format!("UPDATE t SET a = {}", value("NULL"))), [1]);
        assert!(lost(Dialect::Postgres, &format!("UPDATE t SET a = {}", value("1"))).is_empty());
    }

    #[test]
    fn many_statements_take_time_by_their_number() {
        let script = |count: usize| -> String {
            (0..count)
                .map(|i| format!("CREATE TABLE a{i} (i int);\nINSERT INTO a{i} SELECT i FROM t{i};\nDROP TABLE a{i}, t{i};\n"))
                .collect()
        };
        // Were each drop compared with each other statement, this would take minutes.
        assert_eq!(lost(Dialect::Postgres, &script(20_000)).len(), 20_000);
    }
}
