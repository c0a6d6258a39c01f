//! Which dangers an operation has: one exhaustive match, and how they are written.

use std::fmt::Write as _;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{
    Column, Constraint, ConstraintKind, Definition, DefinitionParts, DomainCheck, Index, IndexKeyValue, MatchType, Table,
};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use crate::plan::Operation;
use crate::quote::Quoter;

/// What a script itself makes: it holds no row, or only NULL.
#[derive(Clone, Debug, Default)]
pub struct Fresh {
    tables: Vec<QualifiedName>,
    /// Columns that are added without a value.
    columns: Vec<(QualifiedName, Ident)>,
}

impl Fresh {
    /// What some operations make.
    pub fn of(operations: &[Operation]) -> Self {
        let mut fresh = Self::default();
        for operation in operations {
            match operation {
                Operation::CreateTable(table) => fresh.tables.push(table.name.clone()),
                Operation::AddColumn { table, column } => fresh.add_column(table, column),
                _ => {}
            }
        }
        fresh
    }

    fn add_column(&mut self, table: &QualifiedName, column: &Column) {
        if column.nullable && column.default.is_none() && column.generated.is_none() {
            self.columns.push((table.clone(), column.name.clone()));
        }
    }

    fn has_table(&self, table: &QualifiedName) -> bool {
        self.tables.contains(table)
    }

    /// Whether no row can violate a constraint, since it is about nothing but NULLs.
    fn covers(&self, table: &QualifiedName, constraint: &Constraint) -> bool {
        let columns = match &constraint.kind {
            ConstraintKind::Unique(key) if !key.nulls_not_distinct => &key.columns,
            ConstraintKind::ForeignKey(key) if key.match_type == MatchType::Simple => &key.columns,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclude(_) => return self.has_table(table),
        };
        let is_new = |column: &Ident| self.columns.iter().any(|(t, c)| t == table && c == column);
        self.has_table(table) || columns.iter().any(is_new)
    }
}

/// The dangers of an operation on a database that may hold rows.
pub fn hazards(operation: &Operation, fresh: &Fresh, quoter: &Quoter) -> Vec<Hazard> {
    match operation {
        Operation::Rename(rename) => vec![rename_hazard(rename)],
        Operation::DropTable(table) => vec![drop_table(table)],
        Operation::DropColumn { table, column } if column.generated.is_none() => {
            vec![drop_column(table, column)]
        }
        Operation::DropSequence(sequence) => {
            vec![hazard(HazardCode::DropSequence, sequence.name.to_string(), "its counter is lost")]
        }
        Operation::DropMaterializedView(_) => Vec::new(),
        Operation::SwapEnumType { types, columns } => removed_values(types, columns, quoter),
        Operation::RebuildTable(pair) => rebuild(pair, quoter),
        Operation::AddColumn { table, column } if !fresh.has_table(table) => {
            add_column(table, column, quoter).into_iter().collect()
        }
        Operation::AlterColumn { table, column } => alter_column(table, column, quoter),
        Operation::AddConstraint { table, constraint } if !fresh.covers(table, constraint) => {
            add_constraint(table, constraint, quoter).into_iter().collect()
        }
        Operation::ValidateConstraint { table, constraint } => {
            add_constraint(table, constraint, quoter).into_iter().collect()
        }
        Operation::ReplaceDefinition(pair) => domain_change(pair),
        Operation::CreateIndex { table, index } if index.unique && !fresh.has_table(table) => {
            vec![unique_index(table, index, quoter)]
        }
        Operation::AddEnumValue { .. }
        | Operation::CreateNamespace(_)
        | Operation::DropNamespace(_)
        | Operation::CreateExtension(_)
        | Operation::DropExtension(_)
        | Operation::AlterExtension(_)
        | Operation::CreateEnumType(_)
        | Operation::DropEnumType(_)
        | Operation::CreateSequence(_)
        | Operation::AlterSequence(_)
        | Operation::SetSequenceOwner { .. }
        | Operation::ContinueSequence(_)
        | Operation::DetachSequence { .. }
        | Operation::CreateTable(_)
        | Operation::AlterTable(_)
        | Operation::AttachPartition { .. }
        | Operation::DetachPartition { .. }
        | Operation::AddColumn { .. }
        | Operation::DropColumn { .. }
        | Operation::DropDefault { .. }
        | Operation::DropIdentity { .. }
        | Operation::SetDefault { .. }
        | Operation::AddConstraint { .. }
        | Operation::DropConstraint { .. }
        | Operation::RenameConstraint { .. }
        | Operation::AlterDeferrability { .. }
        | Operation::CreateIndex { .. }
        | Operation::DropIndex { .. }
        | Operation::RenameIndex { .. }
        | Operation::AlterIndex { .. }
        | Operation::AttachIndex { .. }
        | Operation::CreateView(_)
        | Operation::DropView(_)
        | Operation::ReplaceView(_)
        | Operation::CreateMaterializedView(_)
        | Operation::CreateDefinition(_)
        | Operation::DropDefinition(_)
        | Operation::SetComment { .. }
        | Operation::AlterPrivileges { .. } => Vec::new(),
    }
}

