//! Which dangers an operation has: one exhaustive match, and how they are written.

mod column;
mod comment;
mod constraint;
mod created_here;
mod partition;
mod rebuild;
mod secret;
mod stale;
mod types;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::diff::rename_order::is_aside;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Definition, Table};
use autogen_diff_core::{DefinitionKind, ObjectId, Pair, QualifiedName};

use crate::plan::Operation;
use crate::quote::Quoter;

pub use comment::{printable, write_comment};
pub use created_here::CreatedHere;

/// What a table may lack of a parent that it gets.
fn inherited(pair: &Pair<Table>, quoter: &Quoter) -> Vec<Hazard> {
    let Pair { from, to } = pair;
    if to.postgres.inherits.iter().all(|parent| from.postgres.inherits.contains(parent)) {
        return Vec::new();
    }
    let columns = to.columns.iter().filter(|c| c.postgres.inherited && from.column(&c.name).is_none());
    let constraints = to.constraints.iter().filter(|c| c.inherited && !from.constraints.contains(c));
    let of_columns = columns.filter_map(|column| column::add(&to.name, column, quoter));
    of_columns.chain(constraints.filter_map(|c| constraint::add(&to.name, c, quoter))).collect()
}

/// The dangers of an operation on a database that may hold rows.
#[deny(clippy::wildcard_enum_match_arm)]
pub fn hazards(operation: &Operation, created: &CreatedHere, quoter: &Quoter) -> Vec<Hazard> {
    match operation {
        Operation::Rename(rename) => rename_hazard(rename).into_iter().collect(),
        Operation::DropTable(table) => vec![drop_table(table)],
        Operation::DropColumn { table, column } if column.generated.is_none() => {
            vec![drop_column(table, column)]
        }
        Operation::DropSequence(sequence) => {
            vec![hazard(HazardCode::DropSequence, sequence.name.to_string(), "its counter is lost")]
        }
        Operation::DropIdentity { table, column } => vec![lost_counter(table, column)],
        Operation::DropMaterializedView(_) => Vec::new(),
        Operation::DropDefinition(definition) => dropped_definition(definition).into_iter().collect(),
        Operation::SwapTypes { types, columns } => types::swapped(types, columns, quoter),
        Operation::RebuildTable(pair) => rebuild::rebuild(pair, quoter),
        Operation::AddColumn { table, column } if !created.has_table(table) => {
            column::add(table, column, quoter).into_iter().collect()
        }
        Operation::AlterTable(pair) => inherited(pair, quoter),
        Operation::AlterColumn { table, column } if !created.has_table(table) => {
            column::alter(table, column, quoter)
        }
        Operation::AddConstraint { table, constraint } if !created.is_vacuous(table, constraint) => {
            constraint::add(table, constraint, quoter).into_iter().collect()
        }
        Operation::ValidateConstraint { table, constraint } => {
            constraint::add(table, constraint, quoter).into_iter().collect()
        }
        Operation::AttachPartition { table, partition } => partition::attach(table, partition, created),
        Operation::DetachPartition { table, partition } => {
            partition::detach(table, partition, created, quoter)
        }
        Operation::TakeRows { namespaces: _, tables } => {
            tables.iter().flat_map(|(_, pair)| partition::take_rows(pair, quoter)).collect()
        }
        Operation::CreateDefinition(definition) => secret::shown(definition).into_iter().collect(),
        Operation::ReplaceDefinition(pair) => {
            let own = types::altered(pair).into_iter().chain(secret::shown(&pair.to));
            own.chain(stale::replaced(pair, created, quoter)).collect()
        }
        Operation::CreateIndex { table, index }
            if index.unique && !created.has_table(table) && !created.restores(table, index) =>
        {
            vec![constraint::unique_index(table, index, quoter)]
        }
        Operation::AddEnumValue { .. }
        | Operation::CreateNamespace(_)
        | Operation::DropNamespace(_)
        | Operation::CreateExtension(_)
        | Operation::DropExtension(_)
        | Operation::AlterExtension(_)
        | Operation::CreateEnumType(_)
        | Operation::DropEnumType(_)
        | Operation::CreateSequence(_)
        | Operation::AlterSequence(_)
        | Operation::SetSequenceOwner { .. }
        | Operation::SetPersistence { .. }
        | Operation::ContinueSequence(_)
        | Operation::DetachSequence { .. }
        | Operation::CreateTable(_)
        | Operation::AlterColumn { .. }
        | Operation::SetAside { .. }
        | Operation::AddColumn { .. }
        | Operation::DropColumn { .. }
        | Operation::DropDefault { .. }
        | Operation::SetDefault { .. }
        | Operation::AddConstraint { .. }
        | Operation::DropConstraint { .. }
        | Operation::RenameConstraint { .. }
        | Operation::AlterDeferrability { .. }
        | Operation::CreateIndex { .. }
        | Operation::DropIndex { .. }
        | Operation::RenameIndex { .. }
        | Operation::AlterIndex { .. }
        | Operation::ClusterOn { .. }
        | Operation::AttachIndex { .. }
        | Operation::CreateView(_)
        | Operation::DropView(_)
        | Operation::ReplaceView(_)
        | Operation::CreateMaterializedView(_)
        | Operation::AlterMaterializedView(_)
        | Operation::SetComment { .. }
        | Operation::AlterExtensionDependency { .. }
        | Operation::AlterOwner { .. }
        | Operation::TakePrivileges { .. }
        | Operation::AlterPrivileges { .. } => Vec::new(),
    }
}

