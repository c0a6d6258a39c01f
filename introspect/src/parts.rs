//! Many statements in several transactions instead of one. PostgreSQL goes through all locks of a transaction at the end of each
//! statement (`LockReassignCurrentOwner`), so that one for all takes a time that grows with the square of a schema.

use autogen_diff_core::Dialect;
use autogen_sql_text::{Lexeme, SourceStatement, Statement, VerbClass, lexemes};

/// Statements that share a transaction, or a round trip.
pub const AT_ONCE: usize = 200;

/// Whether something is set for a transaction alone.
fn says_local(lexemes: &[Lexeme]) -> bool {
    lexemes.iter().any(|lexeme| lexeme.is_any(&["LOCAL", "set_config", "TRANSACTION", "CONSTRAINTS"]))
}

/// Whether none of some statements that all run can tell in how many transactions they do.
pub(crate) fn is_one_as_several<'a>(
    dialect: Dialect,
    mut statements: impl Iterator<Item = &'a SourceStatement>,
) -> bool {
    dialect == Dialect::Postgres && statements.all(|statement| is_indifferent(dialect, &statement.text))
}

fn is_indifferent(dialect: Dialect, text: &str) -> bool {
    let lexemes = lexemes(dialect, text);
    let statement = Statement::of_lexemes(dialect, &lexemes);
    let has = |word: &str| lexemes.iter().any(|lexeme| lexeme.is(word));
    match statement.class {
        // A new value of an enum can't be used before its transaction ends, and `ON COMMIT` waits for that.
        VerbClass::Create => !statement.fills_table && !statement.runs_code && !has("COMMIT"),
        VerbClass::Alter => !statement.runs_code && !has("VALUE"),
        VerbClass::SetsSession => !says_local(&lexemes),
        VerbClass::Describes | VerbClass::Grants => true,
        VerbClass::Drop
        | VerbClass::Rename
        | VerbClass::ChangesRows
        | VerbClass::MovesRows
        | VerbClass::BeginsTransaction
        | VerbClass::EndsTransaction
        | VerbClass::WithinTransaction
        | VerbClass::Locks
        | VerbClass::RunsCode
        | VerbClass::Maintains
        | VerbClass::ControlsServer(_)
        | VerbClass::Notifies
        | VerbClass::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, is_one_as_several};
    use autogen_sql_text::split;

    #[test]
    fn what_hangs_on_its_transaction_stays_in_one() {
        let is_one =
            |sql: &str| is_one_as_several(Dialect::Postgres, split(Dialect::Postgres, sql).unwrap().iter());
        assert!(is_one(
            "SET search_path = app; CREATE TABLE t (a int DEFAULT 1 CHECK (a > 0)); COMMENT ON TABLE t IS 'x';"
        ));
        assert!(is_one(
            "CREATE VIEW v AS SELECT 1; ALTER TABLE t ADD COLUMN b int; GRANT SELECT ON t TO PUBLIC;"
        ));
        for text in [
            "CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b';",
            "CREATE TABLE t AS SELECT 1;",
            "CREATE TEMP TABLE t (a int) ON COMMIT DROP;",
            "SET LOCAL search_path = app;",
            "INSERT INTO t VALUES (1);",
            "SELECT set_config('search_path', '', true);",
            "DO $$ BEGIN END $$;",
            "DROP TABLE t;",
        ] {
            assert!(!is_one(text), "{text}");
        }
    }
}
