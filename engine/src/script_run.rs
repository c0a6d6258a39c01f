//! Runs planned scripts in scratch databases, as the runner would.

use autogen_codegen::{Script, TransactionMode};
use autogen_diff_core::Dialect;
use autogen_introspect::Scratch;
use autogen_sql_text::redact_secrets;

use crate::error::Error;
use crate::lock_findings::LockFindings;
use crate::project::Project;

/// Runs a script statement by statement, so that a failure names the one, in the session that the project's
/// migrations run in.
pub(crate) fn run(
    project: &Project,
    scratch: &mut Scratch,
    script: &Script,
    file: &str,
) -> Result<(), Error> {
    run_watched(project, scratch, script, file, None)
}

/// The same, and finds what is locked otherwise than is declared.
pub(crate) fn run_watched(
    project: &Project,
    scratch: &mut Scratch,
    script: &Script,
    file: &str,
    mut watched: Option<LockFindings<'_>>,
) -> Result<(), Error> {
    if let Some(setting) = project.session(scratch.dialect()) {
        scratch.execute(setting).map_err(|failure| Error::NotProven(failure.message))?;
    }
    let inside = script.transaction == TransactionMode::Transaction;
    if !inside && scratch.dialect() == Dialect::Postgres {
        // Outside of a transaction the runner gives PostgreSQL a file in one piece.
        execute(scratch, &script.to_sql(), file)?;
    } else {
        if inside {
            execute(scratch, "BEGIN", file)?;
        }
        if inside && watched.is_some() {
            scratch.watch_locks();
        }
        for operation in script.operations() {
            operation.iter().try_for_each(|statement| execute(scratch, &statement.sql, file))?;
            if let Some(findings) = watched.as_mut().filter(|_| inside) {
                findings.look(scratch, operation);
            }
        }
        if inside {
            execute(scratch, "COMMIT", file)?;
        }
    }
    scratch.reset_session()?;
    Ok(())
}

fn execute(scratch: &mut Scratch, sql: &str, file: &str) -> Result<(), Error> {
    scratch.execute(sql).map_err(|failure| {
        let hint = failure.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        Error::NotProven(format!(
            "{file} fails in a scratch database: {}{hint}\n\n    {}\n",
            failure.message,
            redact_secrets(scratch.dialect(), sql).replace('\n', "\n    ")
        ))
    })
}
