//! A project for a server that only speaks the language of another one: what is known of that server holds for what is planned.

use autogen_codegen::{Script, TransactionMode};
use autogen_diff_core::Pair;
use autogen_sql_text::{CompatibleServer, redact_secrets};

use crate::advice::Advice;
use crate::error::Error;

/// Refuses scripts with a statement that the project's server is known not to take.
pub(crate) fn must_take(flavor: Option<CompatibleServer>, scripts: &[Pair<Script>]) -> Result<(), Error> {
    scripts
        .iter()
        .flat_map(|pair| [&pair.from, &pair.to])
        .try_for_each(|script| must_take_one(flavor, script))
}

/// The same of one script.
pub(crate) fn must_take_one(flavor: Option<CompatibleServer>, script: &Script) -> Result<(), Error> {
    let Some(server) = flavor else { return Ok(()) };
    let facts = server.facts();
    for statement in &script.statements {
        if let Some(reason) = server.refusal(&statement.sql) {
            let sql = redact_secrets(facts.dialect, &statement.sql);
            let message = format!(
                "{} does not take this, since {reason}:\n\n    {}\n",
                facts.name,
                sql.replace('\n', "\n    ")
            );
            return Err(Error::Refused { message, advice: Advice::ChangeForServer });
        }
    }
    let is_at_once = script.transaction == TransactionMode::Transaction && script.statements.len() > 1;
    if is_at_once && !facts.has_scripts_in_transactions {
        let message = format!(
            "{} takes one change of the schema in a transaction, and this migration has {}",
            facts.name,
            script.statements.len()
        );
        return Err(Error::Refused { message, advice: Advice::ChangeForServer });
    }
    Ok(())
}

/// Refuses to change a database of a server on which two upgraders could not keep out of each other's way.
pub(crate) fn must_have_locks(flavor: Option<CompatibleServer>) -> Result<(), Error> {
    match flavor {
        Some(server) if !server.facts().has_session_locks => Err(Error::Refused {
            message: format!(
                "{} has no lock for upgrades, so that two of them could run at once",
                server.name()
            ),
            advice: Advice::RunScriptThere,
        }),
        Some(_) | None => Ok(()),
    }
}
