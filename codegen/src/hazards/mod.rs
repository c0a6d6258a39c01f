//! Which dangers an operation has: one exhaustive match, and how they are written.

mod column;
mod comment;
mod constraint;
mod rebuild;
mod secret;
mod types;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{
    Column, Constraint, ConstraintKind, Definition, Index, IndexKeyValue, MatchType, MaterializedView, Table,
};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Pair, QualifiedName};

use crate::plan::{Operation, mentions};
use crate::quote::{Quoter, server_ident};

pub use comment::{message, printable, write_comment};
pub use secret::masked;

/// What a script itself makes: it holds no row, or only NULL.
#[derive(Clone, Debug, Default)]
pub struct Fresh {
    tables: Vec<QualifiedName>,
    /// Columns that are added without a value.
    columns: Vec<(QualifiedName, Ident)>,
    /// Columns that are added with values, as a generated column is that is made again.
    filled: Vec<(QualifiedName, Ident)>,
    /// Constraints and indexes that are dropped: made again as they were, they hold, unless they are
    /// about a column that is filled anew.
    dropped: Vec<(QualifiedName, Dropped)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Dropped {
    Constraint(Constraint),
    Index(Index),
}

impl Fresh {
    /// What some operations make.
    pub fn of(operations: &[Operation]) -> Self {
        let mut fresh = Self::default();
        for operation in operations {
            match operation {
                Operation::CreateTable(table) => fresh.tables.push(table.name.clone()),
                Operation::AddColumn { table, column } => fresh.add_column(table, column),
                Operation::DropConstraint { table, constraint } => {
                    fresh.dropped.push((table.clone(), Dropped::Constraint(constraint.clone())));
                }
                Operation::DropIndex { table, index } => {
                    fresh.dropped.push((table.clone(), Dropped::Index(index.clone())));
                }
                Operation::RebuildTable(pair) => {
                    // What is made again behind a rebuild was there before it.
                    let indexes = pair.from.indexes.values().cloned().map(Dropped::Index);
                    fresh.dropped.extend(indexes.map(|index| (pair.to.name.clone(), index)));
                }
                Operation::DropMaterializedView(view) if comes_back(view, operations) => {
                    let indexes = view.indexes.values();
                    fresh
                        .dropped
                        .extend(indexes.map(|index| (view.name.clone(), Dropped::Index(index.clone()))));
                }
                _ => {}
            }
        }
        fresh
    }

    fn add_column(&mut self, table: &QualifiedName, column: &Column) {
        if column.nullable && column.default.is_none() && column.generated.is_none() {
            self.columns.push((table.clone(), column.name.clone()));
        } else {
            self.filled.push((table.clone(), column.name.clone()));
        }
    }

    /// Whether a definition names a column of a table that is filled anew.
    fn is_filled(&self, table: &QualifiedName, definition: &str) -> bool {
        self.filled.iter().any(|(t, column)| t == table && mentions(definition, column.as_str()))
    }

    pub(crate) fn has_table(&self, table: &QualifiedName) -> bool {
        self.tables.contains(table)
    }

    /// Whether an index only comes back.
    fn restores(&self, table: &QualifiedName, index: &Index) -> bool {
        self.dropped.contains(&(table.clone(), Dropped::Index(index.clone())))
            && !self.is_filled(table, &names_in_index(index))
    }

    /// Whether a unique key is about nothing but NULLs in part.
    fn covers_key(&self, table: &QualifiedName, index: &Index) -> bool {
        let is_new = |column: &Ident| self.columns.iter().any(|(t, c)| t == table && c == column);
        index.keys.iter().filter_map(|key| key.value.column()).any(is_new)
    }

    /// Whether a foreign key asks for no more than one that goes: another action, say.
    fn keeps_reference(&self, table: &QualifiedName, constraint: &Constraint) -> bool {
        let Some(new) = constraint.foreign_key() else { return false };
        self.dropped.iter().any(|(from, dropped)| match dropped {
            Dropped::Constraint(old) => old.foreign_key().is_some_and(|old| {
                from == table
                    && old.validated
                    && old.match_type == new.match_type
                    && (&old.columns, &old.target, &old.target_columns)
                        == (&new.columns, &new.target, &new.target_columns)
            }),
            Dropped::Index(_) => false,
        })
    }

