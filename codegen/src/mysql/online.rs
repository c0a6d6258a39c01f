//! What an `ALTER TABLE` does to those who write meanwhile, so that it can be stated and the
//! server refuses rather than silently copying the table.
//!
//! The facts are measured on MariaDB 10.11 and MySQL 9.7 and hold for the older releases that we
//! know (MySQL manual 17.12.1, MariaDB "InnoDB Online DDL"); `fixtures/tests/online.rs` asks the
//! servers again. What is not known is not claimed.

use autogen_diff_core::diff::change::{ConstraintChange, IndexChange, ObjectChange, TableAlteration};
use autogen_diff_core::diff::table::alteration;
use autogen_diff_core::model::{Column, ConstraintKind, Index, Table};
use autogen_diff_core::{Flavor, Pair, Version};

use super::special_key::{Alteration, has_document_id, has_virtual_key, is_special};
use super::{clustered_key, key, options, table, types};

/// How much work a change is, from little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OnlineDdl {
    /// The catalog only.
    Instant,
    /// In place, while others read and write.
    InPlace,
    /// The same, by making the table anew.
    Rebuild,
    /// In place, while others read.
    Shared,
    /// Into a copy of the table, while others read.
    Copy,
    /// The same, where the server refuses instead when it is not asked to.
    StatedCopy,
}

impl OnlineDdl {
    /// The clauses that make the server refuse to do more; a copy is what it mostly does otherwise.
    pub(super) const fn clauses(self) -> Option<&'static str> {
        match self {
            Self::Instant => Some("ALGORITHM=INSTANT"),
            Self::InPlace | Self::Rebuild => Some("ALGORITHM=INPLACE,\n    LOCK=NONE"),
            Self::Shared => Some("ALGORITHM=INPLACE,\n    LOCK=SHARED"),
            Self::Copy => None,
            Self::StatedCopy => Some("ALGORITHM=COPY"),
        }
    }
}

/// The server that does it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Server {
    pub(super) flavor: Flavor,
    pub(super) version: Version,
}

impl Server {
    pub(super) const fn is_mariadb(self) -> bool {
        matches!(self.flavor, Flavor::Mariadb)
    }

    /// Instant on MariaDB, in place on MySQL.
    pub(super) const fn quick(self) -> OnlineDdl {
        if self.is_mariadb() { OnlineDdl::Instant } else { OnlineDdl::InPlace }
    }

    /// MySQL 8.0 has releases that lose data by instant columns (8.0.29 to 8.0.31).
    fn columns(self) -> OnlineDdl {
        let trusted = self.is_mariadb() || self.version >= Version::new(8, 1);
        if trusted { OnlineDdl::Instant } else { OnlineDdl::Rebuild }
    }
}

/// The work of all that differs in a table, or nothing when it is not known.
pub(super) fn work(pair: &Pair<Table>, server: Server) -> Option<OnlineDdl> {
    let is_known = |known: &Table| {
        let has = |option: &str| known.mysql().options.iter().any(|found| found == option);
        has("ENGINE=InnoDB") && known.mysql().partition.is_none() && !options::is_versioned(known)
    };
    if options::engine(&pair.from) != options::engine(&pair.to) {
        return Some(OnlineDdl::Copy);
    }
    let has_unknown_key =
        |table: &Table| table.indexes.values().any(|index| is_checked_by_server(table, index));
    if has_unknown_key(&pair.from) || has_unknown_key(&pair.to) {
        return None;
    }
    if !is_known(&pair.from) || !is_known(&pair.to) || pair.from.mysql().periods != pair.to.mysql().periods {
        return None;
    }
    let TableAlteration { table: _, columns, constraints, indexes } = alteration(pair.clone());
    let mut works = Vec::new();
    if table::charset_carries(pair) {
        works.push(OnlineDdl::Copy);
    }
    for change in &columns {
        works.push(column_work(pair, change, server)?);
    }
    for change in &constraints {
        works.extend(constraint_work(pair, change, &constraints));
    }
    works.extend(options::work(pair, server)?);
    for change in &indexes {
        works.push(key_work(pair, change, server)?);
    }
    // A computed column comes and goes by itself, or with a copy.
    if columns.iter().any(is_computed) && works.len() > 1 {
        return None;
    }
    // MariaDB takes a computed column for another one beside an own FTS_DOC_ID.
    let counts_computed = server.is_mariadb() && has_document_id(&pair.from);
    let changes_rows =
        columns.iter().any(|change| comes_or_goes(change) && (counts_computed || !is_computed(change)));
    Alteration { pair, indexes: &indexes, changes_rows, works: &works }.work(server)
}

