//! Tables.

use autogen_diff_core::diff::rename::PairOf;
use autogen_diff_core::model::table::ReplicaIdentity;
use autogen_diff_core::model::{
    Column, Constraint, ConstraintKind, PartitionOf, Persistence, PostgresTable, Table, TableExtra,
};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use super::{column, constraint};
use crate::plan::TableOperation;
use crate::plan::mentions;
use crate::quote::Quoter;

/// `ALTER TABLE … RENAME TO`, and `SET SCHEMA` where its namespace is another one, which takes along what belongs to the table.
pub(super) fn rename(names: &PairOf<QualifiedName>, q: &Quoter) -> Vec<String> {
    let mut statements = Vec::new();
    if names.from.name != names.to.name {
        let name = q.ident(&names.to.name);
        statements.push(format!("ALTER TABLE {} RENAME TO {name}", q.qualified(&names.from)));
    }
    if let Some(namespace) =
        names.to.namespace.as_ref().filter(|_| names.from.namespace != names.to.namespace)
    {
        let renamed = q.qualified(&names.from.sibling(names.to.name.clone()));
        statements.push(format!("ALTER TABLE {renamed} SET SCHEMA {}", q.ident(namespace)));
    }
    statements
}

/// The statements of an operation; none where it is another dialect's.
pub(super) fn statements(operation: &TableOperation, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        TableOperation::Create(table) => Some(create(table, q)),
        TableOperation::Drop(table) => Some(vec![format!("DROP TABLE {}", q.qualified(&table.name))]),
        TableOperation::Alter(pair) => Some(alter(pair, q)),
        TableOperation::Rebuild(_) | TableOperation::AlterAtOnce(_) => None,
    }
}

/// `CREATE TABLE` and what only `ALTER TABLE` can add.
pub(super) fn create(table: &Table, q: &Quoter) -> Vec<String> {
    let PostgresTable {
        persistence,
        storage_parameters,
        access_method,
        tablespace,
        row_security: _,
        force_row_security: _,
        replica_identity: _,
        clustered_on: _,
        partition_key,
        partition_of: _,
        inherits,
        of_type,
    } = table.postgres();
    let inherited = !inherits.is_empty();
    let columns = table.columns.iter().filter(|column| !(column.postgres().inherited && inherited));
    let mut lines: Vec<String> = match of_type {
        Some(_) => columns.filter_map(|column| options_of_typed(table, column, q)).collect(),
        None => columns.map(|column| column::definition(&table.name, column, q)).collect(),
    };
    lines.extend(
        table
            .columns
            .iter()
            .filter(|c| c.postgres().inherited && inherited)
            .filter_map(|c| column::own_not_null(c, q)),
    );
    let constraints = table.constraints.iter().filter(|c| !(c.inherited && inherited));
    lines.extend(constraints.map(|c| constraint::definition(c, q)));
    let unlogged = if *persistence == Persistence::Unlogged { "UNLOGGED " } else { "" };
    let mut text = format!("CREATE {unlogged}TABLE {}", q.qualified(&table.name));
    if let Some(of_type) = of_type {
        text.push_str(&format!(" OF {of_type}"));
    }
    match lines.is_empty() {
        true if of_type.is_some() => {}
        true => text.push_str(" ()"),
        false => text.push_str(&format!(" (\n    {}\n)", lines.join(",\n    "))),
    }
    if !inherits.is_empty() {
        let parents: Vec<String> = inherits.iter().map(|parent| q.qualified(parent)).collect();
        text.push_str(&format!(" INHERITS ({})", parents.join(", ")));
    }
    if let Some(key) = partition_key {
        text.push_str(&format!(" PARTITION BY {key}"));
    }
    if let Some(method) = access_method {
        text.push_str(&format!(" USING {}", q.ident(method)));
    }
    if !storage_parameters.is_empty() {
        text.push_str(&format!(" WITH ({})", parameters(storage_parameters, q)));
    }
    if let Some(tablespace) = tablespace {
        text.push_str(&format!(" TABLESPACE {}", q.ident(tablespace)));
    }
    let mut statements = vec![text];
    for own in &table.columns {
        statements.extend(column::attributes(&table.name, None, own, q));
    }
    let bare = TableExtra::of_postgres(PostgresTable {
        row_security: false,
        force_row_security: false,
        replica_identity: None,
        ..table.postgres().clone()
    });
    statements.extend(alter(&Pair::new(Table { extra: bare, ..table.clone() }, table.clone()), q));
    statements
}