fn hazard(code: HazardCode, subject: String, message: impl Into<String>) -> Hazard {
    Hazard { code, subject, message: message.into(), look_first: None, instead: Vec::new() }
}

fn rename_hazard(rename: &Rename) -> Hazard {
    let subject = match rename {
        Rename::Table(names) => names.from.to_string(),
        Rename::Column(table, names) => format!("{table}.{}", names.from),
    };
    hazard(HazardCode::Rename, subject, "programs that use the old name fail from here on")
}

fn drop_table(table: &Table) -> Hazard {
    hazard(HazardCode::DropTable, table.name.to_string(), "its rows are lost; down makes it again, empty")
}

fn drop_column(table: &QualifiedName, column: &Column) -> Hazard {
    let subject = format!("{table}.{}", column.name);
    hazard(HazardCode::DropColumn, subject, "its values are lost; down makes it again, without them")
}

fn add_column(table: &QualifiedName, column: &Column, quoter: &Quoter) -> Option<Hazard> {
    let filled = column.nullable
        || column.default.is_some()
        || column.generated.is_some()
        || column.identity.is_some();
    if filled {
        return None;
    }
    let subject = format!("{table}.{}", column.name);
    let mut found = hazard(
        HazardCode::AddRequiredColumn,
        subject,
        "fails if the table holds a row: NOT NULL without a default",
    );
    let (t, c) = (quoter.qualified(table), quoter.ident(&column.name));
    found.look_first = Some(format!("SELECT count(*) FROM {t}"));
    found.instead = vec![
        format!("1. ALTER TABLE {t} ADD COLUMN {c} {}", column.data_type),
        format!("2. UPDATE {t} SET {c} = … WHERE {c} IS NULL, in batches"),
        format!("3. ALTER TABLE {t} ALTER COLUMN {c} SET NOT NULL"),
    ];
    Some(found)
}

fn alter_column(table: &QualifiedName, column: &Pair<Column>, quoter: &Quoter) -> Vec<Hazard> {
    let mut found = Vec::new();
    let (t, c) = (quoter.qualified(table), quoter.ident(&column.to.name));
    let subject = || format!("{table}.{}", column.to.name);
    if column.from.data_type != column.to.data_type {
        found.extend(type_change(&column.from.data_type, &column.to.data_type, subject()));
    }
    if column.from.nullable && !column.to.nullable {
        let mut null = hazard(HazardCode::SetNotNull, subject(), "fails if a row holds NULL");
        null.look_first = Some(format!("SELECT count(*) FROM {t} WHERE {c} IS NULL"));
        found.push(null);
    }
    found
}

/// What a cast to another type can do to values.
fn type_change(from: &str, to: &str, subject: String) -> Option<Hazard> {
    let change = format!("from {from} to {to}");
    match crate::postgres::casts::effect(from, to) {
        crate::postgres::casts::Effect::Lossless => None,
        crate::postgres::casts::Effect::MayFail => {
            Some(hazard(HazardCode::CastType, subject, format!("{change}: fails if a value does not fit")))
        }
        crate::postgres::casts::Effect::Loses => Some(hazard(
            HazardCode::NarrowType,
            subject,
            format!("{change}: rounds or cuts values without an error"),
        )),
    }
}