/// A key that is none of InnoDB's: one of a long text, behind which a hidden column stands, or of periods that must not overlap
/// (MariaDB).
fn is_checked_by_server(table: &Table, index: &Index) -> bool {
    let is_long = |column: &Column| {
        let length = column
            .data_type
            .split_once("varchar(")
            .and_then(|(_, rest)| rest.strip_suffix(')')?.parse::<u32>().ok());
        // A key of InnoDB has 3,072 bytes.
        is_blob(column) || length.is_some_and(|length| length >= 768)
    };
    let mut columns = index.keys.iter().filter_map(|key| table.column(key.value.column()?));
    let is_hash = index.definition.starts_with("UNIQUE ") && index.definition.contains(") USING HASH");
    (is_hash && columns.any(is_long)) || index.definition.contains(" WITHOUT OVERLAPS")
}

fn is_blob(column: &Column) -> bool {
    ["text", "blob", "json"].iter().any(|data_type| column.data_type.contains(data_type))
}

const fn is_computed(change: &ObjectChange<Column>) -> bool {
    match change {
        ObjectChange::Create(column) | ObjectChange::Drop(column) => column.generated.is_some(),
        ObjectChange::Alter(_) => false,
    }
}

const fn comes_or_goes(change: &ObjectChange<Column>) -> bool {
    match change {
        ObjectChange::Create(_) | ObjectChange::Drop(_) => true,
        ObjectChange::Alter(_) => false,
    }
}

fn column_work(pair: &Pair<Table>, change: &ObjectChange<Column>, server: Server) -> Option<OnlineDdl> {
    match change {
        ObjectChange::Create(column) => new_column(pair, column, server),
        ObjectChange::Drop(column) if column.generated.as_ref().is_some_and(|g| g.stored) => None,
        ObjectChange::Drop(column) => {
            let in_key = pair.from.indexes.values().any(|index| key::holds(index, &column.name));
            let in_constraint = pair.from.constraints.iter().any(|constraint| match &constraint.kind {
                ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                    key.columns.contains(&column.name)
                }
                ConstraintKind::ForeignKey(key) => key.columns.contains(&column.name),
                ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => false,
            });
            let in_place = in_key || in_constraint || is_compressed(&pair.from);
            Some(if in_place { OnlineDdl::Rebuild } else { server.columns() })
        }
        ObjectChange::Alter(columns) => changed_column(pair, columns, server),
    }
}

fn new_column(pair: &Pair<Table>, column: &Column, server: Server) -> Option<OnlineDdl> {
    let definition = &column.mysql().definition;
    if definition.contains(" AUTO_INCREMENT") || definition.contains(" CHECK (") {
        return None;
    }
    let filled = column.nullable || column.default.is_some() || column.generated.is_some();
    if !filled && !types::has_implicit_value(column) {
        return None;
    }
    if let Some(generated) = &column.generated {
        return Some(if generated.stored { OnlineDdl::Copy } else { OnlineDdl::Instant });
    }
    let is_last = pair.to.columns.iter().rev().take_while(|c| pair.from.column(&c.name).is_none());
    let is_last = is_last.into_iter().any(|last| last.name == column.name);
    let has_virtual = pair.from.columns.iter().any(|c| c.generated.as_ref().is_some_and(|g| !g.stored));
    let computed = column.default.as_ref().is_some_and(|default| {
        let text = default.as_str().to_ascii_lowercase();
        text.contains('(') && !text.starts_with("current_timestamp")
    });
    if computed || (has_virtual && !is_last && server.is_mariadb()) {
        return Some(OnlineDdl::Copy);
    }
    Some(if is_compressed(&pair.to) { OnlineDdl::Rebuild } else { server.columns() })
}

