//! A script, run statement by statement, with the schema before and behind each.

use autogen_diff_core::lock::TakenLock;
use autogen_diff_core::{Dialect, Pair, Schema};
use autogen_introspect::Scratch;
use autogen_sql_text::{Statement, VerbClass};

use super::places::{OwnStatement, statements_of};
use super::script::Script;
use crate::error::Error;
use crate::project::Project;
use crate::replay;

/// What runs by itself: a statement, or all of a transaction where only that can be looked at.
pub(super) struct Step {
    pub(super) statements: Vec<OwnStatement>,
    pub(super) schemas: Pair<Schema>,
    /// What it was seen to lock, where that can be seen.
    pub(super) taken: Option<Vec<TakenLock>>,
}

impl Step {
    /// All of a script at once.
    pub(super) fn whole(dialect: Dialect, script: &Script, schemas: Pair<Schema>) -> Self {
        Self { statements: statements_of(dialect, script.text()), schemas, taken: None }
    }
}

/// Runs a script in steps, from the schema that is there. `None` where one of its statements does not run by itself: it may need
/// the transaction of the others. The scratch database is of no use behind that.
pub(super) fn run(
    project: &Project,
    scratch: &mut Scratch,
    script: &Script,
    start: &Schema,
) -> Result<Option<Vec<Step>>, Error> {
    let admitted = scratch.admitted(&script.up.file, script.up.reach)?;
    let dialect = scratch.dialect();
    if script.up.row.as_deref().is_some_and(|row| scratch.execute(row).is_err()) {
        return Ok(None);
    }
    if project.session(dialect).is_some_and(|session| scratch.execute(session).is_err()) {
        return Ok(None);
    }
    let mut steps: Vec<Step> = Vec::new();
    for statements in groups(dialect, statements_of(dialect, &admitted.text)) {
        let before = steps.last().map_or_else(|| start.clone(), |step| step.schemas.to.clone());
        let Some(taken) = run_group(scratch, &statements) else { return Ok(None) };
        let changes = statements.iter().any(|own| can_change_a_schema(dialect, own));
        let after = if changes { replay::read(project, scratch)? } else { before.clone() };
        steps.push(Step { statements, schemas: Pair::new(before, after), taken });
    }
    scratch.reset_session()?;
    Ok(Some(steps))
}

/// What is run at once. SQLite alters a table by a transaction of several statements, whose single ones say nothing.
fn groups(dialect: Dialect, statements: Vec<OwnStatement>) -> Vec<Vec<OwnStatement>> {
    if dialect != Dialect::Sqlite {
        return statements.into_iter().map(|own| vec![own]).collect();
    }
    let mut groups: Vec<Vec<OwnStatement>> = Vec::new();
    let mut is_open = false;
    for own in statements {
        let class = Statement::of(dialect, &own.text).class;
        match groups.last_mut().filter(|_| is_open) {
            Some(group) => group.push(own),
            None => groups.push(vec![own]),
        }
        is_open = (is_open || class == VerbClass::BeginsTransaction) && class != VerbClass::EndsTransaction;
    }
    groups
}

/// Runs what belongs together; `None` where it fails.
fn run_group(scratch: &mut Scratch, statements: &[OwnStatement]) -> Option<Option<Vec<TakenLock>>> {
    let dialect = scratch.dialect();
    let [only] = statements else {
        return statements.iter().all(|own| scratch.execute(&own.text).is_ok()).then_some(None);
    };
    if dialect != Dialect::Postgres {
        return scratch.execute(&only.text).is_ok().then_some(None);
    }
    match Statement::of(dialect, &only.text).class {
        // Each statement has a transaction of its own here.
        VerbClass::BeginsTransaction => Some(None),
        VerbClass::EndsTransaction => (!is_taken_back(only)).then_some(None),
        VerbClass::WithinTransaction => is_harmless(only).then_some(None),
        VerbClass::SetsSession => scratch.execute(&for_the_session(&only.text)).is_ok().then_some(None),
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
        | VerbClass::Maintains
        | VerbClass::Notifies
        | VerbClass::ControlsServer(_)
        | VerbClass::Unknown => scratch.execute_watched(&only.text).ok(),
    }
}

/// A savepoint that nothing goes back to.
fn is_harmless(own: &OwnStatement) -> bool {
    own.words.starts_with("SAVEPOINT") || own.words.starts_with("RELEASE")
}

fn is_taken_back(own: &OwnStatement) -> bool {
    own.words.starts_with("ROLLBACK") || own.words.starts_with("ABORT")
}

/// `SET LOCAL` holds to the end of the transaction, which is that of the script; here, for the session.
fn for_the_session(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().take(2).collect();
    match words[..] {
        [set, local] if set.eq_ignore_ascii_case("SET") && local.eq_ignore_ascii_case("LOCAL") => {
            let behind = sql.trim_start()[set.len()..].trim_start()[local.len()..].trim_start();
            format!("SET {behind}")
        }
        _ => sql.to_owned(),
    }
}

fn can_change_a_schema(dialect: Dialect, own: &OwnStatement) -> bool {
    match Statement::of(dialect, &own.text).class {
        VerbClass::SetsSession
        | VerbClass::BeginsTransaction
        | VerbClass::EndsTransaction
        | VerbClass::WithinTransaction
        | VerbClass::Locks
        | VerbClass::Notifies => false,
        VerbClass::Create
        | VerbClass::Alter
        | VerbClass::Drop
        | VerbClass::Rename
        | VerbClass::Describes
        | VerbClass::Grants
        | VerbClass::ChangesRows
        | VerbClass::MovesRows
        | VerbClass::RunsCode
        | VerbClass::Maintains
        | VerbClass::ControlsServer(_)
        | VerbClass::Unknown => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_local_to_a_transaction_is_set_for_the_session() {
        assert_eq!(for_the_session("set  local\nsearch_path = local"), "SET search_path = local");
        assert_eq!(for_the_session("SET search_path = local"), "SET search_path = local");
    }

    #[test]
    fn a_transaction_of_sqlite_is_one_step() {
        let script = "PRAGMA foreign_keys = OFF; BEGIN; DROP TABLE a; COMMIT; CREATE TABLE b (i)";
        let sizes = |dialect| -> Vec<usize> {
            groups(dialect, statements_of(dialect, script)).iter().map(Vec::len).collect()
        };
        assert_eq!(sizes(Dialect::Sqlite), [1, 3, 1]);
        assert_eq!(sizes(Dialect::Postgres), [1; 5]);
    }
}
