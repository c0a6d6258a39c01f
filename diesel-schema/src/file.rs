//! What a `schema.rs` says.

/// A whole file, or one module of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaFile {
    /// `table!`, in the order of the file.
    pub tables: Vec<Table>,
    /// `joinable!`.
    pub joinables: Vec<Joinable>,
    /// Whether a program wrote it, and not a person: [`is_generated`].
    pub generated: bool,
    /// What was passed over, in words.
    pub left_out: Vec<String>,
}

/// Whether a text says that a program wrote it, as Diesel's and autogen's do: `// @generated …` before the first item.
pub fn is_generated(text: &str) -> bool {
    let is_head = |line: &&str| line.is_empty() || line.starts_with("//") || line.starts_with("#!");
    let mut head = text.trim_start_matches('\u{feff}').lines().map(str::trim).take_while(is_head);
    head.any(|line| line.trim_start_matches('/').trim_start().starts_with("@generated"))
}

/// A `table!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The PostgreSQL schema, when it is not where unqualified names go.
    pub namespace: Option<String>,
    /// The name in the database.
    pub sql_name: String,
    /// The module's name.
    pub rust_name: String,
    /// The key's columns, by their names in Rust.
    pub primary_key: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The database's comment.
    pub comment: Option<String>,
}

impl Table {
    /// The name with its schema, as it stands in `sql_name`.
    pub fn full_sql_name(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}.{}", self.sql_name),
            None => self.sql_name.clone(),
        }
    }
}

impl Table {
    /// The key's columns by their names in the database.
    pub fn key(&self) -> Vec<&str> {
        let name = |rust: &'_ String| {
            let column = self.columns.iter().find(|column| column.rust_name == *rust);
            column.map(|column| column.sql_name.as_str())
        };
        self.primary_key.iter().filter_map(name).collect()
    }
}

impl Column {
    /// Whether it is of a type that counts.
    pub fn is_integer(&self) -> bool {
        let names = [
            "Integer",
            "Int4",
            "Serial",
            "BigInt",
            "Bigint",
            "Int8",
            "BigSerial",
            "SmallInt",
            "Smallint",
            "Int2",
            "SmallSerial",
        ];
        names.contains(&self.ty.rust_name.as_str()) && !self.ty.array
    }
}

/// A column of a `table!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name in the database.
    pub sql_name: String,
    /// The name in Rust.
    pub rust_name: String,
    /// Its type.
    pub ty: ColumnType,
    /// `#[max_length]`.
    pub max_length: Option<u64>,
    /// The database's comment.
    pub comment: Option<String>,
}

/// A type: `Nullable<Array<Nullable<Int4>>>` is Int4 with two marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnType {
    /// The innermost name.
    pub rust_name: String,
    /// A type of the file's own, in its `sql_types`.
    pub custom: Option<CustomType>,
    /// `Nullable<…>`.
    pub nullable: bool,
    /// `Array<Nullable<…>>`.
    pub array: bool,
    /// `Unsigned<…>`.
    pub unsigned: bool,
}

impl std::fmt::Display for ColumnType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = self.rust_name.clone();
        if self.unsigned {
            text = format!("Unsigned<{text}>");
        }
        if self.array {
            text = format!("Array<Nullable<{text}>>");
        }
        if self.nullable {
            text = format!("Nullable<{text}>");
        }
        f.write_str(&text)
    }
}

/// A struct of `sql_types`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomType {
    /// The struct's name.
    pub rust_name: String,
    /// The type's name in the database.
    pub sql_name: String,
    /// Its PostgreSQL schema, when it is not where unqualified names go.
    pub schema: Option<String>,
}

/// `joinable!(child -> parent (column))`, by names in Rust.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Joinable {
    /// The referring table.
    pub child: String,
    /// The table referred to.
    pub parent: String,
    /// The referring column.
    pub column: String,
}

#[cfg(test)]
mod tests {
    use super::is_generated;

    #[test]
    fn the_mark_stands_before_the_first_item() {
        assert!(is_generated("// @generated automatically by Diesel CLI.\n\ndiesel::table! {}\n"));
        assert!(is_generated("#![allow(unused)]\n\n//@generated\n"));
        assert!(!is_generated("// by hand\ntable! {}\n// @generated\n"));
        assert!(!is_generated("// not @generated\n"));
        assert!(!is_generated(""));
    }
}