/// Compressed rows have no place for what an instant change notes.
fn is_compressed(table: &Table) -> bool {
    table.mysql().options.iter().any(|option| option == "ROW_FORMAT=COMPRESSED")
}

fn changed_column(pair: &Pair<Table>, columns: &Pair<Column>, server: Server) -> Option<OnlineDdl> {
    let Pair { from, to } = columns;
    let is_checked = to.mysql().definition.contains(" CHECK (");
    let is_renamed = from.mysql().spelling != to.mysql().spelling;
    let is_stored =
        columns.as_ref().map(|column| column.generated.as_ref().map(|generated| generated.stored));
    match (is_stored.from, is_stored.to) {
        (None | Some(false), Some(true)) | (Some(true), None) => return Some(OnlineDdl::Copy),
        (None, None | Some(false)) | (Some(false), None | Some(false)) | (Some(true), Some(_)) => {}
    }
    if from.generated != to.generated || from.generated.is_some() || is_checked || is_renamed {
        return None;
    }
    let mut work = OnlineDdl::Instant;
    if from.nullable != to.nullable {
        work = work.max(nullability_work(pair, columns, server));
    }
    if from.data_type != to.data_type {
        work = work.max(type_work(pair, columns, server)?);
    }
    let rests = columns.as_ref().map(rest);
    Some(if rests.differs() { OnlineDdl::Copy } else { work })
}

/// What another nullability is. To the rows that hold no moment MariaDB gives the one of the change; beside a key of a virtual column it
/// copies, and so do both where the rows were ordered by the column.
fn nullability_work(pair: &Pair<Table>, columns: &Pair<Column>, server: Server) -> OnlineDdl {
    let needs_moment = columns.to.data_type.starts_with("timestamp") && !columns.to.nullable;
    let loses_identity = columns.to.nullable && clustered_key::holds(&pair.from, &columns.from.name);
    if loses_identity || (server.is_mariadb() && (needs_moment || has_virtual_key(&pair.from))) {
        OnlineDdl::Copy
    } else {
        OnlineDdl::Rebuild
    }
}

/// What another type is, when nothing else of the column changes.
fn type_work(pair: &Pair<Table>, columns: &Pair<Column>, server: Server) -> Option<OnlineDdl> {
    let Pair { from, to } = columns.as_ref().map(|column| column.data_type.as_str());
    if types::appends(from, to) {
        return Some(OnlineDdl::Instant);
    }
    let length =
        |text: &str| -> Option<u32> { text.strip_prefix("varchar(")?.strip_suffix(')')?.parse().ok() };
    if let (Some(old), Some(new)) = (length(from), length(to)) {
        let bytes = bytes_of_character(&pair.to, &columns.to)?;
        // A length of up to 127 bytes leaves MariaDB a bit for a second byte of it.
        let is_short = server.is_mariadb() && old * bytes <= 127;
        let in_place = old <= new && (is_short || (old * bytes > 255) == (new * bytes > 255));
        return Some(if in_place { server.quick() } else { OnlineDdl::Copy });
    }
    let base = |text: &str| text.split('(').next().unwrap_or_default().to_owned();
    // A width that is only shown is no other type.
    if base(from) == base(to)
        && from.contains(" unsigned") == to.contains(" unsigned")
        && !from.contains(',')
        && base(from).ends_with("int")
    {
        None
    } else {
        Some(OnlineDdl::Copy)
    }
}

