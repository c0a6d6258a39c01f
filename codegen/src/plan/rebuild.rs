//! SQLite's rewrite: a table is changed in place where the server can, and
//! otherwise rebuilt, once, however many changes there are.

use std::collections::BTreeSet;

use autogen_diff_core::diff::change::{Change, ObjectChange, SchemaDiff, TableAlteration, TableChange};
use autogen_diff_core::model::{Column, Index, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, Schema};
use autogen_sql_text::{Dialect, Lexeme, canonical_tokens, lexemes};

use super::objects::ObjectPlans;
use super::operation::{ColumnOperation, DefinitionOperation, IndexOperation, Operation, TableOperation};
use crate::hazards::column::is_null;

/// Plans the alterations of tables for a server that alters almost nothing.
pub(super) fn rewrite_alterations(diff: &SchemaDiff, schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    for change in &diff.changes {
        let Change::Table(change) = change else { continue };
        let TableChange::Alter(alteration) = change.as_ref() else { continue };
        if only_indexes(alteration) {
            continue;
        }
        match in_place(alteration, schemas) {
            Some(operations) => {
                for operation in operations {
                    let id = operation.subject().expect("a column operation has a subject");
                    let plan = objects.plan(id);
                    match operation.column() {
                        Some(ColumnOperation::Drop { .. }) => plan.drop = Some(operation),
                        Some(_) | None => plan.create = Some(operation),
                    }
                }
            }
            None => rebuild(alteration, schemas.to, objects),
        }
    }
}

fn only_indexes(alteration: &TableAlteration) -> bool {
    alteration.columns.is_empty() && alteration.constraints.is_empty() && !alteration.attributes_differ()
}

/// Replaces whatever is planned for the table's indexes and triggers: the
/// rebuild takes them all away, so all are made again.
fn rebuild(alteration: &TableAlteration, to: &Schema, objects: &mut ObjectPlans) {
    let table = &alteration.table;
    let name = table.to.name.clone();
    for id in table.from.indexes.keys().map(|index| ObjectId::Index(name.clone(), index.clone())) {
        objects.plans.remove(&id);
    }
    let id = ObjectId::Table(name.clone());
    for plan in objects.plans.values_mut() {
        let own = matches!(&plan.drop, Some(Operation::Definition(DefinitionOperation::Drop(d))) if d.parent.as_ref() == Some(&id));
        if own {
            plan.drop = None;
        }
    }
    objects.plan(id.clone()).alters.push(Operation::Table(TableOperation::Rebuild(table.clone())));
    for index in table.to.indexes.values() {
        let create =
            Operation::Index(IndexOperation::Create { table: name.clone(), index: Index::clone(index) });
        objects.plan(ObjectId::Index(name.clone(), index.name.clone())).create = Some(create);
    }
    for trigger in to.definitions().filter(|definition| definition.parent.as_ref() == Some(&id)) {
        objects.plan(trigger.id()).create =
            Some(Operation::Definition(DefinitionOperation::Create(trigger.clone())));
    }
}

/// The column operations that do it without a rebuild, if there are any.
fn in_place(alteration: &TableAlteration, schemas: Pair<&Schema>) -> Option<Vec<Operation>> {
    let Pair { from, to } = &alteration.table;
    let attributes = |table: &Table| {
        (
            table.sqlite().strict,
            table.sqlite().without_rowid,
            table.sqlite().autoincrement,
            table.sqlite().rowid_alias.clone(),
        )
    };
    if attributes(from) != attributes(to) {
        return None;
    }
    let mut operations = Vec::new();
    let mut added = Vec::new();
    for change in &alteration.columns {
        match change {
            ObjectChange::Create(column) if can_add(column) => {
                added.push(column);
                operations.push(Operation::Column(ColumnOperation::Add {
                    table: to.name.clone(),
                    column: column.clone(),
                }));
            }
            ObjectChange::Drop(column) if can_drop(from, column, schemas.to) => {
                operations.push(Operation::Column(ColumnOperation::Drop {
                    table: to.name.clone(),
                    column: column.clone(),
                }));
            }
            ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter(_) => return None,
        }
    }
    constraints_come_with(from, to, &added).then_some(operations)
}

