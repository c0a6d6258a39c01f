//! What hangs on objects of every kind: dependencies, comments, privileges, owners.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use autogen_diff_core::model::definition::qualified_name;
use autogen_diff_core::model::{Grant, Needs};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Schema};
use serde::Deserialize;

use super::ids::Ids;
use super::rows::{Catalog, Oid, catalog_query};
use super::tables::qualified;
use crate::error::IntrospectError;

#[derive(Deserialize)]
struct DependencyRow {
    class: Oid,
    oid: Oid,
    number: i32,
    ref_class: Oid,
    ref_oid: Oid,
    ref_number: i32,
    goes_along: bool,
}

pub(super) fn read_dependencies(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &Ids,
) -> Result<(), IntrospectError> {
    let mut rows: Vec<DependencyRow> = catalog_query!(catalog, "dependencies", schema.version)?;
    // Numbers compare faster than names: what one object needs is found at once.
    rows.sort_by_key(DependencyRow::user);
    for of_one in rows.chunk_by(|row, next| row.user() == next.user()) {
        let (along, needed): (Vec<_>, Vec<_>) = of_one.iter().partition(|row| row.goes_along);
        along.into_iter().for_each(|row| read_extension_dependency(schema, ids, row));
        let (class, oid, number) = of_one[0].user();
        let Some(user) = ids.get(class.0, oid, number) else { continue };
        let needed = needed.iter().filter_map(|row| ids.get(row.ref_class.0, row.ref_oid, row.ref_number));
        let needs: Needs =
            needed.filter(|needed| *needed != user && !belongs_to(user, needed)).cloned().collect();
        if needs.iter().next().is_some() {
            match schema.dependencies.entry(user.clone()) {
                Entry::Vacant(place) => drop(place.insert(needs)),
                Entry::Occupied(mut known) => known.get_mut().extend(needs),
            }
        }
    }
    Ok(())
}

impl DependencyRow {
    /// The numbers of what depends.
    const fn user(&self) -> (Oid, Oid, i32) {
        (self.class, self.oid, self.number)
    }
}

/// An owned sequence belongs to its column; OWNED BY is an attribute, no need.
const fn belongs_to(user: &ObjectId, needed: &ObjectId) -> bool {
    matches!(
        (user, needed),
        (ObjectId::Sequence(_), ObjectId::Column(..) | ObjectId::Definition(DefinitionKind::ForeignTable, _))
    )
}

fn read_extension_dependency(schema: &mut Schema, ids: &Ids, row: &DependencyRow) {
    let user = ids.exact(row.class.0, row.oid, row.number);
    let extension = ids.exact(row.ref_class.0, row.ref_oid, row.ref_number);
    if let (Some(user), Some(ObjectId::Extension(extension))) = (user, extension) {
        schema.extension_dependencies.entry(user.clone()).or_default().insert(extension.clone());
    }
}

#[derive(Deserialize)]
struct CommentRow {
    class: Oid,
    oid: Oid,
    number: i32,
    text: String,
}

pub(super) fn read_comments(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<CommentRow> = catalog_query!(catalog, "comments", schema.version)?;
    for row in rows {
        if let Some(id) = ids.exact(row.class.0, row.oid, row.number) {
            schema.comments.insert(id.clone(), row.text);
        }
    }
    // The comment that an extension comes with is no one's wish.
    let own = schema.extensions().filter_map(|extension| {
        Some((ObjectId::Extension(extension.name.clone()), extension.own_comment.clone()?))
    });
    let own: BTreeMap<ObjectId, String> = own.collect();
    schema.comments.retain(|id, text| own.get(id) != Some(text));
    Ok(())
}

#[derive(Deserialize)]
struct PrivilegeRow {
    class: Oid,
    oid: Oid,
    /// The words of `ALTER DEFAULT PRIVILEGES`, which have no object of their own.
    identity: Option<String>,
    grantee: Option<String>,
    privilege: String,
    grantable: bool,
    revoked: bool,
    grantor: Option<String>,
    /// Where the grantee stands in the ACL.
    place: i64,
    /// The name of the column, be it one of the system's.
    column: Option<String>,
}