/// The most bytes that a character of a column takes.
fn bytes_of_character(table: &Table, column: &Column) -> Option<u32> {
    let own = column.mysql().definition.split_once(" CHARACTER SET ").map(|(_, rest)| rest);
    let whole = table.mysql().options.iter().find_map(|option| option.strip_prefix("DEFAULT CHARSET="));
    match own.or(whole)?.split(' ').next()? {
        "utf8mb4" => Some(4),
        "utf8mb3" | "utf8" => Some(3),
        "latin1" | "ascii" | "binary" => Some(1),
        _ => None,
    }
}

/// A column's definition without what is changed in the catalog only, and without what is looked at elsewhere.
fn rest(column: &Column) -> String {
    let definition = &column.mysql().definition;
    let mut rest = definition.get(column.data_type.len()..).unwrap_or(definition).to_owned();
    if let Some(at) = rest.find(" COMMENT '") {
        rest.truncate(at);
    }
    let default = column.default.as_ref().map_or("NULL", |default| default.as_str());
    rest = rest.replacen(&format!(" DEFAULT {default}"), "", 1);
    rest = rest.replacen(" NOT NULL", "", 1).replacen(" NULL", "", 1).replacen(" INVISIBLE", "", 1);
    for update in [" ON UPDATE CURRENT_TIMESTAMP", " ON UPDATE current_timestamp()"] {
        rest = rest.replacen(update, "", 1);
    }
    rest
}

fn constraint_work(
    pair: &Pair<Table>,
    change: &ConstraintChange,
    all: &[ConstraintChange],
) -> Option<OnlineDdl> {
    let (dropped, made) = match change {
        ConstraintChange::Add(constraint) => (None, Some(constraint)),
        ConstraintChange::Drop(constraint) => (Some(constraint), None),
        ConstraintChange::Rename(names) => (pair.from.constraint(&names.from), pair.to.constraint(&names.to)),
        ConstraintChange::Validate(_) | ConstraintChange::AlterDeferrability(_) => return None,
    };
    let makes_primary = all.iter().any(|change| {
        matches!(change, ConstraintChange::Add(c) if matches!(c.kind, ConstraintKind::PrimaryKey(_)))
    });
    let made = made.and_then(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => Some(OnlineDdl::Rebuild),
        ConstraintKind::Unique(_) => Some(OnlineDdl::InPlace),
        ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => Some(OnlineDdl::Copy),
        // An operation of its own.
        ConstraintKind::ForeignKey(_) => None,
    });
    let dropped = dropped.and_then(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(_) if !makes_primary => Some(OnlineDdl::Copy),
        ConstraintKind::PrimaryKey(_) => Some(OnlineDdl::Rebuild),
        ConstraintKind::Unique(_) => Some(OnlineDdl::InPlace),
        ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => Some(OnlineDdl::Instant),
        ConstraintKind::ForeignKey(_) => None,
    });
    made.max(dropped)
}

fn key_work(pair: &Pair<Table>, change: &IndexChange, server: Server) -> Option<OnlineDdl> {
    let made = match change {
        IndexChange::Create(index) => index,
        IndexChange::Drop(index) => return Some(clustered_key::dropped(pair, index, server)),
        IndexChange::Rename(_) => return Some(server.quick()),
        IndexChange::Alter(indexes) => &indexes.to,
    };
    let mut columns = made.keys.iter().filter_map(|key| pair.to.column(key.value.column()?));
    if is_special(made) {
        return Some(OnlineDdl::Shared);
    }
    // A hidden column stands behind an expression, and behind a unique key of a long text.
    if made.keys.is_empty() || columns.any(is_blob) {
        return None;
    }
    Some(if clustered_key::comes(pair, made) { OnlineDdl::Rebuild } else { OnlineDdl::InPlace })
}
