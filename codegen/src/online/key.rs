//! A unique or primary key is made of a unique index that is built before it.

use std::collections::BTreeSet;

use autogen_diff_core::diff::change::ConstraintChange;
use autogen_diff_core::model::table::ReplicaIdentity;
use autogen_diff_core::model::{
    Constraint, ConstraintKind, Deferrability, Index, IndexKey, IndexKeyValue, KeyConstraint, Table,
};
use autogen_diff_core::{Ident, ObjectId, Pair, Schema};

use super::{Name, altered_tables, forget, is_needed_by_nothing, names, stands_alone};

/// The schema with indexes instead of the keys that come.
pub(super) fn before(schemas: Pair<&Schema>) -> Option<Schema> {
    let mut before = schemas.to.clone();
    let mut has_any = false;
    let taken = names(schemas.from);
    for alteration in altered_tables(schemas) {
        for change in &alteration.constraints {
            let ConstraintChange::Add(constraint) = change else { continue };
            let (Some(name), Some(key)) = (&constraint.name, constraint.key()) else { continue };
            if !can_be_of_index(schemas, &taken, alteration.table.as_ref(), constraint, name) {
                continue;
            }
            let table = before.table_mut(alteration.name())?;
            table.constraints.retain(|other| other != constraint);
            table.indexes.insert(name.clone(), index_of(name, key).into());
            forget(&mut before, &ObjectId::Constraint(alteration.name().clone(), name.clone()));
            has_any = true;
        }
    }
    has_any.then_some(before)
}

fn can_be_of_index(
    schemas: Pair<&Schema>,
    taken: &BTreeSet<Name>,
    table: Pair<&Table>,
    added: &Constraint,
    name: &Ident,
) -> bool {
    let is_new = !table.from.has_constraint(name)
        && !taken.contains(&super::name(&table.to.name.sibling(name.clone())));
    let is_first = !matches!(added.kind, ConstraintKind::PrimaryKey(_)) || table.from.primary_key().is_none();
    let id = ObjectId::Constraint(table.to.name.clone(), name.clone());
    let own = table.to.postgres();
    let identifies = match &own.replica_identity {
        Some(ReplicaIdentity::Index(index)) => index == name,
        Some(ReplicaIdentity::Full | ReplicaIdentity::Nothing) | None => false,
    };
    is_new
        && is_first
        && added.deferrability == Deferrability::NotDeferrable
        && stands_alone(schemas, &table.to.name)
        && is_needed_by_nothing(schemas.to, &id)
        && !identifies
        && own.clustered_on.as_ref() != Some(name)
        && !is_referred_to(schemas.to, &table.to.name, added)
}

/// Whether a foreign key leans on it.
fn is_referred_to(schema: &Schema, table: &autogen_diff_core::QualifiedName, added: &Constraint) -> bool {
    let Some(key) = added.key() else { return false };
    let mut foreign =
        schema.tables().flat_map(|table| &table.constraints).filter_map(Constraint::foreign_key);
    foreign.any(|foreign| {
        foreign.target == *table
            && foreign.target_columns.len() == key.columns.len()
            && foreign.target_columns.iter().all(|column| key.columns.contains(column))
    })
}

/// The index that a key has.
pub(super) fn index_of(name: &Ident, key: &KeyConstraint) -> Index {
    let keys = key.columns.iter().map(|column| IndexKey::new(IndexKeyValue::Column(column.clone())));
    Index {
        nulls_not_distinct: key.nulls_not_distinct,
        method: Some("btree".to_owned()),
        include: key.include.clone(),
        storage_parameters: key.storage_parameters.clone(),
        tablespace: key.tablespace.clone(),
        ..Index::new(name.clone(), true, keys.collect())
    }
}
