//! The trigger that gives rows that are written a value in the new column, as the server spells it and its function. It fires in
//! replicas too, where rows come by replication.

use std::collections::BTreeMap;

use autogen_diff_core::model::{Clause, Clauses, Column, Definition, DefinitionParts};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Pair, QualifiedName, Schema};

use super::of_new;
use crate::postgres::casts::cast;
use crate::postgres::default_name::of_object;
use crate::quote::server_ident;

/// Two columns that are kept alike: what is written, and what follows.
pub(in crate::online) struct Sync<'a> {
    table: &'a QualifiedName,
    column: Pair<&'a Column>,
}

impl<'a> Sync<'a> {
    pub(in crate::online) const fn new(table: &'a QualifiedName, column: Pair<&'a Column>) -> Self {
        Self { table, column }
    }

    /// What a row gets, given the old column's text.
    pub(in crate::online) fn value(&self, source: &str) -> String {
        cast(source, &self.column.from.data_type, &self.column.to.data_type)
    }

    pub(in crate::online) fn definitions(&self) -> Pair<Definition> {
        let function = self.function();
        Pair::new(self.trigger(&function), function)
    }

    /// Whether a schema has it.
    pub(super) fn is_in(&self, schema: &Schema) -> bool {
        let Pair { from: trigger, to: function } = self.definitions();
        [trigger, function]
            .iter()
            .all(|own| schema.definition(&(own.kind, own.identity.clone())).is_some_and(|found| found == own))
    }

    /// Whether what it makes has a name of its own.
    pub(super) fn is_free_in(&self, schema: &Schema) -> bool {
        let name = self.function_name();
        let mut functions = schema.definitions().filter(|own| own.kind.is_routine());
        !functions.any(|own| own.qualified_name().is_some_and(|own| own == name))
    }

    /// What its function is called.
    pub(super) fn function_name(&self) -> QualifiedName {
        self.table.sibling(self.name())
    }

    pub(super) fn add_to(&self, schema: &mut Schema) {
        let Pair { from: trigger, to: function } = self.definitions();
        let owner = schema.owners.get(&ObjectId::Table(self.table.clone())).cloned();
        schema.owners.extend(owner.map(|owner| (function.id(), owner)));
        let grants = schema.default_grants(&function.id());
        schema.privileges.extend((!grants.is_empty()).then(|| (function.id(), grants)));
        let namespace = self.table.namespace.iter().map(|namespace| ObjectId::Namespace(namespace.clone()));
        schema.dependencies.insert(function.id(), namespace.collect());
        let needs = [ObjectId::Table(self.table.clone()), function.id()];
        schema.dependencies.insert(trigger.id(), needs.into_iter().collect());
        schema.insert(function);
        schema.insert(trigger);
    }

    fn name(&self) -> Ident {
        let column = of_new(&self.column.from.name);
        Ident::exact(of_object(&self.table.name, Some(column.as_str()), "sync"))
    }

    fn function(&self) -> Definition {
        let identity = format!("{}()", spelled(&self.function_name()));
        let new = server_ident(of_new(&self.column.from.name).as_str());
        let value = self.value(&format!("NEW.{}", server_ident(self.column.from.name.as_str())));
        let body = format!("BEGIN\n    NEW.{new} := {value};\n    RETURN NEW;\nEND");
        let text = format!(
            "CREATE OR REPLACE FUNCTION {identity}\n RETURNS trigger\n LANGUAGE plpgsql\nAS $function${body}$function$"
        );
        Definition {
            kind: DefinitionKind::Function,
            identity,
            parent: None,
            statements: vec![text],
            compared: None,
            signature: Some("trigger 0".to_owned()),
            parts: DefinitionParts::Whole,
        }
    }

    fn trigger(&self, function: &Definition) -> Definition {
        let (name, table) = (server_ident(self.name().as_str()), spelled(self.table));
        let text = format!(
            "CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {}",
            function.identity
        );
        let enabled = format!("ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}");
        let enable = Some(enabled.clone());
        let state = Clause {
            value: "A".to_owned(),
            within: None,
            separate: true,
            on: None,
            add: enable.clone(),
            alter: enable.clone(),
            drop: enable,
        };
        Definition {
            kind: DefinitionKind::Trigger,
            identity: format!("{name} ON {table}"),
            parent: Some(ObjectId::Table(self.table.clone())),
            statements: vec![text.clone(), enabled],
            compared: None,
            signature: None,
            parts: DefinitionParts::Clauses(Clauses {
                base: text,
                clauses: BTreeMap::from([("state".to_owned(), state)]),
            }),
        }
    }
}

fn spelled(name: &QualifiedName) -> String {
    let namespace = name.namespace.iter().map(|namespace| format!("{}.", server_ident(namespace.as_str())));
    format!("{}{}", namespace.collect::<String>(), server_ident(name.name.as_str()))
}
