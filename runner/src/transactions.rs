//! What a migration's file says of transactions: whether the runner can keep them apart from its own, before anything of
//! the file runs.

use std::ops::Range;

use autogen_migration_files::{Direction, Migration};
use autogen_sql_text::{Dialect, LineIndex, SourceStatement, Statement, TokenizeError, VerbClass, split};

use crate::error::RunError;
use crate::transaction_fault::TransactionFault;

/// What a statement does to transactions.
enum Role {
    Begins,
    /// A chained one begins the next.
    Ends {
        commits: bool,
        chains: bool,
    },
    /// SQLite's savepoint outside of a transaction begins one.
    Savepoint(String),
    Releases(String),
    /// MySQL commits before and after a change of the schema.
    CommitsImplicitly,
    /// It changes the session.
    Sets,
    Other,
}

impl Role {
    fn of(dialect: Dialect, source: &SourceStatement) -> Self {
        let statement = source.classify(dialect);
        let has = |word: &str| source.words.iter().any(|found| found == word);
        let name = || source.text.split_whitespace().last().unwrap_or_default().to_lowercase();
        match statement.class {
            VerbClass::BeginsTransaction => Self::Begins,
            VerbClass::EndsTransaction => Self::Ends {
                commits: !matches!(statement.verb.as_str(), "ROLLBACK" | "ABORT"),
                chains: has("CHAIN") && !has("NO"),
            },
            // A prepared transaction is the session's no more, and neither committed.
            VerbClass::WithinTransaction if statement.is("PREPARE") => {
                Self::Ends { commits: false, chains: false }
            }
            VerbClass::WithinTransaction if begins_by_savepoint(dialect) && statement.is("SAVEPOINT") => {
                Self::Savepoint(name())
            }
            VerbClass::WithinTransaction if begins_by_savepoint(dialect) && statement.is("RELEASE") => {
                Self::Releases(name())
            }
            VerbClass::Create
            | VerbClass::Alter
            | VerbClass::Drop
            | VerbClass::Rename
            | VerbClass::Grants
                if commits_implicitly(dialect) =>
            {
                Self::CommitsImplicitly
            }
            VerbClass::SetsSession => Self::Sets,
            VerbClass::Create
            | VerbClass::Alter
            | VerbClass::Drop
            | VerbClass::Rename
            | VerbClass::Grants
            | VerbClass::WithinTransaction
            | VerbClass::Describes
            | VerbClass::ChangesRows
            | VerbClass::MovesRows
            | VerbClass::RunsCode
            | VerbClass::Locks
            | VerbClass::Maintains
            | VerbClass::ControlsServer(_)
            | VerbClass::Notifies
            | VerbClass::Unknown => Self::Other,
        }
    }
}

/// MySQL manual, "Statements That Cause an Implicit Commit"; a second `BEGIN` is one, and a `COMMIT` of nothing is none.
const fn commits_implicitly(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Mysql => true,
        Dialect::Postgres | Dialect::Sqlite => false,
    }
}

/// sqlite.org/lang_savepoint.html.
const fn begins_by_savepoint(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Sqlite => true,
        Dialect::Postgres | Dialect::Mysql => false,
    }
}

/// Refuses files whose transactions the runner can't keep apart from its own.
///
/// # Errors
/// [`RunError::Transactions`], and where a file ends inside a quote or a comment.
pub fn check_transactions(
    dialect: Dialect,
    migration: &Migration,
    direction: Direction,
) -> Result<(), RunError> {
    let Some(text) = migration.text(direction) else { return Ok(()) };
    let statements = split(dialect, text).map_err(|error| unreadable(migration, direction, text, &error))?;
    let is_in_runners = !commits_implicitly(dialect) && migration.run_in_transaction;
    let found =
        if is_in_runners { first_in_runners(dialect, &statements) } else { unpaired(dialect, &statements) };
    found.map_or(Ok(()), |(line, fault)| {
        let line = line + migration.lines_above(direction);
        Err(RunError::Transactions { file: migration.file_name(direction), line, fault })
    })
}

/// The error of a file that ends inside a quote or a comment: nothing of it was run.
pub(crate) fn unreadable(
    migration: &Migration,
    direction: Direction,
    text: &str,
    error: &TokenizeError,
) -> RunError {
    RunError::Failed {
        file: migration.file_name(direction),
        message: error.message.to_owned(),
        line: Some(migration.lines_above(direction) + LineIndex::new(text).line_at(error.offset)),
        rolled_back: true,
    }
}

