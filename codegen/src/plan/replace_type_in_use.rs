//! Types that are in use and can't be altered in place: a new type of the same
//! name takes the place of the old one in every column, and the rows stay.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{Column, Definition, DefinitionParts, EnumType};
use autogen_diff_core::{DefinitionKind, Dialect, Ident, ObjectId, Pair, QualifiedName, Schema};
use autogen_sql_text::lexemes;

use super::objects::{ObjectPlan, ObjectPlans};
use super::operation::{ColumnOperation, Operation, TypeOperation};

/// A type that is replaced.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplacedType {
    /// An enum type.
    Enum(Pair<EnumType>),
    /// A domain or a composite type.
    Definition(Pair<Definition>),
}

/// A column that goes over to the new type.
#[derive(Clone, Debug, PartialEq)]
pub struct RetypedColumn {
    /// Its table.
    pub table: QualifiedName,
    /// The column on both sides.
    pub column: Pair<Column>,
    /// The type, or the array of it, that it has.
    pub type_id: ObjectId,
}

impl ReplacedType {
    /// The type.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::Enum(pair) => ObjectId::EnumType(pair.to.name.clone()),
            Self::Definition(pair) => pair.to.id(),
        }
    }
}

/// Whether a column of a table has it as its type, directly or by way of other types. A typed table
/// is no hindrance: it follows its type.
pub(super) fn is_in_use(schema: &Schema, id: &ObjectId) -> bool {
    schema.dependants(id).any(|user| match user {
        ObjectId::Column(table, _) => schema.has_table(table),
        ObjectId::Definition(kind, _) => kind.is_type() && is_in_use(schema, user),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => false,
    })
}

/// Whether a swap can carry the values over.
pub(super) fn is_possible(pair: &Pair<Definition>) -> bool {
    matches!(
        (&pair.from.parts, &pair.to.parts),
        (DefinitionParts::Domain(_), DefinitionParts::Domain(_))
            | (DefinitionParts::Composite(_), DefinitionParts::Composite(_))
    )
}

/// Turns the types that are to be swapped into operations, one for all that need each other.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let types = with_users(schemas, std::mem::take(&mut objects.swaps));
    for group in groups(schemas.to, &types) {
        let columns = columns(schemas, objects, &group);
        let types: Vec<ReplacedType> = group.iter().map(|id| types[id].clone()).collect();
        for id in &group {
            // The swap does all that is to be done to it.
            *objects.plan(id.clone()) = ObjectPlan::default();
        }
        objects
            .plan(group[0].clone())
            .alters
            .push(Operation::Type(TypeOperation::ReplaceInUse { types, columns }));
    }
}

/// Leaves defaults to others that set them behind the swap: those that went before a function that they call, and
/// those that change.
pub(super) fn leave_out_defaults(objects: &mut ObjectPlans) {
    let (mut gone, mut changed) = (BTreeSet::new(), BTreeSet::new());
    for (id, plan) in &objects.plans {
        if matches!(plan.drop, Some(Operation::Column(ColumnOperation::DropDefault { .. }))) {
            gone.insert(id.clone());
        } else if plan.alters.iter().any(changes_default) {
            changed.insert(id.clone());
        }
    }
    let mut dropped = gone.clone();
    for operation in objects.plans.values_mut().flat_map(|plan| &mut plan.alters) {
        let Operation::Type(TypeOperation::ReplaceInUse { columns, types: _ }) = operation else { continue };
        for RetypedColumn { table, column, type_id: _ } in columns {
            let id = ObjectId::Column(table.clone(), column.to.name.clone());
            if gone.contains(&id) {
                column.from.default = None;
            }
            if gone.contains(&id) || changed.contains(&id) {
                column.to.default = None;
                dropped.insert(id);
            }
        }
    }
    for (id, plan) in &mut objects.plans {
        let alters = plan.alters.iter_mut().filter(|_| dropped.contains(id));
        alters.for_each(without_old_default);
        plan.alters.retain(|operation| !matches!(operation, Operation::Column(ColumnOperation::Alter { column, .. }) if column.from == column.to));
    }
}

fn changes_default(operation: &Operation) -> bool {
    matches!(operation, Operation::Column(ColumnOperation::Alter { column, .. }) if column.from.default != column.to.default)
}

fn without_old_default(operation: &mut Operation) {
    if let Operation::Column(ColumnOperation::Alter { column, .. }) = operation {
        column.from.default = None;
    }
}

/// The types with those in use that are made of them, transitively.
fn with_users(
    schemas: Pair<&Schema>,
    swaps: BTreeMap<ObjectId, ReplacedType>,
) -> BTreeMap<ObjectId, ReplacedType> {
    let mut work: Vec<ObjectId> = swaps.keys().cloned().collect();
    let mut all = swaps;
    while let Some(id) = work.pop() {
        for user in schemas.from.dependants(&id) {
            let ObjectId::Definition(kind, identity) = user else { continue };
            let key = (*kind, identity.clone());
            let find = |schema: &Schema| schema.definition(&key).cloned();
            let (Some(from), Some(to)) = (find(schemas.from), find(schemas.to)) else { continue };
            let pair = Pair::new(from, to);
            let needed = kind.is_type() && is_possible(&pair) && is_in_use(schemas.from, user);
            if needed && !all.contains_key(user) {
                all.insert(user.clone(), ReplacedType::Definition(pair));
                work.push(user.clone());
            }
        }
    }
    all
}