/// What a typed table says of a column beyond its type's attribute.
fn options_of_typed(table: &Table, column: &Column, q: &Quoter) -> Option<String> {
    let options = column::options(&table.name, column, q);
    (!options.is_empty()).then(|| format!("{} WITH OPTIONS{options}", q.ident(&column.name)))
}

pub(super) fn attach(table: &QualifiedName, partition: &PartitionOf, q: &Quoter) -> String {
    let PartitionOf { parent, bound } = partition;
    format!("ALTER TABLE {} ATTACH PARTITION {} {bound}", q.qualified(parent), q.qualified(table))
}

pub(super) fn detach(table: &QualifiedName, partition: &PartitionOf, q: &Quoter) -> String {
    format!("ALTER TABLE {} DETACH PARTITION {}", q.qualified(&partition.parent), q.qualified(table))
}

/// The attributes that differ, each in a statement of its own.
pub(super) fn alter(pair: &Pair<Table>, q: &Quoter) -> Vec<String> {
    let lead = format!("ALTER TABLE {}", q.qualified(&pair.to.name));
    let Pair { from, to } = pair.as_ref().map(|table| table.postgres());
    let mut actions = Vec::new();
    // What was only inherited becomes the table's own when it lets go of its parents.
    let anew = pair.from.makes_columns_local(&pair.to);
    let parents = |here: &PostgresTable, there: &PostgresTable| -> Vec<String> {
        let only = here.inherits.iter().filter(|parent| anew || !there.inherits.contains(parent));
        only.map(|parent| q.qualified(parent)).collect()
    };
    let left = parents(from, to).into_iter().map(|parent| format!("{lead} NO INHERIT {parent}"));
    let joined = inherit(pair, &parents(to, from), q);
    // What two parents share stays a parent's if the table joins the one before it leaves the other.
    let mut statements: Vec<String> =
        if anew { left.chain(joined).collect() } else { joined.into_iter().chain(left).collect() };
    if from.of_type != to.of_type {
        actions.push(to.of_type.as_ref().map_or_else(|| "NOT OF".to_owned(), |of| format!("OF {of}")));
    }
    if from.persistence != to.persistence {
        actions.push(format!("SET {}", persistence_name(to.persistence)));
    }
    actions.extend(changed_parameters(Pair::new(&*from.storage_parameters, &*to.storage_parameters), q));
    if from.access_method != to.access_method {
        actions.push(format!("SET ACCESS METHOD {}", name_or(to.access_method.as_ref(), "heap", q)));
    }
    if from.tablespace != to.tablespace {
        actions.push(format!("SET TABLESPACE {}", name_or(to.tablespace.as_ref(), "pg_default", q)));
    }
    if from.row_security != to.row_security {
        let word = if to.row_security { "ENABLE" } else { "DISABLE" };
        actions.push(format!("{word} ROW LEVEL SECURITY"));
    }
    if from.force_row_security != to.force_row_security {
        let word = if to.force_row_security { "FORCE" } else { "NO FORCE" };
        actions.push(format!("{word} ROW LEVEL SECURITY"));
    }
    if from.replica_identity != to.replica_identity {
        let identity = match &to.replica_identity {
            None => "DEFAULT".to_owned(),
            Some(ReplicaIdentity::Full) => "FULL".to_owned(),
            Some(ReplicaIdentity::Nothing) => "NOTHING".to_owned(),
            Some(ReplicaIdentity::Index(index)) => format!("USING INDEX {}", q.ident(index)),
        };
        actions.push(format!("REPLICA IDENTITY {identity}"));
    }
    statements.extend(actions.into_iter().map(|action| format!("{lead} {action}")));
    statements
}

