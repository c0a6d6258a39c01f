//! Which statements of a script lose rows or values, as far as their words tell.
//!
//! What a statement loses is what nobody can bring back by the schema alone: rows, columns, values. An index, a constraint or a
//! view can be made again, and is no loss.

use crate::dialect::Dialect;
use crate::text::statement::{SourceStatement, split};
use crate::text::tokens::{Lexeme, lexemes};

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

/// What follows `DROP` inside of `ALTER TABLE` and is no column.
const NO_COLUMN: [&str; 12] = [
    "CONSTRAINT",
    "INDEX",
    "KEY",
    "PRIMARY",
    "FOREIGN",
    "CHECK",
    "DEFAULT",
    "NOT",
    "IDENTITY",
    "EXPRESSION",
    "SYSTEM",
    "PERIOD",
];

/// The statements of a script that lose something, in their order. A script that can't be read has none: the server will
/// not run it either.
pub fn losses(dialect: Dialect, script: &str) -> Vec<Loss> {
    let statements = split(dialect, script).unwrap_or_default();
    let read: Vec<(&SourceStatement, Vec<Lexeme>)> =
        statements.iter().map(|statement| (statement, lexemes(dialect, &statement.text))).collect();
    let lost = |place: usize| {
        let (statement, lexemes) = &read[place];
        let mut later = read[place + 1..].iter().map(|(_, lexemes)| lexemes.as_slice());
        let mut earlier = read[..place].iter().map(|(_, lexemes)| lexemes.as_slice());
        let goes = loses(dialect, lexemes)
            && !later.any(|later| takes_the_place(lexemes, later))
            && !earlier.any(|earlier| creates(earlier, lexemes));
        if goes || loses_parts(lexemes) || hides_a_loss(&statement.text, lexemes) {
            return Some(LossKind::Gone);
        }
        retypes(lexemes).then_some(LossKind::Retyped)
    };
    let found = read.iter().enumerate().filter_map(|(place, (statement, lexemes))| {
        let kind = lost(place)?;
        Some(Loss { kind, line: statement.line, statement: first_words(&statement.text, lexemes) })
    });
    found.collect()
}

/// Whether rows or columns go with a statement.
fn loses(dialect: Dialect, lexemes: &[Lexeme]) -> bool {
    let upper: Vec<String> = lexemes.iter().take(3).map(Lexeme::upper).collect();
    let words: Vec<&str> = upper.iter().map(String::as_str).collect();
    match words[..] {
        ["DROP", "TABLE" | "DATABASE" | "OWNED", ..] => true,
        // Elsewhere it is another word for a database; on PostgreSQL a schema goes only empty, unless it cascades.
        ["DROP", "SCHEMA", ..] if dialect == Dialect::Mysql => true,
        ["DROP", "SCHEMA" | "TYPE" | "DOMAIN" | "EXTENSION", ..] => {
            lexemes.last().is_some_and(|last| last.is("CASCADE"))
        }
        ["TRUNCATE" | "DELETE", ..] => true,
        ["MERGE", ..] => lexemes.windows(2).any(|pair| pair[0].is("THEN") && pair[1].is("DELETE")),
        // A common table expression may delete.
        ["WITH", ..] => lexemes.windows(2).any(|pair| pair[0].is("DELETE") && pair[1].is("FROM")),
        _ => false,
    }
}

fn alters_table(lexemes: &[Lexeme]) -> bool {
    matches!(lexemes, [alter, table, ..] if alter.is("ALTER") && table.is("TABLE"))
}

/// Whether columns or partitions of a table go.
fn loses_parts(lexemes: &[Lexeme]) -> bool {
    let lost = |pair: &[Lexeme]| {
        let is_column = pair[0].is("DROP") && !pair[1].is_any(&NO_COLUMN);
        is_column || (pair[0].is("TRUNCATE") && pair[1].is("PARTITION"))
    };
    alters_table(lexemes) && lexemes.windows(2).any(lost)
}

/// Whether a column gets another type: `c TYPE t`, `SET DATA TYPE t`, `MODIFY`, `CHANGE`.
fn retypes(lexemes: &[Lexeme]) -> bool {
    let names_a_type = |three: &[Lexeme]| three[0].is_any(&["COLUMN", "ALTER", "DATA", "SET"]);
    let typed = lexemes.windows(3).any(|three| {
        (names_a_type(three) && three[2].is("TYPE")) || (three[0].is("DATA") && three[1].is("TYPE"))
    });
    let changed = lexemes.iter().any(|lexeme| lexeme.is_any(&["MODIFY", "CHANGE"]));
    alters_table(lexemes) && (typed || changed)
}

/// Whether a later statement gives another table the name of the one that is dropped: SQLite's way to alter a table.
fn takes_the_place(dropped: &[Lexeme], later: &[Lexeme]) -> bool {
    let renames = later.windows(2).any(|pair| pair[0].is("RENAME") && pair[1].is("TO"));
    renames && later.first().is_some_and(|first| first.is("ALTER")) && last_name(dropped) == last_name(later)
}

/// Whether an earlier statement creates the table that is dropped: a script's own table holds nothing to lose.
fn creates(earlier: &[Lexeme], dropped: &[Lexeme]) -> bool {
    let is_create = earlier.first().is_some_and(|first| first.is("CREATE"));
    let behind = earlier.iter().skip_while(|lexeme| !lexeme.is("TABLE")).skip(1);
    let mut names = behind.skip_while(|lexeme| lexeme.is_any(&["IF", "NOT", "EXISTS"]));
    let created = names.next().and_then(Lexeme::name).map(str::to_lowercase);
    let is_drop = matches!(dropped, [drop, table, ..] if drop.is("DROP") && table.is("TABLE"));
    is_create && is_drop && created.is_some() && created == last_name(dropped)
}

/// The name at the end of a statement, behind what follows a name there.
fn last_name(lexemes: &[Lexeme]) -> Option<String> {
    let mut names = lexemes.iter().rev().skip_while(|lexeme| lexeme.is_any(&["CASCADE", "RESTRICT"]));
    names.next().and_then(Lexeme::name).map(str::to_lowercase)
}

/// Whether a block of code holds words that lose something; what it does in the end can't be told.
fn hides_a_loss(text: &str, lexemes: &[Lexeme]) -> bool {
    let is_block = lexemes.first().is_some_and(|first| first.is_any(&["DO", "BEGIN", "CALL"]));
    let upper = text.to_uppercase();
    is_block && ["DROP ", "DELETE ", "TRUNCATE "].iter().any(|word| upper.contains(word))
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
}