/// The rules of `ALTER TABLE ADD COLUMN` (sqlite.org/lang_altertable.html), for a
/// table that may hold rows.
fn can_add(column: &Column) -> bool {
    let default = column.default.as_ref().map(|default| default.as_str());
    let constant = default.is_none_or(is_constant);
    let null_default = default.is_none_or(is_null);
    let stored = column.generated.as_ref().is_some_and(|generated| generated.stored);
    let tokens = format!(" {} ", canonical_tokens(&column.sqlite().source.0));
    let key = tokens.contains(" primary key ") || tokens.contains(" unique ");
    let refers = tokens.contains(" references ");
    constant && !stored && !key && (column.nullable || !null_default) && (!refers || null_default)
}

/// Whether rows that are there can get a default: it is one value, with signs. What is computed is refused, the time included, even if it
/// always comes to the same (`sqlite3AlterFinishAddColumn`).
fn is_constant(default: &str) -> bool {
    let lexemes = lexemes(Dialect::Sqlite, default);
    let is_before = |lexeme: &&Lexeme| ["+", "-", "("].iter().any(|sign| lexeme.is_sign(sign));
    let mut rest = lexemes.iter().skip_while(is_before);
    let Some(value) = rest.next() else { return false };
    let is_time = value.is_any(&["CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"]);
    !is_time && rest.all(|lexeme| lexeme.is_sign(")"))
}

/// The rules of `ALTER TABLE DROP COLUMN`: nothing may mention the column.
fn can_drop(from: &Table, column: &Column, to: &Schema) -> bool {
    let mentions = |tokens: &str| mentions(tokens, &column.name);
    let in_constraint = from.sqlite().constraint_tokens.iter().any(|tokens| mentions(tokens));
    let others = from.columns.iter().filter(|other| other.name != column.name);
    let in_column =
        others.map(|other| canonical_tokens(&other.sqlite().source.0)).any(|tokens| mentions(&tokens));
    let in_view = to.views().any(|view| mentions(view.query.as_str()));
    let mut triggers = to.definitions().filter_map(|definition| definition.compared.as_deref());
    let key = from.sqlite().rowid_alias.as_ref() == Some(&column.name);
    !(in_constraint || in_column || in_view || key || triggers.any(mentions))
}

fn mentions(tokens: &str, name: &Ident) -> bool {
    let name = name.as_str().to_ascii_lowercase();
    tokens.split(' ').any(|token| token == name)
}

/// Whether all that differs in the constraints stands inside the added columns.
fn constraints_come_with(from: &Table, to: &Table, added: &[&Column]) -> bool {
    let tokens =
        |table: &Table| -> BTreeSet<String> { table.sqlite().constraint_tokens.iter().cloned().collect() };
    let (from, to) = (tokens(from), tokens(to));
    let sources: Vec<String> =
        added.iter().map(|column| canonical_tokens(&column.sqlite().source.0)).collect();
    let inside = |constraint: &String| {
        let text = constraint.split_once(" references ").map_or(constraint.as_str(), |(_, target)| target);
        sources.iter().any(|source| source.contains(text))
    };
    from.is_subset(&to) && to.difference(&from).all(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rows_can_get_is_one_value() {
        for constant in ["5", "- 1.5e3", "+5", "'a b'", "\"cat\"", "cat", "x'00'", "true", "null", "(-5)"] {
            assert!(is_constant(constant), "{constant}");
        }
        for computed in [
            "1 + 1",
            "datetime('now')",
            "random()",
            "current_timestamp",
            "'x' || 'y'",
            "abs(1)",
            "not 1",
            "a.b",
        ] {
            assert!(!is_constant(computed), "{computed}");
        }
    }
}
