//! What should come first where nothing else speaks against it: edges that give way within a cycle.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::{Capabilities, DefinitionKind, Dialect, ObjectId, Pair, QualifiedName, Schema};

use super::operation::{ColumnOperation, DefinitionOperation, Effects, ExtensionOperation, Operation};
use super::{body_edges, proof};

type Edges = BTreeSet<(usize, usize)>;

/// What should come before what.
pub(super) fn wishes(
    operations: &[Operation],
    effects: &[Effects],
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
) -> Edges {
    let mut edges = Edges::new();
    if capabilities.runs_routines_in_ddl {
        edges.extend(body_edges::wishes(operations, effects, schemas.to.dialect));
    }
    around_extensions(&mut edges, operations, effects);
    overloads(&mut edges, operations);
    columns(&mut edges, operations, effects, schemas.to);
    if capabilities.dialect == Dialect::Postgres {
        edges.extend(proof::proofs(operations, schemas.from));
    }
    edges
}

/// What an extension brings is in no model, so all that is made or changed comes behind one that is made, and before
/// one that goes.
fn around_extensions(edges: &mut Edges, operations: &[Operation], effects: &[Effects]) {
    let uses = |other: &usize| match &operations[*other] {
        Operation::Rename(_) | Operation::Namespace(_) | Operation::Extension(_) => false,
        Operation::Attachment(_) => true,
        Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Table(_)
        | Operation::Partition(_)
        | Operation::Column(_)
        | Operation::Constraint(_)
        | Operation::Index(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Definition(_) => {
            !effects[*other].creates.is_empty() || effects[*other].altered().next().is_some()
        }
    };
    let leaves = |other: &usize| {
        !effects[*other].drops.is_empty()
            && !matches!(&operations[*other], Operation::Namespace(_) | Operation::Extension(_))
    };
    for (i, operation) in operations.iter().enumerate() {
        match operation.extension() {
            Some(ExtensionOperation::Create(_) | ExtensionOperation::Alter(_)) => {
                edges.extend((0..operations.len()).filter(uses).map(|other| (i, other)));
            }
            Some(ExtensionOperation::Drop(_)) => {
                let before = (0..operations.len()).filter(|other| uses(other) || leaves(other));
                edges.extend(before.map(|other| (other, i)));
            }
            None => {}
        }
    }
}

/// A routine goes before another one of its name comes: two of them make calls ambiguous, and one of another kind has no
/// place beside it.
fn overloads(edges: &mut Edges, operations: &[Operation]) {
    let mut gone: BTreeMap<QualifiedName, Vec<usize>> = BTreeMap::new();
    let mut come: Vec<(QualifiedName, usize)> = Vec::new();
    for (i, operation) in operations.iter().enumerate() {
        match operation.definition() {
            Some(DefinitionOperation::Drop(dropped)) if is_called(dropped.kind) => {
                if let Some(name) = dropped.qualified_name() {
                    gone.entry(name).or_default().push(i);
                }
            }
            Some(DefinitionOperation::Create(made)) if is_called(made.kind) => {
                come.extend(made.qualified_name().map(|name| (name, i)));
            }
            Some(_) | None => {}
        }
    }
    for (name, made) in come {
        edges.extend(gone.get(&name).into_iter().flatten().map(|dropped| (*dropped, made)));
    }
}

fn is_called(kind: DefinitionKind) -> bool {
    kind.is_routine() || kind == DefinitionKind::Aggregate
}

/// The columns of a table are added in the order in which they are declared, and before views over it are made: those list
/// aliases by position, and get one for each column that comes later.
fn columns(edges: &mut Edges, operations: &[Operation], effects: &[Effects], to: &Schema) {
    let added = added_columns(operations, to);
    for columns in added.values() {
        edges.extend(columns.windows(2).map(|pair| (pair[0].1, pair[1].1)));
    }
    for (i, operation) in operations.iter().enumerate() {
        if !matches!(operation, Operation::View(_) | Operation::MaterializedView(_)) {
            continue;
        }
        let made = effects[i].creates.iter().chain(&effects[i].alters);
        let shown: BTreeSet<&QualifiedName> = made.flat_map(|id| to.needs(id)).filter_map(relation).collect();
        let columns = shown.into_iter().filter_map(|table| added.get(table)).flatten();
        edges.extend(columns.map(|(_, column)| (*column, i)));
    }
}

/// The additions of columns by their tables, in the order in which the columns are declared, each with its place.
fn added_columns<'a>(
    operations: &'a [Operation],
    to: &Schema,
) -> BTreeMap<&'a QualifiedName, Vec<(usize, usize)>> {
    let mut added: BTreeMap<&QualifiedName, Vec<(usize, usize)>> = BTreeMap::new();
    for (i, operation) in operations.iter().enumerate() {
        let Operation::Column(ColumnOperation::Add { table, column }) = operation else { continue };
        let columns = to.table(table).map_or(&[][..], |table| &table.columns);
        let position = columns.iter().position(|other| other.name == column.name);
        added.entry(table).or_default().extend(position.map(|position| (position, i)));
    }
    added.values_mut().for_each(|columns| columns.sort_unstable());
    added
}

/// The table that an object is, or is a column of.
fn relation(id: &ObjectId) -> Option<&QualifiedName> {
    match id {
        ObjectId::Table(name) | ObjectId::Column(name, _) => Some(name),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => None,
    }
}
