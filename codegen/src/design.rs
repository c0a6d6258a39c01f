//! Lints of a model: what a server takes and people come to regret. Asked for, never said unasked.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, ForeignKey, Table};
use autogen_diff_core::{Dialect, Ident, ObjectId, Schema};

use crate::hazards::hazard;

/// What is regrettable in a schema, with the object that it is about, by object.
pub fn lints(schema: &Schema) -> Vec<(ObjectId, Hazard)> {
    let of_table = |table: &Table| {
        let found = table_lints(schema, table);
        let id = ObjectId::Table(table.name.clone());
        found.into_iter().map(move |hazard| (id.clone(), hazard)).collect::<Vec<_>>()
    };
    schema.tables().filter(|table| !is_part(table)).flat_map(of_table).collect()
}

/// Whether another table declares its columns and keys.
fn is_part(table: &Table) -> bool {
    let own = table.postgres();
    own.partition_of.is_some() || !own.inherits.is_empty()
}

fn table_lints(schema: &Schema, table: &Table) -> Vec<Hazard> {
    let mut found = Vec::new();
    found.extend(without_key(table));
    found.extend(short_key(schema.dialect, table));
    for constraint in &table.constraints {
        let Some(key) = constraint.foreign_key() else { continue };
        let name = constraint.name.as_ref().map_or_else(|| names(&key.columns), ToString::to_string);
        let subject = format!("{}.{name}", table.name);
        found.extend(without_index(schema.dialect, table, key, &subject));
        found.extend(narrower(schema, table, key, &subject));
    }
    let of_column = |column: &Column| type_lint(schema.dialect, table, column);
    found.extend(table.columns.iter().filter_map(of_column));
    found
}

fn without_key(table: &Table) -> Option<Hazard> {
    let message = "has no primary key: rows can't be told apart, and logical replication can't change them";
    table.primary_key().is_none().then(|| hazard(HazardCode::NoKey, table.name.to_string(), message))
}

/// A key of four bytes ends at 2,147,483,647, or twice as far. SQLite's are eight wide.
fn short_key(dialect: Dialect, table: &Table) -> Option<Hazard> {
    let (_, key) = table.primary_key().filter(|_| dialect != Dialect::Sqlite)?;
    let [only] = key.columns.as_slice() else { return None };
    let column = table.column(only)?;
    // What refers to another table grows with that one, which is told itself.
    let refers =
        table.constraints.iter().filter_map(|own| own.foreign_key()).any(|own| own.columns.contains(only));
    let bytes = width(&column.data_type).filter(|bytes| *bytes <= 4 && !refers)?;
    let is_unsigned = column.data_type.to_lowercase().contains("unsigned");
    let most = (1_u64 << (8 * u32::from(bytes) - u32::from(!is_unsigned))) - 1;
    let message = format!("a key of this type ends at {most}; changing it later writes the table anew");
    Some(hazard(HazardCode::ShortKey, format!("{}.{only}", table.name), message))
}

/// PostgreSQL and SQLite read the whole table for each row that goes at the other end. MySQL makes an index by itself.
fn without_index(dialect: Dialect, table: &Table, key: &ForeignKey, subject: &str) -> Option<Hazard> {
    if dialect == Dialect::Mysql {
        return None;
    }
    let begins_with = |columns: &[&Ident]| {
        columns.len() >= key.columns.len()
            && columns[..key.columns.len()].iter().all(|column| key.columns.contains(column))
    };
    let by_key = table.constraints.iter().filter_map(|own| own.key());
    let mut by_key = by_key.map(|own| own.columns.iter().collect::<Vec<_>>());
    // Others find no single row, or are lossy.
    let finds_rows =
        |method: &Option<String>| method.as_deref().is_none_or(|own| matches!(own, "btree" | "hash"));
    let by_index = table.indexes.values();
    let by_index =
        by_index.filter(|index| index.predicate.is_none() && index.valid && finds_rows(&index.method));
    let mut by_index =
        by_index.map(|index| index.keys.iter().map_while(|key| key.value.column()).collect::<Vec<_>>());
    let is_found =
        by_key.any(|columns| begins_with(&columns)) || by_index.any(|columns| begins_with(&columns));
    let message = "no index begins with its columns: each DELETE and key change of what it refers to reads the whole table";
    (!is_found).then(|| hazard(HazardCode::NoIndexForKey, subject.to_owned(), message))
}

fn narrower(schema: &Schema, table: &Table, key: &ForeignKey, subject: &str) -> Option<Hazard> {
    let target = schema.table(&key.target)?;
    let usual = target.primary_key().map(|(_, own)| own.columns.as_slice()).unwrap_or_default();
    let targets = if key.target_columns.is_empty() { usual } else { &key.target_columns };
    let mut pairs = key.columns.iter().zip(targets);
    let width_of = |table: &Table, column: &Ident| width(&table.column(column)?.data_type);
    let is_narrower = pairs.any(|(own, other)| {
        width_of(table, own).zip(width_of(target, other)).is_some_and(|(own, other)| own < other)
    });
    let message = "is narrower than the key that it refers to: rows with larger keys can't be referred to";
    (schema.dialect != Dialect::Sqlite && is_narrower)
        .then(|| hazard(HazardCode::NarrowForeignKey, subject.to_owned(), message))
}

fn type_lint(dialect: Dialect, table: &Table, column: &Column) -> Option<Hazard> {
    if dialect != Dialect::Postgres {
        return None;
    }
    let (code, message) = match column.data_type.as_str() {
        "timestamp without time zone" => {
            (HazardCode::NoZone, "holds no moment: what it means hangs on the clock of whoever wrote it")
        }
        "json" => (HazardCode::JsonText, "is kept as text: it has no equality and no index; jsonb has both"),
        _ => return None,
    };
    Some(hazard(code, format!("{}.{}", table.name, column.name), message))
}

/// The bytes of an integer type; none for other types.
fn width(data_type: &str) -> Option<u8> {
    let lower = data_type.to_lowercase();
    if lower.contains('[') {
        return None;
    }
    let word = lower.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match word {
        "tinyint" => Some(1),
        "smallint" | "int2" => Some(2),
        "mediumint" => Some(3),
        "integer" | "int" | "int4" => Some(4),
        "bigint" | "int8" => Some(8),
        _ => None,
    }
}

fn names(columns: &[Ident]) -> String {
    columns.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_a_width() {
        for (name, bytes) in
            [("int(11) unsigned", Some(4)), ("bigint", Some(8)), ("integer[]", None), ("text", None)]
        {
            assert_eq!(width(name), bytes, "{name}");
        }
    }
}
