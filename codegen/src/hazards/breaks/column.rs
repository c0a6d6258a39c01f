//! Columns that programs can't write any more as they did.

use autogen_diff_core::model::{Column, Table};
use autogen_diff_core::{DefinitionKind, Dialect, Ident, Pair, Schema};

use super::Break;
use crate::hazards::column::has_default_value;

/// A column of a table that stays.
pub(super) fn changed(table: Pair<&Table>, name: &Ident, schemas: Pair<&Schema>) -> Option<Break> {
    let sides = table.map(|table| table.column(name));
    let column = Pair::new(sides.from?, sides.to?);
    let message = becomes_computed(column)
        .or_else(|| becomes_always(column))
        .or_else(|| loses_default(table, column, schemas))?;
    Some((format!("{}.{name}", table.to.name), message.to_owned()))
}

fn becomes_computed(column: Pair<&Column>) -> Option<&'static str> {
    let becomes = column.from.generated.is_none() && column.to.generated.is_some();
    becomes.then_some("programs that write it fail: from now on it is computed")
}

fn becomes_always(column: Pair<&Column>) -> Option<&'static str> {
    let always = |column: &Column| column.identity.as_ref().is_some_and(|identity| identity.always);
    let becomes = always(column.to) && !always(column.from) && column.from.generated.is_none();
    becomes.then_some("an INSERT that gives it a value fails without OVERRIDING SYSTEM VALUE")
}

fn loses_default(table: Pair<&Table>, column: Pair<&Column>, schemas: Pair<&Schema>) -> Option<&'static str> {
    let from = has_value(table.from, column.from, schemas.from);
    let loses = from && !column.to.nullable && !has_value(table.to, column.to, schemas.to);
    loses.then_some("an INSERT that leaves it out fails: it has no default any more, and takes no NULL")
}

/// Whether a row that gives a column no value gets one.
fn has_value(table: &Table, column: &Column, schema: &Schema) -> bool {
    let own = has_default_value(column) || column.identity.is_some() || column.generated.is_some();
    own || match schema.dialect {
        Dialect::Postgres => domain_default(column, schema),
        Dialect::Mysql => column.mysql().definition.contains(" AUTO_INCREMENT"),
        Dialect::Sqlite => table.sqlite().rowid_alias.as_ref() == Some(&column.name),
    }
}

/// A default that a domain has.
fn domain_default(column: &Column, schema: &Schema) -> bool {
    let mut domains = schema.definitions_of(DefinitionKind::Domain);
    domains.any(|domain| domain.identity == column.data_type && domain.domain_default().is_some())
}
