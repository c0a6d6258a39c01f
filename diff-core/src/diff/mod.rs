//! The comparison of two schemas: plain equality, kind by kind.

pub mod change;
mod matching;
pub mod partitioned_index;
pub mod rename;
mod rename_flag;
pub mod rename_order;
pub mod rename_resolution;
mod rename_state;
pub mod table;

use std::collections::{BTreeMap, BTreeSet};

use crate::definition_kind::DefinitionKind;
use crate::model::{
    Definition, EnumType, Expression, Extension, MaterializedView, Namespace, Schema, Sequence, View,
};
use crate::object::ObjectId;
use crate::pair::Pair;
use crate::text::alias::by_name;
use change::{
    Change, CommentChange, ConstraintChange, ExtensionDependencyChange, IndexChange, ObjectChange,
    OwnerChange, PrivilegeChange, SchemaDiff, TableChange,
};
use matching::match_by;

/// What has to change so that `from` becomes `to`.
///
/// Column order, spelling of SQLite sources, versions and recorded
/// dependencies are no differences.
pub fn diff(schemas: Pair<&Schema>) -> SchemaDiff {
    let mut changes = Vec::new();
    let Pair { from, to } = schemas;
    let namespaces = Pair::new(from.namespaces(), to.namespaces());
    changes
        .extend(match_by(namespaces, |found| &found.name, Namespace::eq).into_iter().map(Change::Namespace));
    let extensions = Pair::new(from.extensions(), to.extensions());
    let extensions = match_by(extensions, |found| &found.name, Extension::satisfies);
    changes.extend(extensions.into_iter().map(Change::Extension));
    let enum_types = Pair::new(from.enum_types(), to.enum_types());
    changes.extend(match_by(enum_types, |found| &found.name, EnumType::eq).into_iter().map(Change::EnumType));
    let sequences = Pair::new(from.sequences(), to.sequences());
    changes.extend(match_by(sequences, |found| &found.name, Sequence::eq).into_iter().map(Change::Sequence));
    let definitions = Pair::new(from.definitions(), to.definitions());
    let definitions = match_by(definitions, |found| (found.kind, &found.identity), Definition::is_equivalent);
    changes.extend(definitions.into_iter().map(Change::Definition));
    changes.extend(table::diff_tables(schemas));
    let same_query = |from: &Expression, to: &Expression| {
        from == to || by_name(from.as_str(), schemas.from) == by_name(to.as_str(), schemas.to)
    };
    let same_view = |from: &View, to: &View| {
        from == to
            || (same_query(&from.query, &to.query) && View { query: to.query.clone(), ..from.clone() } == *to)
    };
    // Whether it holds rows is none of its schema: `pg_dump` always writes WITH NO DATA.
    let same_materialized = |from: &MaterializedView, to: &MaterializedView| {
        from == to
            || (same_query(&from.query, &to.query)
                && MaterializedView { query: to.query.clone(), populated: to.populated, ..from.clone() }
                    == *to)
    };
    let views = Pair::new(from.views(), to.views());
    changes.extend(match_by(views, |found| &found.name, same_view).into_iter().map(Change::View));
    let materialized = Pair::new(from.materialized_views(), to.materialized_views());
    let materialized = match_by(materialized, |found| &found.name, same_materialized);
    changes.extend(materialized.into_iter().map(|mut change| {
        // What is spelled otherwise for the order of columns alone is no other query.
        if let ObjectChange::Alter(pair) = &mut change
            && same_query(&pair.from.query, &pair.to.query)
        {
            pair.from.query = pair.to.query.clone();
        }
        Change::MaterializedView(change)
    }));
    let renamed = renamed_parts(&changes);
    changes.extend(comment_changes(schemas, &renamed));
    changes.extend(extension_dependency_changes(schemas, &renamed));
    changes.extend(privilege_changes(schemas));
    changes.extend(owner_changes(schemas));
    SchemaDiff { changes }
}

/// The old ids of constraints and indexes that only get another name, by their new ones.
fn renamed_parts(changes: &[Change]) -> BTreeMap<ObjectId, ObjectId> {
    let mut renamed = BTreeMap::new();
    for change in changes {
        let Change::Table(change) = change else { continue };
        let TableChange::Alter(alteration) = change.as_ref() else { continue };
        let table = alteration.name();
        for change in &alteration.constraints {
            if let ConstraintChange::Rename(names) = change {
                let ids = names.as_ref().map(|name| ObjectId::Constraint(table.clone(), name.clone()));
                renamed.insert(ids.to, ids.from);
            }
        }
        for change in &alteration.indexes {
            if let IndexChange::Rename(pair) = change {
                let ids = pair.as_ref().map(|index| ObjectId::Index(table.clone(), index.name.clone()));
                renamed.insert(ids.to, ids.from);
            }
        }
    }
    renamed
}