/// `INHERIT`, for which a table needs all that the parents have. What it has not is to be theirs alone,
/// which only `ADD COLUMN` on a parent brings about: a parent for the meantime lends it.
fn inherit(pair: &Pair<Table>, parents: &[String], q: &Quoter) -> Vec<String> {
    let Pair { from, to } = pair;
    let lead = format!("ALTER TABLE {}", q.qualified(&to.name));
    let mut statements: Vec<String> =
        parents.iter().map(|parent| format!("{lead} INHERIT {parent}")).collect();
    let columns = to.columns.iter().filter(|c| c.postgres().inherited && from.column(&c.name).is_none());
    let missing = |constraint: &&Constraint| {
        let name = constraint.name.as_ref();
        constraint.inherited && name.is_some_and(|name| from.constraint(name).is_none())
    };
    let checks: Vec<&Constraint> = to.constraints.iter().filter(missing).collect();
    // A check is about columns, some of which may be the table's own.
    let is_checked = |column: &Column| {
        checks.iter().any(|check| match &check.kind {
            ConstraintKind::Check(check) => mentions(check.expression.as_str(), column.name.as_str()),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclude(_) => false,
        })
    };
    let own = to.columns.iter().filter(|column| !column.postgres().inherited && is_checked(column));
    let own: Vec<String> =
        own.map(|column| format!("{} {}", q.ident(&column.name), column.data_type)).collect();
    let lent: Vec<String> = columns
        .map(|column| format!("COLUMN {}", column::definition(&to.name, column, q)))
        .chain(checks.iter().map(|check| constraint::definition(check, q)))
        .collect();
    if statements.is_empty() || lent.is_empty() {
        return statements;
    }
    // A name has at most 63 bytes.
    let base: String = to.name.name.as_str().chars().take(12).collect();
    let lender = to.name.sibling(Ident::exact(format!("autogen_lender_{base}")));
    let lender = q.qualified(&lender);
    let mut before =
        vec![format!("CREATE TABLE {lender} ({})", own.join(", ")), format!("{lead} INHERIT {lender}")];
    before.extend(lent.iter().map(|part| format!("ALTER TABLE {lender} ADD {part}")));
    before.append(&mut statements);
    before.extend([format!("{lead} NO INHERIT {lender}"), format!("DROP TABLE {lender}")]);
    before
}

/// The word behind `SET`.
pub(super) const fn persistence_name(persistence: Persistence) -> &'static str {
    match persistence {
        Persistence::Permanent => "LOGGED",
        Persistence::Unlogged => "UNLOGGED",
    }
}

fn name_or(name: Option<&Ident>, default: &str, q: &Quoter) -> String {
    name.map_or_else(|| default.to_owned(), |name| q.ident(name))
}

/// `name=value` texts of the catalog as they are written.
pub(super) fn parameters(options: &[String], q: &Quoter) -> String {
    let written = options.iter().map(|option| match option.split_once('=') {
        Some((name, value)) if value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.') => {
            format!("{name}={value}")
        }
        Some((name, value)) => format!("{name}={}", q.literal(value)),
        None => option.clone(),
    });
    written.collect::<Vec<_>>().join(", ")
}

/// `SET (…)` and `RESET (…)` for what differs.
pub(super) fn changed_parameters(pair: Pair<&[String]>, q: &Quoter) -> Vec<String> {
    let name = |option: &str| option.split('=').next().unwrap_or(option).to_owned();
    let changed: Vec<String> = pair.to.iter().filter(|option| !pair.from.contains(option)).cloned().collect();
    let names: Vec<String> = pair.to.iter().map(|option| name(option)).collect();
    let reset: Vec<String> =
        pair.from.iter().map(|option| name(option)).filter(|n| !names.contains(n)).collect();
    let mut actions = Vec::new();
    if !changed.is_empty() {
        actions.push(format!("SET ({})", parameters(&changed, q)));
    }
    if !reset.is_empty() {
        actions.push(format!("RESET ({})", reset.join(", ")));
    }
    actions
}
