//! Columns.

use autogen_diff_core::model::{Attributes, Column, Identity, NotNullConstraint, PostgresColumn};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use super::casts::{explicit, is_assignment};
use super::{default_name, sequence};
use crate::plan::ColumnOperation;
use crate::quote::Quoter;

pub(super) fn statements(operation: &ColumnOperation, q: &Quoter) -> Vec<String> {
    match operation {
        ColumnOperation::Add { table, column } => add(table, column, q),
        ColumnOperation::Drop { table, column } => {
            vec![format!("ALTER TABLE {} DROP COLUMN {}", q.qualified(table), q.ident(&column.name))]
        }
        ColumnOperation::Alter { table, column } => alter(table, column, q),
        ColumnOperation::DropDefault { table, column } => vec![drop_default(table, column, q)],
        ColumnOperation::DropIdentity { table, column } => vec![drop_identity(table, &column.name, q)],
        ColumnOperation::SetDefault { table, column } => set_default(table, column, q).into_iter().collect(),
    }
}

/// The definition as it stands in `CREATE TABLE` and `ADD COLUMN`.
pub(super) fn definition(table: &QualifiedName, column: &Column, q: &Quoter) -> String {
    let mut text = format!("{} {}", q.ident(&column.name), column.data_type);
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {}", q.qualified(collation)));
    }
    text.push_str(&options(table, column, q));
    text
}

/// What stands behind the name and the type, with a space before it.
pub(super) fn options(table: &QualifiedName, column: &Column, q: &Quoter) -> String {
    let Column { name: _, data_type: _, nullable, default, identity, generated, collation: _, extra: _ } =
        column;
    let not_null = &column.postgres().not_null;
    let mut text = String::new();
    if let Some(generated) = generated {
        let kind = if generated.stored { "STORED" } else { "VIRTUAL" };
        text.push_str(&format!(" GENERATED ALWAYS AS ({}) {kind}", generated.expression));
    }
    if let Some(default) = default {
        text.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(identity) = identity {
        text.push_str(&format!(" GENERATED {}", identity_text(table, column, identity, q)));
    }
    if !nullable && not_null.validated {
        if let Some(name) = not_null_name(table, column) {
            text.push_str(&format!(" CONSTRAINT {}", q.ident(name)));
        }
        text.push_str(" NOT NULL");
        text.push_str(if not_null.no_inherit { " NO INHERIT" } else { "" });
    }
    text
}

/// The name that the constraint behind `NOT NULL` has to be given.
fn not_null_name<'a>(table: &QualifiedName, column: &'a Column) -> Option<&'a Ident> {
    let constraint = &column.postgres().not_null;
    // A partition's is named after its partitioned table's, which attaching it leaves as it is.
    let usual = default_name::of_object(&table.name, Some(column.name.as_str()), "not_null");
    let of_whole = constraint.name.as_ref().filter(|name| name.as_str() != usual);
    constraint.given_name().or(of_whole)
}

/// The `NOT NULL` that a child declares for a column of its parent, where it is a constraint.
pub(super) fn own_not_null(column: &Column, q: &Quoter) -> Option<String> {
    let constraint = &column.postgres().not_null;
    column.not_null_name().filter(|_| constraint.validated && !constraint.inherited)?;
    let name =
        constraint.given_name().map(|name| format!("CONSTRAINT {} ", q.ident(name))).unwrap_or_default();
    let no_inherit = if constraint.no_inherit { " NO INHERIT" } else { "" };
    Some(format!("{name}NOT NULL {}{no_inherit}", q.ident(&column.name)))
}

