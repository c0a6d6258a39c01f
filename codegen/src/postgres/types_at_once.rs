//! Types of a table's columns that are changed by one `ALTER TABLE`, with their defaults and `NOT NULL`: the table is rewritten
//! once (manual, ALTER TABLE: notes), and a check that compares two of them never sees only one of the new types.

use autogen_diff_core::estimate::TableTask;
use autogen_diff_core::lock::Lock;
use autogen_diff_core::{Ident, QualifiedName};

use crate::plan::{Operation, retyped_column};
use crate::quote::Quoter;
use crate::script::Statement;

/// The statement that changes types of the table of the last operation, with its actions.
#[derive(Default)]
pub(super) struct LastTypes(Option<TypesAtOnce>);

struct TypesAtOnce {
    table: QualifiedName,
    /// Where the first statement of these changes stands, which says what all of them lock.
    first: usize,
    /// Where it stands itself.
    place: usize,
    actions: Vec<String>,
}

impl LastTypes {
    /// Puts statements behind those that are spelled, and changes of types into the last that changes types of the same table.
    pub(super) fn append(
        &mut self,
        operation: &Operation,
        new: Vec<Statement>,
        spelled: &mut Vec<Statement>,
        q: &Quoter,
    ) {
        let Some((table, column)) = retyped_column(operation) else {
            self.0 = None;
            return spelled.extend(new);
        };
        let is_type = |statement: &Statement| {
            joinable_action(&statement.sql, table, &column.to.name, q)
                .is_some_and(|action| action.contains(" TYPE "))
        };
        if !new.iter().any(is_type) {
            self.0 = None;
            return spelled.extend(new);
        }
        let mut notes = Statement::plain("");
        new.iter().for_each(|statement| add_notes(&mut notes, statement));
        let parts =
            Parts::of(new.into_iter().map(|statement| statement.sql).collect(), table, &column.to.name, q);
        let mut at_once = self.0.take().filter(|last| last.table == *table).unwrap_or_else(|| {
            let first = spelled.len();
            spelled.push(Statement::plain(""));
            TypesAtOnce { table: table.clone(), first, place: first, actions: Vec::new() }
        });
        let place = at_once.place;
        at_once.place += parts.before.len();
        spelled.splice(place..place, parts.before.into_iter().map(Statement::plain));
        at_once.actions.extend(parts.actions);
        spelled[at_once.place].sql = one_statement(&at_once.actions, table, q);
        spelled.extend(parts.behind.into_iter().map(Statement::plain));
        add_notes(&mut spelled[at_once.first], &notes);
        self.0 = Some(at_once);
    }
}

/// The statements of an operation that changes a type.
#[derive(Default)]
struct Parts {
    before: Vec<String>,
    /// What is done by statements that can share an `ALTER TABLE`.
    actions: Vec<String>,
    behind: Vec<String>,
}

impl Parts {
    fn of(statements: Vec<String>, table: &QualifiedName, column: &Ident, q: &Quoter) -> Self {
        let mut parts = Self::default();
        for sql in statements {
            match joinable_action(&sql, table, column, q) {
                Some(action) if parts.behind.is_empty() => parts.actions.push(action.to_owned()),
                Some(_) | None if parts.actions.is_empty() => parts.before.push(sql),
                Some(_) | None => parts.behind.push(sql),
            }
        }
        parts
    }
}

/// What a statement does, if it may be done with the change of a type: the server itself brings such actions of one `ALTER TABLE`
/// into order (`tablecmds.c`: passes).
fn joinable_action<'a>(sql: &'a str, table: &QualifiedName, column: &Ident, q: &Quoter) -> Option<&'a str> {
    let action = sql.strip_prefix(&format!("ALTER TABLE {} ", q.qualified(table)))?;
    let of_column = action.strip_prefix(&format!("ALTER COLUMN {} ", q.ident(column)));
    let is_joinable = match of_column {
        Some(what) => ["TYPE ", "DROP DEFAULT", "SET DEFAULT ", "SET NOT NULL", "DROP NOT NULL"]
            .iter()
            .any(|joinable| what.starts_with(joinable)),
        None => action.starts_with("ADD "),
    };
    is_joinable.then_some(action)
}

fn one_statement(actions: &[String], table: &QualifiedName, q: &Quoter) -> String {
    let lead = format!("ALTER TABLE {}", q.qualified(table));
    match actions {
        [only] => format!("{lead} {only}"),
        several => format!("{lead}\n    {}", several.join(",\n    ")),
    }
}

/// Adds what a reviewer must know of a statement to another.
fn add_notes(statement: &mut Statement, joined: &Statement) {
    for lock in &joined.locks {
        add_lock(&mut statement.locks, lock);
    }
    // The table is rewritten once, and what its rows are judged by is judged meanwhile.
    let tasks = joined.tasks.iter().filter(|task| !statement.tasks.contains(task));
    let tasks: Vec<TableTask> = tasks.cloned().collect();
    statement.tasks.extend(tasks);
    for hazard in &joined.hazards {
        if !statement.hazards.contains(hazard) {
            statement.hazards.push(hazard.clone());
        }
    }
}

/// The stronger of two locks on a relation, for the longer time.
fn add_lock(locks: &mut Vec<Lock>, new: &Lock) {
    match locks.iter_mut().find(|lock| lock.relation == new.relation) {
        None => locks.push(new.clone()),
        Some(lock) => {
            lock.mode = lock.mode.max(new.mode);
            lock.work = lock.work.max(new.work);
        }
    }
}