fn add_constraint(table: &QualifiedName, constraint: &Constraint, quoter: &Quoter) -> Option<Hazard> {
    let name = constraint.name.as_ref().map_or_else(|| "a constraint".to_owned(), Ident::to_string);
    let t = quoter.qualified(table);
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            Some(duplicates(table, name, &quoter.list(&key.columns), None, quoter))
        }
        ConstraintKind::Check(check) if check.validated => {
            let mut found =
                hazard(HazardCode::AddCheck, name, format!("fails if a row of {table} violates it"));
            found.look_first = Some(format!("SELECT count(*) FROM {t} WHERE NOT ({})", check.expression));
            Some(found)
        }
        ConstraintKind::ForeignKey(key) if key.validated => {
            let mut found = hazard(
                HazardCode::AddForeignKey,
                name,
                format!("fails if a row of {table} refers to no row of {}", key.target),
            );
            found.look_first = Some(orphans(&t, key, quoter));
            Some(found)
        }
        ConstraintKind::Exclude(_) => {
            Some(hazard(HazardCode::AddExclusion, name, format!("fails if two rows of {table} conflict")))
        }
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => None,
    }
}

fn orphans(table: &str, key: &autogen_diff_core::model::ForeignKey, quoter: &Quoter) -> String {
    let targets = if key.target_columns.is_empty() { &key.columns } else { &key.target_columns };
    let pairs = key.columns.iter().zip(targets);
    let joined: Vec<String> =
        pairs.map(|(a, b)| format!("p.{} = c.{}", quoter.ident(b), quoter.ident(a))).collect();
    let set: Vec<String> = key.columns.iter().map(|a| format!("c.{} IS NOT NULL", quoter.ident(a))).collect();
    format!(
        "SELECT count(*) FROM {table} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
        set.join(" AND "),
        quoter.qualified(&key.target),
        joined.join(" AND ")
    )
}

fn duplicates(
    table: &QualifiedName,
    name: String,
    keys: &str,
    predicate: Option<&str>,
    quoter: &Quoter,
) -> Hazard {
    let mut found =
        hazard(HazardCode::AddUnique, name, format!("fails if two rows of {table} hold the same {keys}"));
    let filter = predicate.map(|text| format!(" WHERE {text}")).unwrap_or_default();
    found.look_first = Some(format!(
        "SELECT {keys}, count(*) FROM {}{filter} GROUP BY {keys} HAVING count(*) > 1",
        quoter.qualified(table)
    ));
    found
}

fn unique_index(table: &QualifiedName, index: &Index, quoter: &Quoter) -> Hazard {
    let keys = index.keys.iter().map(|key| match &key.value {
        IndexKeyValue::Column(column) => quoter.ident(column),
        IndexKeyValue::Expression(expression) => expression.to_string(),
    });
    let keys = keys.collect::<Vec<_>>().join(", ");
    let predicate = index.predicate.as_ref().map(|expression| expression.as_str());
    duplicates(table, index.name.to_string(), &keys, predicate, quoter)
}

/// What a domain demands from now on, and what a composite type loses.
fn domain_change(pair: &Pair<Definition>) -> Vec<Hazard> {
    let name = || pair.to.identity.clone();
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => {
            let text = |check: Option<&DomainCheck>| check.map(|check| check.text.clone());
            let stricter =
                to.checks.iter().any(|(name, check)| text(from.checks.get(name)) != text(Some(check)));
            let check =
                stricter.then(|| hazard(HazardCode::AddCheck, name(), "fails if a column of it violates it"));
            let null = to.not_null && !from.not_null;
            let null =
                null.then(|| hazard(HazardCode::SetNotNull, name(), "fails if a column of it holds NULL"));
            check.into_iter().chain(null).collect()
        }
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => {
            let gone = from.iter().filter(|attribute| to.iter().all(|other| other.name != attribute.name));
            gone.map(|attribute| {
                let subject = format!("{}.{}", pair.to.identity, attribute.name);
                hazard(
                    HazardCode::DropColumn,
                    subject,
                    "its values are lost; down makes it again, without them",
                )
            })
            .collect()
        }
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => Vec::new(),
    }
}

fn removed_values(
    types: &Pair<autogen_diff_core::model::EnumType>,
    columns: &[(QualifiedName, Pair<Column>)],
    quoter: &Quoter,
) -> Vec<Hazard> {
    let removed = types.from.values.iter().filter(|value| !types.to.values.contains(value));
    let removed: Vec<String> = removed.map(|value| quoter.literal(value)).collect();
    if removed.is_empty() {
        return Vec::new();
    }
    let each = columns.iter().map(|(table, column)| {
        let subject = format!("{table}.{}", column.to.name);
        let mut found = hazard(
            HazardCode::RemoveEnumValue,
            subject,
            format!("fails if a row holds {}", removed.join(" or ")),
        );
        found.look_first = Some(format!(
            "SELECT count(*) FROM {} WHERE {}::text IN ({})",
            quoter.qualified(table),
            quoter.ident(&column.to.name),
            removed.join(", ")
        ));
        found
    });
    each.collect()
}

