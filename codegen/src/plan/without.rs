//! A schema without some tables and without all that needs them.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{DefinitionParts, Table};
use autogen_diff_core::{DefinitionKind, ObjectId, QualifiedName, Schema};

use super::partition::standing_alone;
use super::{PlanError, Refusal};
use crate::quote::server_ident;

/// Takes tables out of a schema, with what the server would not let stand without them. What only refers to
/// them stays: a partition or an inheritance child stands alone, a sequence has no owner, a publication has a
/// member less.
///
/// # Errors
/// When a column of another table is made of them, as one of a table's row type is.
pub(super) fn without(schema: &Schema, tables: &BTreeSet<QualifiedName>) -> Result<Schema, PlanError> {
    let gone = needing(schema, tables)?;
    let mut left = schema.clone();
    left.objects.retain(|id, _| match id {
        ObjectId::Table(name) => !tables.contains(name),
        ObjectId::View(_) | ObjectId::MaterializedView(_) | ObjectId::Definition(..) => !gone.contains(id),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..) => true,
    });
    for table in left.tables_mut() {
        let name = table.name.clone();
        table.constraints.retain(|constraint| {
            let id = constraint.name.clone().map(|own| ObjectId::Constraint(name.clone(), own));
            id.is_none_or(|id| !gone.contains(&id))
        });
        table.indexes.retain(|own, _| !gone.contains(&ObjectId::Index(name.clone(), own.clone())));
        stand_alone(table, tables);
    }
    for sequence in left.sequences_mut() {
        sequence.owned_by.take_if(|(owner, _)| tables.contains(owner));
    }
    let members: BTreeSet<String> = tables.iter().map(member).collect();
    for definition in left.definitions_mut() {
        let is_publication = definition.kind == DefinitionKind::Publication;
        if let DefinitionParts::Clauses(clauses) = &mut definition.parts {
            clauses.clauses.retain(|key, clause| {
                let is_member = is_publication && members.contains(key);
                !is_member && clause.on.as_ref().is_none_or(|on| !gone.contains(on))
            });
        }
    }
    let stays =
        |id: &ObjectId| std::iter::once(id.clone()).chain(owning_relations(id)).all(|id| !gone.contains(&id));
    left.comments.retain(|id, _| stays(id));
    left.privileges.retain(|id, _| stays(id));
    left.owners.retain(|id, _| stays(id));
    left.extension_dependencies.retain(|id, _| stays(id));
    left.dependencies.retain(|id, _| stays(id));
    left.dependencies.values_mut().for_each(|needs| needs.retain(&stays));
    Ok(left)
}

/// The clause by which a publication lists a table.
fn member(table: &QualifiedName) -> String {
    let namespace = table.namespace.iter().map(|namespace| format!("{}.", server_ident(namespace.as_str())));
    format!("table {}{}", namespace.collect::<String>(), server_ident(table.name.as_str()))
}

/// The tables, their parts, and what needs one of them, directly or not.
fn needing(schema: &Schema, tables: &BTreeSet<QualifiedName>) -> Result<BTreeSet<ObjectId>, PlanError> {
    let mut work: Vec<ObjectId> = tables.iter().map(|name| ObjectId::Table(name.clone())).collect();
    let columns = tables.iter().filter_map(|name| schema.table(name)).flat_map(|table| &table.columns);
    let identities = columns.filter_map(|column| column.identity.as_ref());
    work.extend(identities.map(|identity| ObjectId::Sequence(identity.sequence.clone())));
    let users = users_of_relations(schema);
    let mut parts: BTreeMap<&ObjectId, Vec<ObjectId>> = BTreeMap::new();
    for part in schema.definitions() {
        if let Some(parent) = &part.parent {
            parts.entry(parent).or_default().push(part.id());
        }
    }
    let mut gone = BTreeSet::new();
    while let Some(id) = work.pop() {
        if !gone.insert(id.clone()) {
            continue;
        }
        work.extend(parts.get(&id).into_iter().flatten().cloned());
        for user in users.get(&id).into_iter().flatten() {
            work.extend(goes_along(schema, user, &id, tables)?);
        }
    }
    Ok(gone)
}

