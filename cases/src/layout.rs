//! How recorded schemas stand in a file: an object a line, so that a diff can be read, and nothing that says nothing, so
//! that an attribute which the model learns later changes no file where nobody uses it.

use autogen_diff_core::model::{
    MysqlColumn, MysqlTable, PostgresColumn, PostgresTable, SqliteColumn, SqliteTable,
};
use autogen_diff_core::{Dialect, Flavor, Schema, Version};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The file, its schemas, their maps and the entries of those stand on lines of their own.
const LINES_DEPTH: usize = 3;

type Fields = Map<String, Value>;

/// A schema that is written without what an empty one has too, without what is usual of tables and columns, and without nulls.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub(crate) struct Sparse(pub(crate) Schema);

/// What says which empty schema is meant.
#[derive(Deserialize)]
struct Server {
    dialect: Dialect,
    flavor: Flavor,
    version: Version,
}

impl From<Sparse> for Fields {
    fn from(Sparse(schema): Sparse) -> Self {
        let Schema { dialect, flavor, version, .. } = schema;
        let empty = fields(&Schema::empty(dialect, flavor, version));
        let says_server = |name: &str| ["dialect", "flavor", "version"].contains(&name);
        let mut fields = fields(&schema);
        fields.retain(|name, value| says_server(name) || empty.get(name) != Some(value));
        for_each_usual(&mut fields, leave_out);
        fields.values_mut().for_each(leave_out_nulls);
        fields
    }
}

impl TryFrom<Fields> for Sparse {
    type Error = serde_json::Error;

    fn try_from(mut written: Fields) -> Result<Self, Self::Error> {
        let Server { dialect, flavor, version } = serde_json::from_value(Value::Object(written.clone()))?;
        for_each_usual(&mut written, put_back);
        let mut fields = fields(&Schema::empty(dialect, flavor, version));
        fields.extend(written);
        serde_json::from_value(Value::Object(fields)).map(Self)
    }
}

fn fields(value: &impl Serialize) -> Fields {
    match serde_json::to_value(value).expect("a value as JSON") {
        Value::Object(fields) => fields,
        other => panic!("no object: {other}"),
    }
}

/// Goes over the tables and columns with the fields that are usual of each.
fn for_each_usual(schema: &mut Fields, act: fn(&mut Fields, &Fields)) {
    let table = fields(&json!({
        "postgres": PostgresTable::default(), "mysql": MysqlTable::default(), "sqlite": SqliteTable::default(),
    }));
    let column = fields(&json!({
        "postgres": PostgresColumn::default(), "mysql": MysqlColumn::default(), "sqlite": SqliteColumn::default(),
    }));
    let entries = schema.get_mut("tables").and_then(Value::as_array_mut).into_iter().flatten();
    for entry in entries.filter_map(|entry| entry.get_mut(1)?.as_object_mut()) {
        act(entry, &table);
        let columns = entry.get_mut("columns").and_then(Value::as_array_mut).into_iter().flatten();
        columns.filter_map(Value::as_object_mut).for_each(|entry| act(entry, &column));
    }
}

/// Leaves out the fields that are as usual, and of the others what in them is.
fn leave_out(fields: &mut Fields, usual: &Fields) {
    fields.retain(|name, value| usual.get(name) != Some(value));
    for (name, value) in fields {
        if let (Value::Object(value), Some(Value::Object(usual))) = (value, usual.get(name)) {
            leave_out(value, usual);
        }
    }
}

/// Puts back what [`leave_out`] took.
fn put_back(fields: &mut Fields, usual: &Fields) {
    for (name, usual) in usual {
        match (fields.get_mut(name), usual) {
            (Some(Value::Object(value)), Value::Object(usual)) => put_back(value, usual),
            (Some(_), _) => {}
            (None, usual) => drop(fields.insert(name.clone(), usual.clone())),
        }
    }
}

/// A field without a value is read as none. A variant of an enum is no field, whatever it holds; its name has a capital.
fn leave_out_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| !value.is_null() || name.starts_with(char::is_uppercase));
            fields.values_mut().for_each(leave_out_nulls);
        }
        Value::Array(entries) => entries.iter_mut().for_each(leave_out_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The text of a file.
pub(crate) fn text<T: Serialize>(value: &T) -> String {
    let mut value = serde_json::to_value(value).expect("schemas as JSON");
    // Whichever crate of a build wants objects in another order.
    value.sort_all_objects();
    let mut text = String::new();
    write(&mut text, &value, 0);
    text.push('\n');
    text
}

fn write(text: &mut String, value: &Value, depth: usize) {
    let (open, close, entries): (char, char, Vec<(String, &Value)>) = match value {
        Value::Object(fields) if depth < LINES_DEPTH => (
            '{',
            '}',
            fields.iter().map(|(name, value)| (format!("{}:", Value::from(&**name)), value)).collect(),
        ),
        Value::Array(entries) if depth < LINES_DEPTH => {
            ('[', ']', entries.iter().map(|entry| (String::new(), entry)).collect())
        }
        value => return text.push_str(&value.to_string()),
    };
    text.push(open);
    for (i, (name, value)) in entries.into_iter().enumerate() {
        text.push_str(if i == 0 { "\n" } else { ",\n" });
        text.push_str(&name);
        write(text, value, depth + 1);
    }
    text.push('\n');
    text.push(close);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use autogen_diff_core::model::{Column, ColumnExtra, Table, TableExtra};
    use autogen_diff_core::{Ident, QualifiedName};

    use super::*;

    fn table() -> Table {
        let column = Column {
            name: Ident::exact("a"),
            data_type: "text".to_owned(),
            nullable: true,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            extra: ColumnExtra::default(),
        };
        Table {
            name: QualifiedName::new(None, Ident::exact("t")),
            columns: vec![column],
            constraints: Vec::new(),
            indexes: BTreeMap::new(),
            extra: TableExtra::of_postgres(PostgresTable {
                force_row_security: true,
                ..PostgresTable::default()
            }),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut schema = Schema::empty(Dialect::Postgres, Flavor::Postgres, Version::new(15, 0));
        schema.role = Some("a \"b".to_owned());
        schema.default_namespace = Some(Ident::exact("app"));
        let table = table();
        schema.insert(table);
        let text = text(&Sparse(schema.clone()));
        for usual in ["views", ":null", "sqlite", "validated", "persistence"] {
            assert!(!text.contains(usual), "{usual} in {text}");
        }
        assert!(text.contains(r#""postgres":{"force_row_security":true}"#), "{text}");
        let Sparse(read) = serde_json::from_str(&text).expect("a schema");
        assert_eq!(fields(&read), fields(&schema), "nothing is lost");
    }

    #[test]
    fn what_is_no_schema_is_not_read() {
        assert!(serde_json::from_str::<Sparse>("{}").is_err());
        let misspelled =
            r#"{"dialect": "Sqlite", "flavor": "Sqlite", "version": {"major": 3, "minor": 0}, "tables": 1}"#;
        assert!(serde_json::from_str::<Sparse>(misspelled).is_err());
    }
}