/// `SET NOT NULL`, or a constraint where there is more to say.
fn add_not_null(column: &Column, q: &Quoter) -> String {
    let name = q.ident(&column.name);
    let NotNullConstraint { validated, no_inherit, .. } = column.postgres().not_null;
    let given = column.postgres().not_null.given_name();
    if given.is_none() && validated && !no_inherit {
        return format!("ALTER COLUMN {name} SET NOT NULL");
    }
    let given = given.map(|given| format!("CONSTRAINT {} ", q.ident(given))).unwrap_or_default();
    let no_inherit = if no_inherit { " NO INHERIT" } else { "" };
    let not_valid = if validated { "" } else { " NOT VALID" };
    format!("ADD {given}NOT NULL {name}{no_inherit}{not_valid}")
}

/// The changes of the constraint behind `NOT NULL` while the column stays so.
fn altered_not_null(pair: &Pair<Column>, q: &Quoter) -> Vec<String> {
    let constraint = pair.as_ref().map(|column| &column.postgres().not_null);
    let (Some(old), Some(new)) = (&constraint.from.name, &constraint.to.name) else { return Vec::new() };
    if constraint.from == constraint.to {
        return Vec::new();
    }
    if constraint.from.validated && !constraint.to.validated {
        let name = q.ident(&pair.to.name);
        return vec![format!("ALTER COLUMN {name} DROP NOT NULL"), add_not_null(&pair.to, q)];
    }
    let is_renamed = !constraint.from.is_named_as(constraint.to);
    let (old, new) = (q.ident(old), q.ident(if is_renamed { new } else { old }));
    let mut actions = Vec::new();
    // What children inherit is renamed in them too, where they can have names of their own.
    if !constraint.from.no_inherit && constraint.to.no_inherit {
        actions.push(format!("ALTER CONSTRAINT {old} NO INHERIT"));
    }
    if is_renamed {
        actions.push(format!("RENAME CONSTRAINT {old} TO {new}"));
    }
    if constraint.from.no_inherit && !constraint.to.no_inherit {
        actions.push(format!("ALTER CONSTRAINT {new} INHERIT"));
    }
    if !constraint.from.validated {
        actions.push(format!("VALIDATE CONSTRAINT {new}"));
    }
    actions
}

/// `ADD GENERATED … AS IDENTITY`, whose sequence begins at its start.
pub(crate) fn add_identity(
    table: &QualifiedName,
    column: &Column,
    identity: &Identity,
    q: &Quoter,
) -> String {
    let (name, kind) = (q.ident(&column.name), identity_text(table, column, identity, q));
    format!("ALTER TABLE {} ALTER COLUMN {name} ADD GENERATED {kind}", q.qualified(table))
}

/// `ALWAYS AS IDENTITY (…)`, with what differs from the defaults.
fn identity_text(table: &QualifiedName, column: &Column, identity: &Identity, q: &Quoter) -> String {
    let kind = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let mut options = String::new();
    let expected = default_name::of_object(&table.name, Some(column.name.as_str()), "seq");
    if identity.sequence.name.as_str() != expected || identity.sequence.namespace != table.namespace {
        options.push_str(&format!("SEQUENCE NAME {}", q.qualified(&identity.sequence)));
    }
    options.push_str(&sequence::options(&column.data_type, &identity.options));
    let options = options.trim();
    if options.is_empty() { format!("{kind} AS IDENTITY") } else { format!("{kind} AS IDENTITY ({options})") }
}

/// What only `ALTER COLUMN` can say.
pub(super) fn attributes(
    table: &QualifiedName,
    from: Option<&Column>,
    to: &Column,
    q: &Quoter,
) -> Vec<String> {
    let usual = PostgresColumn::usual();
    let old = from.map_or(usual, |column| column.postgres());
    let new = to.postgres();
    let mut statements = Vec::new();
    if from.is_none() && !to.nullable && !new.not_null.validated {
        statements.push(format!("ALTER TABLE {} {}", q.qualified(table), add_not_null(to, q)));
    }
    let lead = format!("ALTER TABLE {} ALTER COLUMN {}", q.qualified(table), q.ident(&to.name));
    let actions = settings(Pair::new(old, new), &to.data_type);
    statements.extend(actions.into_iter().map(|action| format!("{lead} {action}")));
    statements
}