/// The first statement that would end the runner's transaction, or begin another in it.
fn first_in_runners(dialect: Dialect, statements: &[SourceStatement]) -> Option<(usize, TransactionFault)> {
    let is_one =
        |source: &&SourceStatement| matches!(Role::of(dialect, source), Role::Begins | Role::Ends { .. });
    let found = statements.iter().find(is_one)?;
    let verb = found.words.first().cloned().unwrap_or_default();
    Some((found.line, TransactionFault::InRunners(verb)))
}

/// The first transaction that does not begin and end.
fn unpaired(dialect: Dialect, statements: &[SourceStatement]) -> Option<(usize, TransactionFault)> {
    let is_lenient = commits_implicitly(dialect);
    // Where a transaction is open, its line and the savepoint that began it.
    let mut open: Option<(usize, Option<String>)> = None;
    for source in statements {
        match Role::of(dialect, source) {
            Role::Begins if open.is_some() && !is_lenient => {
                return Some((source.line, TransactionFault::Nested));
            }
            Role::Begins => open = Some((source.line, None)),
            Role::Ends { .. } if open.is_none() && !is_lenient => {
                return Some((source.line, TransactionFault::NeverBegan));
            }
            Role::Ends { chains, .. } => open = chains.then_some((source.line, None)),
            Role::Savepoint(name) if open.is_none() => open = Some((source.line, Some(name))),
            Role::Releases(name) if open.as_ref().is_some_and(|(_, by)| by.as_ref() == Some(&name)) => {
                open = None
            }
            Role::CommitsImplicitly => open = None,
            Role::Savepoint(_) | Role::Releases(_) | Role::Sets | Role::Other => {}
        }
    }
    open.map(|(line, _)| (line, TransactionFault::NeverEnds))
}

/// The bytes of a file that is one transaction, settings around it aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnTransaction {
    /// Up to behind the statement that begins it.
    pub(crate) begin: Range<usize>,
    /// What runs in it, if anything does.
    pub(crate) work: Option<Range<usize>>,
    /// The statement that commits it.
    pub(crate) commit: Range<usize>,
    /// The settings behind it, if there are any.
    pub(crate) settings: Option<Range<usize>>,
}

/// The one transaction of a file. A row in the first of several, or in one that more than settings surround (SQLite's
/// `PRAGMA foreign_keys`), would say too much.
pub(crate) fn own_transaction(dialect: Dialect, text: &str) -> Option<OwnTransaction> {
    let statements = split(dialect, text).ok()?;
    let roles: Vec<Role> = statements.iter().map(|source| Role::of(dialect, source)).collect();
    let begin = roles.iter().position(|role| !matches!(role, Role::Sets))?;
    let end = roles.iter().rposition(|role| !matches!(role, Role::Sets))?;
    let is_one = matches!(roles[begin], Role::Begins)
        && matches!(roles[end], Role::Ends { commits: true, chains: false })
        && roles[begin + 1..end].iter().all(|role| !matches!(role, Role::Begins | Role::Ends { .. }));
    if begin == end || !is_one {
        return None;
    }
    let range = |at: usize| statements[at].range();
    let last = statements.len() - 1;
    Some(OwnTransaction {
        begin: 0..range(begin).end,
        work: (begin + 1 < end).then(|| range(begin + 1).start..range(end - 1).end),
        commit: range(end),
        settings: (end < last).then(|| range(end + 1).start..range(last).end),
    })
}

