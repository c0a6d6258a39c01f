//! What programs that run could do before, and can't any more. A table or column that goes is told as lost.

mod column;
mod key;
mod relation;
mod routine;
mod trigger;

use std::collections::BTreeSet;

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Definition, Table};
use autogen_diff_core::{DefinitionKind, Pair, QualifiedName, Schema};

use super::hazard;
use crate::plan::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, IndexOperation, MaterializedViewOperation,
    Operation, TableOperation, TypeOperation, ViewOperation,
};

/// A subject, and what happens to programs that use it.
type Break = (String, String);

/// What a script takes from programs. It is told once, whichever operations take it.
pub(crate) struct Breaks<'a> {
    schemas: Pair<&'a Schema>,
    told: BTreeSet<Break>,
}

impl<'a> Breaks<'a> {
    pub(crate) const fn between(schemas: Pair<&'a Schema>) -> Self {
        Self { schemas, told: BTreeSet::new() }
    }

    /// What an operation breaks.
    pub(crate) fn of(&mut self, operation: &Operation) -> Vec<Hazard> {
        let found = breaks(operation, self.schemas).into_iter();
        let new = found.filter(|found| self.told.insert(found.clone()));
        new.map(|(subject, message)| hazard(HazardCode::Break, subject, message)).collect()
    }
}

fn breaks(operation: &Operation, schemas: Pair<&Schema>) -> Vec<Break> {
    match operation {
        Operation::Table(operation) => of_table(operation, schemas),
        Operation::Column(operation) => of_column(operation, schemas).into_iter().collect(),
        Operation::Constraint(ConstraintOperation::Drop { table, constraint }) => {
            let key = key::ArbiterKey::of_constraint(constraint);
            key.and_then(|key| key::dropped(&key, both(table, schemas)?, schemas.to.dialect))
                .into_iter()
                .collect()
        }
        Operation::Index(
            IndexOperation::Drop { table, index } | IndexOperation::DropConcurrently { table, index },
        ) => {
            let key = key::ArbiterKey::of_index(index);
            key.and_then(|key| key::dropped(&key, both(table, schemas)?, schemas.to.dialect))
                .into_iter()
                .collect()
        }
        Operation::View(ViewOperation::Drop(view)) => relation::dropped(&view.name, schemas),
        Operation::MaterializedView(MaterializedViewOperation::Drop(view)) => {
            relation::dropped(&view.name, schemas)
        }
        Operation::Type(TypeOperation::DropEnum(dropped)) => {
            dropped_type(&dropped.name, schemas.to).into_iter().collect()
        }
        Operation::Definition(operation) => of_definition(operation, schemas),
        Operation::Rename(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Partition(_)
        | Operation::Constraint(_)
        | Operation::Index(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Attachment(_) => Vec::new(),
    }
}

/// A table that stays, as it is on both sides.
fn both<'a>(table: &QualifiedName, schemas: Pair<&'a Schema>) -> Option<Pair<&'a Table>> {
    let sides = schemas.map(|schema| schema.table(table));
    sides.from.zip(sides.to).map(|(from, to)| Pair::new(from, to))
}

/// Changes that are made in one go (MySQL, SQLite).
fn of_table(operation: &TableOperation, schemas: Pair<&Schema>) -> Vec<Break> {
    let (TableOperation::Rebuild(pair) | TableOperation::AlterAtOnce(pair)) = operation else {
        return Vec::new();
    };
    let tables = pair.as_ref();
    let columns = tables.to.columns.iter();
    let columns = columns.filter_map(|column| column::changed(tables, &column.name, schemas));
    let keys = key::ArbiterKey::all_of(tables.from);
    let keys = keys.iter().filter_map(|key| key::dropped(key, tables, schemas.to.dialect));
    columns.chain(keys).collect()
}

fn of_column(operation: &ColumnOperation, schemas: Pair<&Schema>) -> Option<Break> {
    let (table, column) = match operation {
        ColumnOperation::Drop { table, column } | ColumnOperation::DropIdentity { table, column } => {
            (table, &column.name)
        }
        ColumnOperation::Alter { table, column } => (table, &column.to.name),
        ColumnOperation::DropDefault { table, column } => (table, column),
        ColumnOperation::Add { .. } | ColumnOperation::SetDefault { .. } => return None,
    };
    column::changed(both(table, schemas)?, column, schemas)
}

fn of_definition(operation: &DefinitionOperation, schemas: Pair<&Schema>) -> Vec<Break> {
    let dropped = match operation {
        DefinitionOperation::Create(_) => return Vec::new(),
        DefinitionOperation::Replace(pair) => {
            return routine::changed(pair.as_ref(), schemas.to.dialect).into_iter().collect();
        }
        DefinitionOperation::Drop(dropped) => dropped,
    };
    let found = if dropped.kind == DefinitionKind::Trigger {
        return trigger::dropped(dropped, schemas);
    } else if dropped.kind == DefinitionKind::ForeignTable {
        (!schemas.to.contains(&dropped.id())).then(|| (dropped.identity.clone(), GONE.to_owned()))
    } else if dropped.kind.is_routine() || dropped.kind == DefinitionKind::Aggregate {
        routine::dropped(dropped, schemas)
    } else if dropped.kind.is_type() {
        dropped.qualified_name().and_then(|name| dropped_type(&name, schemas.to))
    } else {
        None
    };
    found.into_iter().collect()
}

/// The definitions of a kind that a script makes. Those that stay may be in no part that it touches.
fn new_definitions(kind: DefinitionKind, schemas: Pair<&Schema>) -> impl Iterator<Item = &Definition> {
    let all = schemas.to.definitions_of(kind);
    all.filter(move |definition| !schemas.from.has_definition(&(kind, definition.identity.clone())))
}

/// What is said of something that is no more.
const GONE: &str = "programs that use it fail from here on";

/// A type in whose place no other one comes.
fn dropped_type(name: &QualifiedName, to: &Schema) -> Option<Break> {
    let mut types = to.definitions().filter(|other| other.kind.is_type());
    let stays = to.has_enum_type(name) || types.any(|other| other.qualified_name().as_ref() == Some(name));
    (!stays).then(|| (name.to_string(), GONE.to_owned()))
}