/// Comments of objects that the other side has too, or that are new with one. A constraint or an index
/// that gets another name keeps its comment.
fn comment_changes(schemas: Pair<&Schema>, renamed: &BTreeMap<ObjectId, ObjectId>) -> Vec<Change> {
    let comments = schemas.map(|s| &s.comments);
    let ids: BTreeSet<&ObjectId> =
        comments.from.keys().chain(comments.to.keys()).chain(renamed.keys()).collect();
    let left: BTreeSet<&ObjectId> = renamed.values().collect();
    // A name that was left is another object's now.
    let before = |id: &ObjectId| match renamed.get(id) {
        Some(old) => comments.from.get(old).cloned(),
        None if left.contains(id) => None,
        None => comments.from.get(id).cloned(),
    };
    let changes = ids.into_iter().filter(|id| schemas.to.contains(id)).map(|id| CommentChange {
        object: id.clone(),
        text: Pair::new(before(id), comments.to.get(id).cloned()),
    });
    let differs = changes.filter(|change| change.text.differs());
    differs.map(|change| Change::Comment(with_own_comment(change, schemas.to))).collect()
}

/// The extensions that objects of the other side go with. A constraint or an index that gets another name keeps them.
fn extension_dependency_changes(
    schemas: Pair<&Schema>,
    renamed: &BTreeMap<ObjectId, ObjectId>,
) -> Vec<Change> {
    let all = schemas.map(|schema| &schema.extension_dependencies);
    let ids: BTreeSet<&ObjectId> = all.from.keys().chain(all.to.keys()).chain(renamed.keys()).collect();
    let changes = ids.into_iter().filter(|id| schemas.to.contains(id)).map(|id| ExtensionDependencyChange {
        object: id.clone(),
        extensions: Pair::new(
            all.from.get(renamed.get(id).unwrap_or(id)).cloned().unwrap_or_default(),
            all.to.get(id).cloned().unwrap_or_default(),
        ),
    });
    changes.filter(|change| change.extensions.differs()).map(Change::ExtensionDependency).collect()
}

/// Without a comment of anyone's an extension has the one that it comes with.
fn with_own_comment(mut change: CommentChange, to: &Schema) -> CommentChange {
    if let (ObjectId::Extension(name), None) = (&change.object, &change.text.to) {
        change.text.to = to.extension(name).and_then(|extension| extension.own_comment.clone());
    }
    change
}

/// Privileges of objects that exist on the `to` side.
fn privilege_changes(schemas: Pair<&Schema>) -> impl Iterator<Item = Change> {
    let privileges = schemas.map(|s| &s.privileges);
    let ids = privileges.from.keys().chain(privileges.to.keys());
    let new = schemas.to.reached_by_defaults_of(schemas.from);
    let ids: BTreeSet<ObjectId> = ids.cloned().chain(new).collect();
    let members = schemas.map(|s| &s.extension_members);
    let free = |id: &ObjectId| matches!(id, ObjectId::Definition(DefinitionKind::DefaultPrivileges, _));
    let identities = schemas.map(Schema::identity_sequences);
    let kept = identities.to.clone();
    ids.into_iter()
        .filter(move |id| {
            let has_member = |members| schemas.to.has_member(id, members);
            free(id)
                || schemas.to.contains_beside(id, &kept)
                || has_member(members.from)
                || has_member(members.to)
        })
        .map(move |object| {
            let mut grants = privileges.map(|all| all.get(&object).cloned().unwrap_or_default());
            if schemas.to.contains_beside(&object, &identities.to)
                && !schemas.from.contains_beside(&object, &identities.from)
            {
                grants.from = schemas.from.default_grants(&object);
            }
            PrivilegeChange { object, grants }
        })
        .filter(|change| change.grants.differs())
        .map(Change::Privilege)
}

/// Owners of objects on the `to` side; a new object belongs to the role that makes it.
fn owner_changes(schemas: Pair<&Schema>) -> impl Iterator<Item = Change> {
    schemas.to.owners.iter().filter_map(move |(id, owner)| {
        let from = match schemas.from.owners.get(id) {
            Some(from) => from,
            None if schemas.from.contains(id) => return None,
            None => schemas.from.role.as_ref()?,
        };
        let change = OwnerChange { object: id.clone(), owner: Pair::new(from.clone(), owner.clone()) };
        change.owner.differs().then_some(Change::Owner(change))
    })
}