pub(super) fn read_privileges(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    read_extension_members(catalog, schema, ids)?;
    let rows: Vec<PrivilegeRow> = catalog_query!(catalog, "privileges", schema.version)?;
    let mut places: BTreeMap<ObjectId, BTreeMap<i64, Option<String>>> = BTreeMap::new();
    for row in rows {
        let defaults =
            row.identity.clone().map(|text| ObjectId::Definition(DefinitionKind::DefaultPrivileges, text));
        let Some(id) = defaults.or_else(|| granted_on(schema, ids, &row)) else { continue };
        places.entry(id.clone()).or_default().insert(row.place, row.grantee.clone());
        let grant = Grant {
            grantee: row.grantee,
            privilege: row.privilege,
            grantable: row.grantable,
            revoked: row.revoked,
            grantor: row.grantor,
        };
        schema.privileges.entry(id).or_default().insert(grant);
    }
    schema.acl_order = places.into_iter().map(|(id, order)| (id, order.into_values().collect())).collect();
    Ok(())
}

/// The object of a row; a column by its relation, since those of the system and of foreign tables have no number here.
fn granted_on(schema: &mut Schema, ids: &Ids, row: &PrivilegeRow) -> Option<ObjectId> {
    let Some(column) = &row.column else { return ids.exact(row.class.0, row.oid, 0).cloned() };
    let relation = ids.exact(row.class.0, row.oid, 0)?;
    let name = match relation {
        ObjectId::Table(name) | ObjectId::View(name) | ObjectId::MaterializedView(name) => name.clone(),
        ObjectId::Definition(DefinitionKind::ForeignTable, identity) => qualified_name(identity)?,
        _ => return None,
    };
    let id = ObjectId::Column(name, Ident::exact(column));
    if let Some(extension) = schema.extension_members.get(relation).cloned() {
        schema.extension_members.insert(id.clone(), extension);
    }
    Some(id)
}

#[derive(Deserialize)]
struct MemberRow {
    class: Oid,
    oid: Oid,
    #[serde(rename = "type")]
    kind: String,
    schema: Option<String>,
    name: Option<String>,
    identity: String,
    extension: String,
}

/// Members of extensions are no objects of the schema, but the privileges on them may be.
fn read_extension_members(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<MemberRow> = catalog_query!(catalog, "extension_members", schema.version)?;
    for row in rows {
        let Some(id) = row.id() else { continue };
        ids.insert(row.class.0, row.oid, id.clone());
        schema.extension_members.insert(id, Ident::exact(row.extension));
    }
    Ok(())
}

impl MemberRow {
    /// What it is called; `kind` is a word of `pg_identify_object`.
    fn id(&self) -> Option<ObjectId> {
        use DefinitionKind as Kind;
        let qualified = || Some(qualified(self.schema.as_ref()?, self.name.as_ref()?));
        let definition = |kind| Some(ObjectId::Definition(kind, self.identity.clone()));
        match self.kind.as_str() {
            "table" => qualified().map(ObjectId::Table),
            "view" => qualified().map(ObjectId::View),
            "materialized view" => qualified().map(ObjectId::MaterializedView),
            "sequence" => qualified().map(ObjectId::Sequence),
            "schema" => self.name.as_ref().map(|name| ObjectId::Namespace(Ident::exact(name))),
            "foreign table" => definition(Kind::ForeignTable),
            "function" => definition(Kind::Function),
            "procedure" => definition(Kind::Procedure),
            "aggregate" => definition(Kind::Aggregate),
            "type" => definition(Kind::BaseType),
            "language" => definition(Kind::Language),
            "foreign-data wrapper" => definition(Kind::ForeignDataWrapper),
            "server" => definition(Kind::ForeignServer),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct OwnerRow {
    class: Oid,
    oid: Oid,
    owner: String,
}

pub(super) fn read_owners(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<OwnerRow> = catalog_query!(catalog, "owners", schema.version)?;
    for row in rows {
        if let Some(id) = ids.exact(row.class.0, row.oid, 0) {
            schema.owners.insert(id.clone(), row.owner);
        }
    }
    Ok(())
}
