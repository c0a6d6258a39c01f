//! Indexes are built and dropped while rows are written, each alone in a migration: the server takes several statements for one
//! transaction. Not those of partitioned tables, whose parts are built one by one.

use autogen_diff_core::diff::change::IndexChange;
use autogen_diff_core::model::table::ReplicaIdentity;
use autogen_diff_core::model::{Index, IndexKey, Table};
use autogen_diff_core::{ObjectId, Pair, QualifiedName, Schema};

use super::{altered_tables, forget, is_needed_by_nothing, name, names};

/// The schema in which the indexes that come are bare.
pub(super) fn before_description(schemas: Pair<&Schema>) -> Option<Schema> {
    let mut before = schemas.to.clone();
    let mut has_any = false;
    for alteration in altered_tables(schemas) {
        let tables = alteration.table.as_ref();
        for change in &alteration.indexes {
            let IndexChange::Create(index) = change else { continue };
            if !can_come_later(schemas, tables, index) {
                continue;
            }
            let id = ObjectId::Index(alteration.name().clone(), index.name.clone());
            has_any |= before.comments.remove(&id).is_some() || has_statistics(index);
            before.table_mut(alteration.name())?.indexes.insert(index.name.clone(), bare(index).into());
        }
    }
    has_any.then_some(before)
}

fn has_statistics(index: &Index) -> bool {
    index.keys.iter().any(|key| key.statistics.is_some())
}

fn bare(index: &Index) -> Index {
    let keys = index.keys.iter().map(|key| IndexKey { statistics: None, ..key.clone() });
    Index { keys: keys.collect(), ..index.clone() }
}

/// The schema without the last of the indexes that come.
pub(super) fn before_build(schemas: Pair<&Schema>) -> Option<Schema> {
    let (table, index) = changed(schemas, |table, change| match change {
        IndexChange::Create(index) => can_come_later(schemas, table, index).then(|| index.clone()),
        IndexChange::Drop(_) | IndexChange::Rename(_) | IndexChange::Alter(_) => None,
    })?;
    let mut before = schemas.to.clone();
    before.table_mut(&table)?.indexes.remove(&index.name);
    forget(&mut before, &ObjectId::Index(table, index.name));
    Some(before)
}

/// The schema with the last of the indexes that go.
pub(super) fn before_drop(schemas: Pair<&Schema>) -> Option<Schema> {
    let (table, index) = changed(schemas, |table, change| match change {
        IndexChange::Drop(index) => can_go_later(schemas, table, index).then(|| index.clone()),
        IndexChange::Create(_) | IndexChange::Rename(_) | IndexChange::Alter(_) => None,
    })?;
    let mut before = schemas.to.clone();
    let id = ObjectId::Index(table.clone(), index.name.clone());
    before.table_mut(&table)?.indexes.insert(index.name.clone(), index.into());
    before.dependencies.extend(schemas.from.dependencies.get(&id).map(|needs| (id.clone(), needs.clone())));
    Some(before)
}

fn changed(
    schemas: Pair<&Schema>,
    wanted: impl Fn(Pair<&Table>, &IndexChange) -> Option<Index>,
) -> Option<(QualifiedName, Index)> {
    altered_tables(schemas).into_iter().rev().find_map(|alteration| {
        let tables = alteration.table.as_ref();
        let index = alteration.indexes.iter().rev().find_map(|change| wanted(tables, change))?;
        Some((alteration.name().clone(), index))
    })
}

fn can_come_later(schemas: Pair<&Schema>, table: Pair<&Table>, index: &Index) -> bool {
    let id = ObjectId::Index(table.to.name.clone(), index.name.clone());
    is_plain(index, table.to)
        && !names(schemas.from).contains(&name(&table.to.name.sibling(index.name.clone())))
        && is_needed_by_nothing(schemas.to, &id)
        && !schemas.to.extension_dependencies.contains_key(&id)
}

/// Its columns stay as they are, and nothing takes its name.
fn can_go_later(schemas: Pair<&Schema>, table: Pair<&Table>, index: &Index) -> bool {
    let id = ObjectId::Index(table.from.name.clone(), index.name.clone());
    let needs = schemas.from.needs(&id).chain(schemas.from.dependants(&id));
    let stays = |id: &ObjectId| match id {
        ObjectId::Column(name, column) if *name == table.from.name => {
            table.to.column(column) == table.from.column(column)
        }
        ObjectId::Table(name) => *name == table.from.name,
        ObjectId::Namespace(_) => true,
        ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => false,
    };
    let mut columns = index.keys.iter().map(|key| key.value.column());
    let is_of_same_columns = columns
        .all(|column| column.is_some_and(|column| table.to.column(column) == table.from.column(column)));
    let is_free = !names(schemas.to).contains(&name(&table.to.name.sibling(index.name.clone())));
    is_plain(index, table.from)
        && !has_statistics(index)
        && !schemas.from.comments.contains_key(&id)
        && !schemas.from.extension_dependencies.contains_key(&id)
        && index.predicate.is_none()
        && is_of_same_columns
        && is_free
        && needs.into_iter().all(stays)
}

/// Whether nothing goes by the index, and the server builds it in one.
pub(super) fn is_plain(index: &Index, table: &Table) -> bool {
    let own = table.postgres();
    let identifies =
        matches!(&own.replica_identity, Some(ReplicaIdentity::Index(name)) if *name == index.name);
    index.valid
        && !index.partitioned
        && index.parent.is_none()
        && own.clustered_on.as_ref() != Some(&index.name)
        && !identifies
}