/// Whether a file that asks for no transaction may have one, so that it happens wholly or not at all. On PostgreSQL and
/// MySQL it asks because of what it holds; of SQLite's statements only some mind.
pub(crate) fn may_be_in_transaction(dialect: Dialect, text: &str) -> bool {
    let minds = |statement: &Statement| match statement.class {
        VerbClass::SetsSession
        | VerbClass::BeginsTransaction
        | VerbClass::EndsTransaction
        | VerbClass::WithinTransaction
        | VerbClass::ControlsServer(_)
        | VerbClass::Unknown => true,
        VerbClass::Maintains => statement.is("VACUUM"),
        VerbClass::Create
        | VerbClass::Alter
        | VerbClass::Drop
        | VerbClass::Rename
        | VerbClass::Describes
        | VerbClass::Grants
        | VerbClass::ChangesRows
        | VerbClass::MovesRows
        | VerbClass::RunsCode
        | VerbClass::Locks
        | VerbClass::Notifies => false,
    };
    match dialect {
        Dialect::Sqlite => split(dialect, text)
            .is_ok_and(|statements| !statements.iter().any(|source| minds(&source.classify(dialect)))),
        Dialect::Postgres | Dialect::Mysql => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_is_one_transaction_takes_the_row_in() {
        let pieces = |dialect: Dialect, text: &str| {
            let own = own_transaction(dialect, text)?;
            let of = |range: Range<usize>| text[range].to_owned();
            Some([of(own.begin), own.work.map(of).unwrap_or_default(), of(own.commit)].join("|"))
        };
        let own = pieces(Dialect::Postgres, "-- a\nbegin work ;\nSELECT 1; SELECT 2;\nCOMMIT;\n");
        assert_eq!(own.as_deref(), Some("-- a\nbegin work|SELECT 1; SELECT 2|COMMIT"));
        let rebuild = "PRAGMA foreign_keys = OFF; BEGIN; SELECT 1; COMMIT; PRAGMA foreign_keys = ON;";
        let own = pieces(Dialect::Sqlite, rebuild);
        assert_eq!(own.as_deref(), Some("PRAGMA foreign_keys = OFF; BEGIN|SELECT 1|COMMIT"));
        let settings = own_transaction(Dialect::Sqlite, rebuild).and_then(|own| own.settings);
        assert_eq!(settings.map(|range| &rebuild[range]), Some("PRAGMA foreign_keys = ON"));
        assert_eq!(pieces(Dialect::Sqlite, "BEGIN; COMMIT").as_deref(), Some("BEGIN||COMMIT"));
        for other in [
            "",
            "BEGIN",
            "SELECT 1;",
            "BEGIN; SELECT 1;",
            "BEGIN; SELECT 1; ROLLBACK;",
            "SELECT 0; BEGIN; SELECT 1; COMMIT;",
            "BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a);",
            "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;",
            "BEGIN; SELECT 1; PREPARE TRANSACTION 'a';",
        ] {
            assert_eq!(pieces(Dialect::Postgres, other), None, "{other}");
        }
    }

    #[test]
    fn transactions_begin_and_end() {
        let fault = |dialect: Dialect, text: &str| unpaired(dialect, &split(dialect, text).expect("tokens"));
        for (dialect, text) in [
            (
                Dialect::Postgres,
                "BEGIN; COMMIT; START TRANSACTION; ROLLBACK AND CHAIN; COMMIT WORK AND NO CHAIN",
            ),
            (Dialect::Postgres, "SELECT 1; BEGIN; SAVEPOINT a; ROLLBACK TO a; END"),
            (Dialect::Sqlite, "SAVEPOINT a; SAVEPOINT b; RELEASE b; RELEASE SAVEPOINT A"),
            (Dialect::Sqlite, "BEGIN; SAVEPOINT a; COMMIT"),
            (Dialect::Mysql, "SET autocommit = 0; INSERT INTO t VALUES (1); COMMIT"),
            (Dialect::Mysql, "BEGIN; INSERT INTO t VALUES (1); CREATE TABLE u (a int)"),
            (Dialect::Mysql, "BEGIN; BEGIN; COMMIT; BEGIN NOT ATOMIC SELECT 1; END"),
        ] {
            assert_eq!(fault(dialect, text), None, "{text}");
        }
        for (dialect, text, wanted) in [
            (Dialect::Postgres, "BEGIN; PREPARE TRANSACTION 'a'; COMMIT", TransactionFault::NeverBegan),
            (Dialect::Postgres, "BEGIN; COMMIT AND CHAIN", TransactionFault::NeverEnds),
            (Dialect::Sqlite, "SAVEPOINT a; RELEASE b", TransactionFault::NeverEnds),
            (
                Dialect::Mysql,
                "CREATE TABLE u (a int); BEGIN; INSERT INTO t VALUES (1)",
                TransactionFault::NeverEnds,
            ),
        ] {
            assert_eq!(fault(dialect, text), Some((1, wanted)), "{text}");
        }
    }
}
