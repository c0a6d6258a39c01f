//! What differs of a table, a line a part.

use autogen_diff_core::Pair;
use autogen_diff_core::diff::change::{ColumnChange, ObjectChange, TableAlteration};
use autogen_diff_core::model::table::ReplicaIdentity;
use autogen_diff_core::model::{MysqlTable, PartitionOf, PostgresTable, SqliteTable, Table};

use super::attribute::Attributes;
use super::{column, constraint, index};

/// All that a new table has.
pub(super) fn created(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().map(column::describe);
    let constraints = table.constraints.iter().map(constraint::describe);
    let indexes = table.indexes.values().map(|index| index::describe(index));
    columns.chain(constraints).chain(indexes).map(|line| format!("+ {line}")).collect()
}

/// What differs of an existing one.
pub(super) fn altered(alteration: &TableAlteration) -> Vec<String> {
    let Pair { from, to } = alteration.table.as_ref();
    let mut found = Attributes::default();
    add_postgres(&mut found, Pair::new(from.postgres(), to.postgres()));
    add_mysql(&mut found, Pair::new(from.mysql(), to.mysql()));
    let says_tokens = add_sqlite(&mut found, Pair::new(from.sqlite(), to.sqlite()));
    let mut lines = found.into_lines();
    // What a partition gets from its parent is told with the parent.
    let inherited = |change: &&ColumnChange| match change {
        ObjectChange::Create(column) | ObjectChange::Drop(column) => column.postgres().inherited,
        ObjectChange::Alter(_) => false,
    };
    for change in alteration.columns.iter().filter(|change| !inherited(change)) {
        lines.push(column::line(change));
    }
    lines.extend(constraint::lines(&alteration.constraints));
    lines.extend(index::lines(&alteration.indexes));
    if lines.is_empty() && says_tokens {
        lines.push("~ constraints, as they are written".to_owned());
    }
    lines
}

fn add_postgres(found: &mut Attributes, pair: Pair<&PostgresTable>) {
    let PostgresTable {
        persistence,
        storage_parameters,
        access_method,
        tablespace,
        row_security,
        force_row_security,
        replica_identity,
        clustered_on,
        partition_key,
        partition_of,
        inherits,
        of_type,
    } = pair.from;
    let to = pair.to;
    let word = |value: &_| format!("{value:?}").to_lowercase();
    let parent = |part: &PartitionOf| format!("{} {}", part.parent, part.bound);
    found.value("persistence", Pair::new(word(persistence), word(&to.persistence)));
    found.list("storage parameter", Pair::new(&**storage_parameters, &to.storage_parameters));
    found.optional("access method", Pair::new(access_method.as_ref(), to.access_method.as_ref()));
    found.optional("tablespace", Pair::new(tablespace.as_ref(), to.tablespace.as_ref()));
    found.flag("row level security", Pair::new(*row_security, to.row_security));
    found.flag("forced row level security", Pair::new(*force_row_security, to.force_row_security));
    let identity = |identity: &Option<ReplicaIdentity>| identity.as_ref().map(replica_identity_text);
    found.optional("replica identity", Pair::new(identity(replica_identity), identity(&to.replica_identity)));
    found.optional("clustered on", Pair::new(clustered_on.as_ref(), to.clustered_on.as_ref()));
    found.optional("partitioned by", Pair::new(partition_key.as_ref(), to.partition_key.as_ref()));
    found.optional(
        "partition of",
        Pair::new(partition_of.as_ref().map(parent), to.partition_of.as_ref().map(parent)),
    );
    let count = found.len();
    found.list("inherits", Pair::new(inherits, &to.inherits));
    if found.len() == count {
        let list = |names: &[_]| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        found.value("inherits", Pair::new(list(inherits), list(&to.inherits)));
    }
    found.optional("of type", Pair::new(of_type.as_ref(), to.of_type.as_ref()));
}

fn replica_identity_text(identity: &ReplicaIdentity) -> String {
    match identity {
        ReplicaIdentity::Full => "full".to_owned(),
        ReplicaIdentity::Nothing => "nothing".to_owned(),
        ReplicaIdentity::Index(name) => format!("using index {name}"),
    }
}

fn add_mysql(found: &mut Attributes, pair: Pair<&MysqlTable>) {
    let MysqlTable { options, partition, periods } = pair.from;
    let to = pair.to;
    found.list("option", Pair::new(options, &to.options));
    found.optional("partition", Pair::new(partition.as_ref(), to.partition.as_ref()));
    found.list("period", Pair::new(periods, &to.periods));
}

/// Adds attributes of SQLite, and says whether table constraints are written otherwise, which constraints tell better.
fn add_sqlite(found: &mut Attributes, pair: Pair<&SqliteTable>) -> bool {
    let SqliteTable { strict, without_rowid, autoincrement, rowid_alias: _, constraint_tokens, source: _ } =
        pair.from;
    let to = pair.to;
    found.flag("strict", Pair::new(*strict, to.strict));
    found.flag("without rowid", Pair::new(*without_rowid, to.without_rowid));
    found.flag("autoincrement", Pair::new(*autoincrement, to.autoincrement));
    *constraint_tokens != to.constraint_tokens
}