    /// Whether no row can violate a constraint, since it is about nothing but NULLs, or only comes back.
    fn covers(&self, table: &QualifiedName, constraint: &Constraint) -> bool {
        let comes_back = self.dropped.contains(&(table.clone(), Dropped::Constraint(constraint.clone())))
            && !self.is_filled(table, &names_in_constraint(constraint));
        let target_is_filled = constraint
            .foreign_key()
            .is_some_and(|key| self.is_filled(&key.target, &joined(&key.target_columns)));
        if (comes_back || self.keeps_reference(table, constraint)) && !target_is_filled {
            return true;
        }
        let columns = match &constraint.kind {
            ConstraintKind::Unique(key) if !key.nulls_not_distinct => &key.columns,
            ConstraintKind::ForeignKey(key) if key.match_type == MatchType::Simple => &key.columns,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclude(_) => return self.has_table(table),
        };
        let is_new = |column: &Ident| self.columns.iter().any(|(t, c)| t == table && c == column);
        self.has_table(table) || columns.iter().any(is_new)
    }
}

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

/// The columns and expressions of a constraint.
fn names_in_constraint(constraint: &Constraint) -> String {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => joined(&key.columns),
        ConstraintKind::ForeignKey(key) => joined(&key.columns),
        ConstraintKind::Check(check) => check.expression.to_string(),
        ConstraintKind::Exclude(text) => text.to_string(),
    }
}

fn names_in_index(index: &Index) -> String {
    let keys = index.keys.iter().map(|key| match &key.value {
        IndexKeyValue::Column(column) => server_ident(column.as_str()),
        IndexKeyValue::Expression(expression) => expression.to_string(),
    });
    keys.chain(index.predicate.iter().map(ToString::to_string)).collect::<Vec<_>>().join(" ")
}

fn joined(columns: &[Ident]) -> String {
    columns.iter().map(|column| server_ident(column.as_str())).collect::<Vec<_>>().join(" ")
}

fn comes_back(view: &MaterializedView, operations: &[Operation]) -> bool {
    operations.iter().any(
        |operation| matches!(operation, Operation::CreateMaterializedView(made) if made.query == view.query),
    )
}

/// The dangers of an operation on a database that may hold rows.
pub fn hazards(operation: &Operation, fresh: &Fresh, quoter: &Quoter) -> Vec<Hazard> {
    match operation {
        Operation::Rename(rename) => rename_hazard(rename).into_iter().collect(),
        Operation::DropTable(table) => vec![drop_table(table)],
        Operation::DropColumn { table, column } if column.generated.is_none() => {
            vec![drop_column(table, column)]
        }
        Operation::DropSequence(sequence) => {
            vec![hazard(HazardCode::DropSequence, sequence.name.to_string(), "its counter is lost")]
        }
        Operation::DropIdentity { table, column } => {
            vec![hazard(HazardCode::DropSequence, format!("{table}.{}", column.name), "its counter is lost")]
        }
        Operation::DropMaterializedView(_) => Vec::new(),
        Operation::DropDefinition(definition) => dropped_definition(definition).into_iter().collect(),
        Operation::SwapTypes { types, columns } => types::swapped(types, columns, quoter),
        Operation::RebuildTable(pair) => rebuild::rebuild(pair, quoter),
        Operation::AddColumn { table, column } if !fresh.has_table(table) => {
            column::add(table, column, quoter).into_iter().collect()
        }
        Operation::AlterTable(pair) => inherited(pair, quoter),
        Operation::AlterColumn { table, column } if !fresh.has_table(table) => {
            column::alter(table, column, quoter)
        }
        Operation::AddConstraint { table, constraint } if !fresh.covers(table, constraint) => {
            constraint::add(table, constraint, quoter).into_iter().collect()
        }
        Operation::ValidateConstraint { table, constraint } => {
            constraint::add(table, constraint, quoter).into_iter().collect()
        }
        Operation::CreateDefinition(definition) => secret::shown(definition).into_iter().collect(),
        Operation::ReplaceDefinition(pair) => {
            types::altered(pair).into_iter().chain(secret::shown(&pair.to)).collect()
        }
        Operation::CreateIndex { table, index }
            if index.unique && !fresh.has_table(table) && !fresh.restores(table, index) =>
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
        | Operation::AttachPartition { .. }
        | Operation::DetachPartition { .. }
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
    Hazard { code, subject, message: message.into(), look_first: None, instead: Vec::new() }
}

/// Programs name tables, types and functions; indexes and triggers only people do.
fn rename_hazard(rename: &Rename) -> Option<Hazard> {
    let subject = match rename {
        Rename::Table(names) => names.from.to_string(),
        Rename::Column(table, names) => format!("{table}.{}", names.from),
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

fn drop_column(table: &QualifiedName, column: &Column) -> Hazard {
    let subject = format!("{table}.{}", column.name);
    hazard(HazardCode::DropColumn, subject, "its values are lost: recreating it does not bring them back")
}