/// For each object, those that need it or a part of it.
fn users_of_relations(schema: &Schema) -> BTreeMap<ObjectId, BTreeSet<&ObjectId>> {
    let mut users: BTreeMap<ObjectId, BTreeSet<&ObjectId>> = BTreeMap::new();
    let pairs =
        schema.dependencies.iter().flat_map(|(user, needs)| needs.iter().map(move |need| (user, need)));
    for (user, need) in pairs {
        for id in std::iter::once(need.clone()).chain(owning_relations(need)) {
            users.entry(id).or_default().insert(user);
        }
    }
    users
}

/// What a column, a constraint or an index may be a part of.
fn owning_relations(id: &ObjectId) -> Vec<ObjectId> {
    match id {
        ObjectId::Column(relation, _) | ObjectId::Constraint(relation, _) | ObjectId::Index(relation, _) => {
            vec![
                ObjectId::Table(relation.clone()),
                ObjectId::View(relation.clone()),
                ObjectId::MaterializedView(relation.clone()),
            ]
        }
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => Vec::new(),
    }
}

/// What goes when something that it needs goes.
fn goes_along(
    schema: &Schema,
    user: &ObjectId,
    need: &ObjectId,
    tables: &BTreeSet<QualifiedName>,
) -> Result<Option<ObjectId>, PlanError> {
    let within = |relation: &QualifiedName| tables.contains(relation);
    Ok(match user {
        ObjectId::Column(relation, _) if schema.has_view(relation) => Some(ObjectId::View(relation.clone())),
        ObjectId::Column(relation, _) if schema.has_materialized_view(relation) => {
            Some(ObjectId::MaterializedView(relation.clone()))
        }
        ObjectId::Column(relation, _) if !within(relation) && !is_inherited(schema, user, need) => {
            return Err(PlanError::Refused(vec![Refusal {
                object: need.clone(),
                reason: format!("it has to be made again, and {user} is made of it"),
                help: format!("drop {user}, or give it another type, in a migration before this one"),
            }]));
        }
        ObjectId::Table(_) | ObjectId::Column(..) | ObjectId::Sequence(_) => None,
        ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => {
            // It lets go of a member.
            let stays = matches!(user, ObjectId::Definition(DefinitionKind::Publication, _));
            (!stays).then(|| user.clone())
        }
        ObjectId::Namespace(_) | ObjectId::Extension(_) | ObjectId::EnumType(_) => None,
    })
}

/// Whether a column needs another one only as its parent's.
fn is_inherited(schema: &Schema, user: &ObjectId, need: &ObjectId) -> bool {
    let (ObjectId::Column(child, column), ObjectId::Table(_) | ObjectId::Column(..)) = (user, need) else {
        return false;
    };
    let column = schema.table(child).and_then(|table| table.column(column));
    column.is_some_and(|column| column.postgres().inherited)
}

/// Takes a table out of partitioned tables and parents that go.
fn stand_alone(table: &mut Table, gone: &BTreeSet<QualifiedName>) {
    if table.postgres().partition_of.as_ref().is_some_and(|place| gone.contains(&place.parent)) {
        *table = standing_alone(table);
        table.postgres_mut().partition_of = None;
    }
    if !table.postgres().inherits.iter().any(|parent| gone.contains(parent)) {
        return;
    }
    table.postgres_mut().inherits.retain(|parent| !gone.contains(parent));
    if table.postgres().inherits.is_empty() {
        table.columns.iter_mut().for_each(|column| column.postgres_mut().inherited = false);
        table.constraints.iter_mut().for_each(|constraint| constraint.inherited = false);
    }
}
