//! What hangs on objects of every kind: dependencies, comments, privileges, owners.

use autogen_diff_core::model::Grant;
use autogen_diff_core::{DefinitionKind, ObjectId, Schema};
use diesel::PgConnection;
use serde::Deserialize;

use super::ids::Ids;
use super::rows::{Oid, catalog_query};
use crate::error::IntrospectError;

#[derive(Deserialize)]
struct DependencyRow {
    class: Oid,
    oid: Oid,
    number: i32,
    ref_class: Oid,
    ref_oid: Oid,
    ref_number: i32,
}

pub(super) fn read_dependencies(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<DependencyRow> = catalog_query!(connection, "dependencies", schema.version)?;
    for row in rows {
        let user = ids.get(row.class.0, row.oid, row.number);
        let needed = ids.get(row.ref_class.0, row.ref_oid, row.ref_number);
        let (Some(user), Some(needed)) = (user, needed) else { continue };
        // An owned sequence belongs to its column; OWNED BY is an attribute, no need.
        let owned = matches!(
            (user, needed),
            (
                ObjectId::Sequence(_),
                ObjectId::Column(..) | ObjectId::Definition(DefinitionKind::ForeignTable, _)
            )
        );
        if user != needed && !owned {
            schema.dependencies.entry(user.clone()).or_default().insert(needed.clone());
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct CommentRow {
    class: Oid,
    oid: Oid,
    number: i32,
    text: String,
}

pub(super) fn read_comments(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<CommentRow> = catalog_query!(connection, "comments", schema.version)?;
    for row in rows {
        if let Some(id) = ids.exact(row.class.0, row.oid, row.number) {
            schema.comments.insert(id.clone(), row.text);
        }
    }
    // The comment that an extension comes with is no one's wish.
    let Schema { comments, extensions, .. } = schema;
    comments.retain(|id, text| match id {
        ObjectId::Extension(name) => extensions[name].own_comment.as_ref() != Some(text),
        _ => true,
    });
    Ok(())
}

#[derive(Deserialize)]
struct PrivilegeRow {
    class: Oid,
    oid: Oid,
    number: i32,
    /// The words of `ALTER DEFAULT PRIVILEGES`, which have no object of their own.
    identity: Option<String>,
    grantee: Option<String>,
    privilege: String,
    grantable: bool,
    revoked: bool,
}

pub(super) fn read_privileges(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<PrivilegeRow> = catalog_query!(connection, "privileges", schema.version)?;
    for row in rows {
        let defaults = row.identity.map(|text| ObjectId::Definition(DefinitionKind::DefaultPrivileges, text));
        let Some(id) = defaults.or_else(|| ids.exact(row.class.0, row.oid, row.number).cloned()) else {
            continue;
        };
        let grant = Grant {
            grantee: row.grantee,
            privilege: row.privilege,
            grantable: row.grantable,
            revoked: row.revoked,
        };
        schema.privileges.entry(id).or_default().insert(grant);
    }
    Ok(())
}

#[derive(Deserialize)]
struct OwnerRow {
    class: Oid,
    oid: Oid,
    owner: String,
}

pub(super) fn read_owners(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<OwnerRow> = catalog_query!(connection, "owners", schema.version)?;
    for row in rows {
        if let Some(id) = ids.exact(row.class.0, row.oid, 0) {
            schema.owners.insert(id.clone(), row.owner);
        }
    }
    Ok(())
}
