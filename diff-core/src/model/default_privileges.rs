//! What new objects get from `ALTER DEFAULT PRIVILEGES`.

use std::collections::BTreeSet;

use crate::definition_kind::DefinitionKind;
use crate::model::definition::server_name;
use crate::model::{Grant, Schema};
use crate::name::Ident;
use crate::object::ObjectId;

/// Default privileges, by the words that they are declared with.
struct Defaults {
    role: String,
    namespace: Option<String>,
    kind: String,
}

impl Defaults {
    /// Reads `FOR ROLE r IN SCHEMA s ON TABLES`, as the server quotes it.
    fn read(identity: &str) -> Option<Self> {
        let (role, rest) = server_name(identity.strip_prefix("FOR ROLE ")?)?;
        let (namespace, rest) = match rest.strip_prefix(" IN SCHEMA ") {
            Some(named) => {
                let (name, rest) = server_name(named)?;
                (Some(name), rest)
            }
            None => (None, rest),
        };
        Some(Self { role, namespace, kind: rest.strip_prefix(" ON ")?.to_owned() })
    }
}

/// The namespace that default privileges are for, by their identity; none where they are for all.
pub(super) fn namespace_in(identity: &str) -> Option<String> {
    Defaults::read(identity)?.namespace
}

impl Schema {
    /// The privileges that an object has once the role of this schema has made it, against the kind's default.
    pub fn default_grants(&self, object: &ObjectId) -> BTreeSet<Grant> {
        let (Some(role), Some(kind)) = (&self.role, kind_of(object)) else { return BTreeSet::new() };
        let namespace = namespace_of(object);
        let mut everywhere = BTreeSet::new();
        let mut here = BTreeSet::new();
        for (id, grants) in &self.privileges {
            let ObjectId::Definition(DefinitionKind::DefaultPrivileges, identity) = id else { continue };
            let Some(defaults) = Defaults::read(identity) else { continue };
            if defaults.role != *role || defaults.kind != kind {
                continue;
            }
            match &defaults.namespace {
                None => everywhere.extend(grants.iter().cloned()),
                Some(name) if Some(name) == namespace.as_ref() => here.extend(grants.iter().cloned()),
                Some(_) => {}
            }
        }
        for grant in here {
            // What one schema gives adds to what is given, or was taken, everywhere.
            if !everywhere.remove(&Grant { revoked: true, ..grant.clone() }) {
                everywhere.insert(grant);
            }
        }
        everywhere
    }

    /// The objects of this schema that another one lacks and that its default privileges reach.
    pub fn reached_by_defaults_of<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = ObjectId> + 'a {
        let are_there =
            |id: &ObjectId| matches!(id, ObjectId::Definition(DefinitionKind::DefaultPrivileges, _));
        let any = other.privileges.keys().any(are_there);
        let tables = self.tables().map(|table| ObjectId::Table(table.name.clone()));
        let identities = self.tables().flat_map(|table| &table.columns);
        let identities = identities.filter_map(|column| column.identity.as_ref());
        let identities = identities.map(|identity| ObjectId::Sequence(identity.sequence.clone()));
        let all = self.objects().chain(tables).chain(identities).filter(move |_| any);
        let there = other.identity_sequences();
        all.filter(move |id| !other.contains_beside(id, &there) && !other.default_grants(id).is_empty())
    }
}

/// What `ALTER DEFAULT PRIVILEGES` calls objects of a kind.
fn kind_of(object: &ObjectId) -> Option<&'static str> {
    match object {
        ObjectId::Namespace(_) => Some("SCHEMAS"),
        ObjectId::Table(_) | ObjectId::View(_) | ObjectId::MaterializedView(_) => Some("TABLES"),
        ObjectId::Sequence(_) => Some("SEQUENCES"),
        ObjectId::EnumType(_) => Some("TYPES"),
        ObjectId::Definition(DefinitionKind::ForeignTable, _) => Some("TABLES"),
        ObjectId::Definition(kind, _) if kind.is_type() => Some("TYPES"),
        ObjectId::Definition(kind, _) if kind.is_routine() || *kind == DefinitionKind::Aggregate => {
            Some("FUNCTIONS")
        }
        ObjectId::Extension(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::Definition(..) => None,
    }
}

fn namespace_of(object: &ObjectId) -> Option<String> {
    let text = |name: Option<&Ident>| name.map(|name| name.as_str().to_owned());
    match object {
        ObjectId::EnumType(name)
        | ObjectId::Sequence(name)
        | ObjectId::Table(name)
        | ObjectId::View(name)
        | ObjectId::MaterializedView(name)
        | ObjectId::Column(name, _)
        | ObjectId::Constraint(name, _)
        | ObjectId::Index(name, _) => text(name.namespace.as_ref()),
        ObjectId::Definition(_, identity) => server_name(identity).map(|(namespace, _)| namespace),
        ObjectId::Namespace(_) | ObjectId::Extension(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::QualifiedName;
    use crate::{Dialect, Flavor, Version};

    fn grant(grantee: Option<&str>, privilege: &str, revoked: bool) -> Grant {
        let grantee = grantee.map(str::to_owned);
        Grant { grantee, privilege: privilege.to_owned(), grantable: false, revoked, grantor: None }
    }

    fn schema(defaults: &[(&str, Grant)]) -> Schema {
        let mut schema = Schema::empty(Dialect::Postgres, Flavor::Postgres, Version::parse("15.0"));
        schema.role = Some("a \"b".to_owned());
        for (identity, grant) in defaults {
            let id = ObjectId::Definition(DefinitionKind::DefaultPrivileges, (*identity).to_owned());
            schema.privileges.entry(id).or_default().insert(grant.clone());
        }
        schema
    }

    #[test]
    fn a_new_object_gets_what_its_maker_gives_by_default() {
        let read = grant(None, "SELECT", false);
        let schema = schema(&[
            ("FOR ROLE \"a \"\"b\" IN SCHEMA s ON TABLES", read.clone()),
            ("FOR ROLE other ON TABLES", grant(None, "INSERT", false)),
            ("FOR ROLE \"a \"\"b\" ON SEQUENCES", grant(None, "USAGE", false)),
        ]);
        let table = |namespace: &str| {
            ObjectId::Table(QualifiedName::new(Some(Ident::exact(namespace)), Ident::exact("t")))
        };
        assert_eq!(schema.default_grants(&table("s")), [read].into());
        assert_eq!(schema.default_grants(&table("public")), BTreeSet::new());
    }

    #[test]
    fn a_schema_gives_back_what_is_taken_everywhere() {
        let schema = schema(&[
            ("FOR ROLE \"a \"\"b\" ON FUNCTIONS", grant(None, "EXECUTE", true)),
            ("FOR ROLE \"a \"\"b\" IN SCHEMA s ON FUNCTIONS", grant(None, "EXECUTE", false)),
        ]);
        let function = |identity: &str| ObjectId::Definition(DefinitionKind::Function, identity.to_owned());
        assert_eq!(schema.default_grants(&function("s.f()")), BTreeSet::new());
        assert_eq!(schema.default_grants(&function("public.f()")), [grant(None, "EXECUTE", true)].into());
    }
}