/// A rebuild has the dangers of all that it does at once.
fn rebuild(pair: &Pair<Table>, quoter: &Quoter) -> Vec<Hazard> {
    let Pair { from, to } = pair;
    let gone = from.columns.iter().filter(|c| to.column(&c.name).is_none() && c.generated.is_none());
    let mut found: Vec<Hazard> = gone.map(|column| drop_column(&to.name, column)).collect();
    for column in &to.columns {
        match from.column(&column.name) {
            None => found.extend(
                add_column(&to.name, column, quoter).map(|hazard| Hazard { instead: Vec::new(), ..hazard }),
            ),
            Some(old) => found.extend(rebuilt_column(&to.name, Pair::new(old, column), quoter)),
        }
    }
    let mut fresh = Fresh::default();
    let added = to.columns.iter().filter(|column| from.column(&column.name).is_none());
    added.for_each(|column| fresh.add_column(&to.name, column));
    let new = to.constraints.iter().filter(|constraint| !from.constraints.contains(constraint));
    let new = new.filter(|constraint| !fresh.covers(&to.name, constraint));
    let nameless = |mut found: Hazard| {
        if found.subject == "a constraint" {
            found.subject = to.name.to_string();
        }
        found
    };
    found.extend(new.filter_map(|constraint| add_constraint(&to.name, constraint, quoter)).map(nameless));
    found
}

fn rebuilt_column(table: &QualifiedName, column: Pair<&Column>, quoter: &Quoter) -> Vec<Hazard> {
    let mut found = Vec::new();
    let subject = || format!("{table}.{}", column.to.name);
    if column.from.nullable && !column.to.nullable {
        let mut null = hazard(HazardCode::SetNotNull, subject(), "fails if a row holds NULL");
        let (t, c) = (quoter.qualified(table), quoter.ident(&column.to.name));
        null.look_first = Some(format!("SELECT count(*) FROM {t} WHERE {c} IS NULL"));
        found.push(null);
    }
    let (from, to) = (affinity(&column.from.data_type), affinity(&column.to.data_type));
    if from != to && to != "BLOB" {
        let message = format!(
            "from {} to {}: values that look like {to} are converted, '007' to 7",
            column.from.data_type, column.to.data_type
        );
        found.push(hazard(HazardCode::NarrowType, subject(), message));
    }
    found
}

/// The affinity of a declared type (sqlite.org/datatype3.html#determination_of_column_affinity).
fn affinity(data_type: &str) -> &'static str {
    let upper = data_type.to_ascii_uppercase();
    let has = |part: &str| upper.contains(part);
    if has("INT") {
        "INTEGER"
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        "TEXT"
    } else if has("BLOB") || upper.is_empty() {
        "BLOB"
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        "REAL"
    } else {
        "NUMERIC"
    }
}

/// Writes a hazard as comment lines.
pub fn write_comment(text: &mut String, hazard: &Hazard) {
    let class = hazard.code.class().words();
    let _ = writeln!(
        text,
        "-- {} {class}: {}: {}",
        hazard.code.code(),
        printable(&hazard.subject),
        printable(&hazard.message)
    );
    if let Some(query) = &hazard.look_first {
        let _ = writeln!(text, "--   look first: {};", printable(query));
    }
    if !hazard.instead.is_empty() {
        let _ = writeln!(text, "--   safer, in three steps:");
    }
    for line in &hazard.instead {
        let _ = writeln!(text, "--     {}", printable(line));
    }
}

/// Text from a catalog for a comment: printable ASCII only, the rest escaped,
/// so that no name can end the comment.
pub fn printable(text: &str) -> String {
    let mut clean = String::new();
    for c in text.chars() {
        match c {
            ' '..='~' => clean.push(c),
            '…' => clean.push_str("..."),
            other => clean.extend(other.escape_unicode()),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_end_a_comment() {
        let name = "x\r\nDROP TABLE y;\u{202e}\u{1b}[31m";
        let mut text = String::new();
        write_comment(&mut text, &hazard(HazardCode::DropTable, name.to_owned(), name));
        assert!(text.lines().all(|line| line.starts_with("-- ")));
        assert!(text.bytes().all(|b| b == b'\n' || (b' '..=b'~').contains(&b)));
    }
}