/// Types that are made of each other, each group with what is needed first.
fn groups(to: &Schema, types: &BTreeMap<ObjectId, ReplacedType>) -> Vec<Vec<ObjectId>> {
    let mut groups: Vec<Vec<ObjectId>> = Vec::new();
    let mut placed = BTreeSet::new();
    for id in types.keys() {
        place(to, types, id, &mut placed, &mut groups);
    }
    groups
}

fn place(
    to: &Schema,
    types: &BTreeMap<ObjectId, ReplacedType>,
    id: &ObjectId,
    placed: &mut BTreeSet<ObjectId>,
    groups: &mut Vec<Vec<ObjectId>>,
) {
    if !placed.insert(id.clone()) {
        return;
    }
    let needs: Vec<ObjectId> = to.needs(id).filter(|need| types.contains_key(need)).cloned().collect();
    for need in &needs {
        place(to, types, need, placed, groups);
    }
    // All groups that it needs become one.
    let (joined, rest): (Vec<_>, Vec<_>) =
        groups.drain(..).partition(|group| group.iter().any(|member| needs.contains(member)));
    let mut group: Vec<ObjectId> = joined.into_iter().flatten().collect();
    group.push(id.clone());
    *groups = rest;
    groups.push(group);
}

/// The table columns that have one of the types on both sides.
fn columns(schemas: Pair<&Schema>, objects: &mut ObjectPlans, group: &[ObjectId]) -> Vec<RetypedColumn> {
    let mut found = Vec::new();
    for type_id in group {
        for user in schemas.to.dependants(type_id) {
            let ObjectId::Column(table, name) = user else { continue };
            let find = |schema: &Schema| schema.table(table).and_then(|t| t.column(name)).cloned();
            let (Some(from), Some(to)) = (find(schemas.from), find(schemas.to)) else { continue };
            let same = is_of_type(&from, type_id) && schemas.from.needs(user).any(|id| id == type_id);
            // What becomes an array, or is none any more, does so behind the swap.
            let to = if from.data_type == to.data_type {
                to
            } else {
                Column { data_type: from.data_type.clone(), ..to }
            };
            // A generated column is made again, and the parent's change reaches an inherited one.
            if !same || !is_of_type(&to, type_id) || to.postgres().inherited || to.generated.is_some() {
                continue;
            }
            if let Some(reason) = obstacle(schemas.from, table, name, &from, type_id) {
                objects.refuse(type_id.clone(), &reason, BY_HAND);
            }
            let (table, column) = (table.clone(), Pair::new(from, to));
            found.push(RetypedColumn { table, column, type_id: type_id.clone() });
        }
    }
    found
}

const BY_HAND: &str =
    "make a table with the new type, copy the rows and swap the names, in a migration by hand";

/// Whether the column has the type itself, and not only a default or an expression of it.
pub(super) fn is_of_type(column: &Column, type_id: &ObjectId) -> bool {
    let element = column.data_type.trim_end_matches("[]");
    match type_id {
        ObjectId::EnumType(name) => element == spelled(name),
        ObjectId::Definition(_, identity) => element == identity,
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => false,
    }
}

/// A foreign table, which is held as text.
pub(super) fn foreign_table(name: &QualifiedName) -> ObjectId {
    ObjectId::Definition(DefinitionKind::ForeignTable, spelled(name))
}

/// A name as `format_type` spells it.
fn spelled(name: &QualifiedName) -> String {
    let quote = |ident: &Ident| crate::quote::server_ident(ident.as_str());
    let namespace = name.namespace.as_ref().map(|namespace| format!("{}.", quote(namespace)));
    format!("{}{}", namespace.unwrap_or_default(), quote(&name.name))
}

/// Why a column can't go over.
fn obstacle(
    schema: &Schema,
    table: &QualifiedName,
    name: &Ident,
    column: &Column,
    type_id: &ObjectId,
) -> Option<String> {
    let key = schema.table(table).and_then(|table| table.postgres().partition_key.as_ref());
    if key.is_some_and(|key| mentions(key.as_str(), name.as_str())) {
        return Some(format!("it is the type of {table}.{name}, by which the table is partitioned"));
    }
    let composite = matches!(type_id, ObjectId::Definition(DefinitionKind::CompositeType, _));
    (composite && column.data_type.ends_with("[]"))
        .then(|| format!("{table}.{name} holds arrays of it, whose elements no cast carries over"))
}

/// Whether a server's text names something, other than as the type of a cast.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    if !text.contains(name) && !name.contains('"') {
        return false;
    }
    let tokens = lexemes(Dialect::Postgres, text);
    let is_it = |i: usize| tokens[i].name().is_some_and(|word| word.replace("\"\"", "\"") == name);
    let is_type = |i: usize| i > 0 && tokens[i - 1].is_sign("::");
    (0..tokens.len()).any(|i| is_it(i) && !is_type(i))
}