/// What goes with an object that is held as text: rows, or a counter.
fn dropped_definition(definition: &Definition) -> Option<Hazard> {
    let name = definition.identity.clone();
    if definition.kind == DefinitionKind::VirtualTable {
        let message = "its rows are lost: recreating it does not bring them back";
        return Some(hazard(HazardCode::DropTable, name, message));
    }
    let is_counter = definition.kind == DefinitionKind::MariadbSequence;
    is_counter.then(|| hazard(HazardCode::DropSequence, name, "its counter is lost"))
}

pub(crate) fn hazard(code: HazardCode, subject: String, message: impl Into<String>) -> Hazard {
    Hazard { code, subject, message: message.into(), look_first: None, instead: Vec::new(), afterwards: None }
}

/// Programs name tables, types and functions; indexes and triggers only people do.
fn rename_hazard(rename: &Rename) -> Option<Hazard> {
    let subject = match rename {
        Rename::Table(names) => (!is_aside(&names.from.name)).then(|| names.from.to_string())?,
        Rename::Column(table, names) => {
            (!is_aside(&names.from)).then(|| format!("{table}.{}", names.from))?
        }
        Rename::EnumValue(name, values) => format!("{name} '{}'", values.from),
        Rename::Object(ids) => is_named_by_programs(&ids.from).then(|| ids.from.to_string())?,
    };
    Some(hazard(HazardCode::Rename, subject, "programs that use the old name fail from here on"))
}

fn is_named_by_programs(id: &ObjectId) -> bool {
    match id {
        ObjectId::Namespace(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => true,
        ObjectId::Definition(kind, _) => {
            kind.is_type()
                || kind.is_routine()
                || matches!(kind, DefinitionKind::Aggregate | DefinitionKind::ForeignTable)
        }
        ObjectId::Extension(_) | ObjectId::Constraint(..) | ObjectId::Index(..) => false,
    }
}

fn drop_table(table: &Table) -> Hazard {
    hazard(
        HazardCode::DropTable,
        table.name.to_string(),
        "its rows are lost: recreating it does not bring them back",
    )
}

fn lost_counter(table: &QualifiedName, column: &Column) -> Hazard {
    hazard(HazardCode::DropSequence, format!("{table}.{}", column.name), "its counter is lost")
}

fn drop_column(table: &QualifiedName, column: &Column) -> Hazard {
    let subject = format!("{table}.{}", column.name);
    hazard(HazardCode::DropColumn, subject, "its values are lost: recreating it does not bring them back")
}