/// The settings that differ, as `ALTER COLUMN` takes them.
pub(super) fn settings(pair: Pair<&PostgresColumn>, data_type: &str) -> Vec<String> {
    let Pair { from: old, to: new } = pair;
    let mut actions = Vec::new();
    if old.storage != new.storage {
        let storage = storage_name(new.storage.as_deref());
        let storage = if storage == "DEFAULT" { default_storage(data_type) } else { storage };
        actions.push(format!("SET STORAGE {storage}"));
    }
    if old.compression != new.compression {
        let method = compression_name(new.compression.as_deref());
        actions.push(format!("SET COMPRESSION {method}"));
    }
    if old.statistics != new.statistics {
        actions.push(format!("SET STATISTICS {}", new.statistics.unwrap_or(-1)));
    }
    let reset: Vec<&str> = old
        .options
        .iter()
        .filter_map(|option| option.split('=').next())
        .filter(|name| !new.options.iter().any(|option| option.split('=').next() == Some(name)))
        .collect();
    if !reset.is_empty() {
        actions.push(format!("RESET ({})", reset.join(", ")));
    }
    if old.options != new.options && !new.options.is_empty() {
        actions.push(format!("SET ({})", new.options.join(", ")));
    }
    actions
}

/// The word for a code of `attstorage`.
pub(crate) fn storage_name(code: Option<&str>) -> &'static str {
    match code {
        Some("p") => "PLAIN",
        Some("e") => "EXTERNAL",
        Some("x") => "EXTENDED",
        Some("m") => "MAIN",
        Some(_) | None => "DEFAULT",
    }
}

/// The word for a code of `attcompression`.
pub(crate) fn compression_name(code: Option<&str>) -> &'static str {
    match code {
        Some("l") => "lz4",
        Some("p") => "pglz",
        Some(_) | None => "default",
    }
}

/// `typstorage` of the built-in types, since `SET STORAGE DEFAULT` needs PostgreSQL 16.
fn default_storage(data_type: &str) -> &'static str {
    if data_type.starts_with("numeric") || data_type == "inet" || data_type == "cidr" {
        "MAIN"
    } else {
        "EXTENDED"
    }
}

pub(super) fn add(table: &QualifiedName, column: &Column, q: &Quoter) -> Vec<String> {
    let mut statements =
        vec![format!("ALTER TABLE {} ADD COLUMN {}", q.qualified(table), definition(table, column, q))];
    statements.extend(attributes(table, None, column, q));
    statements
}

pub(super) fn drop_default(table: &QualifiedName, column: &Ident, q: &Quoter) -> String {
    format!("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", q.qualified(table), q.ident(column))
}

pub(super) fn drop_identity(table: &QualifiedName, column: &Ident, q: &Quoter) -> String {
    format!("ALTER TABLE {} ALTER COLUMN {} DROP IDENTITY", q.qualified(table), q.ident(column))
}

pub(super) fn set_default(table: &QualifiedName, column: &Column, q: &Quoter) -> Option<String> {
    let default = column.default.as_ref()?;
    let (table, name) = (q.qualified(table), q.ident(&column.name));
    Some(format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {default}"))
}

/// The statements that turn one column into the other, in an order that holds.
pub(super) fn alter(table: &QualifiedName, pair: &Pair<Column>, q: &Quoter) -> Vec<String> {
    let Pair { from, to } = pair;
    let lead = format!("ALTER TABLE {} ALTER COLUMN {}", q.qualified(table), q.ident(&to.name));
    let retyped = from.data_type != to.data_type || from.collation != to.collation;
    let new_default = from.default != to.default || (retyped && to.default.is_some());
    let mut statements = Vec::new();
    if from.generated.is_some() && to.generated.is_none() {
        statements.push(format!("{lead} DROP EXPRESSION"));
    }
    if let (Some(old), Some(new)) = (&from.generated, &to.generated)
        && old != new
    {
        // A child's own expression, which only 17 and later have.
        statements.push(format!("{lead} SET EXPRESSION AS ({})", new.expression));
    }
    if from.default.is_some() && (to.default.is_none() || retyped) {
        statements.push(format!("{lead} DROP DEFAULT"));
    }
    // The bounds have to fit the type that the column has at the moment.
    let narrows = narrows(pair);
    if narrows && from.identity.is_some() {
        statements.extend(identity_change(table, pair, &lead, q));
    }
    if retyped {
        statements.push(format!("{lead} {}", type_text(from, to, q)));
    }
    let table_lead = format!("ALTER TABLE {}", q.qualified(table));
    if from.nullable && !to.nullable {
        statements.push(format!("{table_lead} {}", add_not_null(to, q)));
    }
    if !from.nullable && !to.nullable {
        statements.extend(altered_not_null(pair, q).iter().map(|action| format!("{table_lead} {action}")));
    }
    if !from.nullable && to.nullable {
        statements.push(format!("{lead} DROP NOT NULL"));
    }
    if new_default {
        statements.extend(set_default(table, to, q));
    }
    if !(narrows && from.identity.is_some()) {
        statements.extend(identity_change(table, pair, &lead, q));
    }
    // A change of the type puts them back (PostgreSQL, ALTER TABLE: ATExecAlterColumnType).
    let kept = if retyped { without_storage(from.clone()) } else { from.clone() };
    statements.extend(attributes(table, Some(&kept), to, q));
    statements
}

/// A column with its type's usual way of storing values.
pub(crate) fn without_storage(mut column: Column) -> Column {
    column.postgres_mut().storage = None;
    column.postgres_mut().compression = None;
    column
}

fn narrows(pair: &Pair<Column>) -> bool {
    integer_size(&pair.to.data_type) < integer_size(&pair.from.data_type)
}

fn integer_size(data_type: &str) -> u8 {
    match data_type {
        "smallint" => 2,
        "integer" => 4,
        "bigint" => 8,
        _ => 0,
    }
}

fn type_text(from: &Column, to: &Column, q: &Quoter) -> String {
    let mut text = format!("TYPE {}", to.data_type);
    if let Some(collation) = &to.collation {
        text.push_str(&format!(" COLLATE {}", q.qualified(collation)));
    }
    if !is_assignment(&from.data_type, &to.data_type) {
        let cast = explicit(&q.ident(&to.name), &from.data_type, &to.data_type);
        text.push_str(&format!(" USING {cast}"));
    }
    text
}

fn identity_change(table: &QualifiedName, pair: &Pair<Column>, lead: &str, q: &Quoter) -> Vec<String> {
    let Some(to) = &pair.to.identity else { return Vec::new() };
    let Some(from) = &pair.from.identity else {
        return vec![
            add_identity(table, &pair.to, to, q),
            sequence::continue_behind(&to.sequence, &to.options, table, &pair.to, q),
        ];
    };
    let mut actions = String::new();
    if from.always != to.always {
        actions.push_str(if to.always { " SET GENERATED ALWAYS" } else { " SET GENERATED BY DEFAULT" });
    }
    // A narrower type comes afterwards.
    let options = if narrows(pair) {
        from.options.clone()
    } else {
        from.options.retyped(pair.as_ref().map(|column| &*column.data_type))
    };
    actions.push_str(&sequence::changed_options(Pair::new(&options, &to.options), "SET "));
    let mut statements = Vec::new();
    if !actions.is_empty() {
        statements.push(format!("{lead}{actions}"));
    }
    if from.sequence != to.sequence {
        let name = q.ident(&to.sequence.name);
        statements.push(format!("ALTER SEQUENCE {} RENAME TO {name}", q.qualified(&from.sequence)));
    }
    statements
}
