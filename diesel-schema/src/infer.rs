//! What a `schema.rs` of a schema says: tables with keys, the types that Diesel sees, and the foreign keys that
//! joins can be made along.

use std::collections::BTreeMap;

use autogen_diff_core::model;
use autogen_diff_core::object::ObjectId;
use autogen_diff_core::{Dialect, Ident, QualifiedName, Schema};
use heck::ToUpperCamelCase;
use regex::Regex;

use crate::file::{Column, ColumnType, CustomType, Joinable, SchemaFile, Table};
use crate::names::rust_name;
use crate::types::{Inferred, inferred, is_provided};

/// Which tables a file has.
#[derive(Clone, Debug, Default)]
pub enum TableFilter {
    /// All.
    #[default]
    All,
    /// Those whose names match one.
    Only(Vec<Regex>),
    /// Those whose names match none.
    Except(Vec<Regex>),
}

impl TableFilter {
    /// Whether a table is in.
    pub fn takes(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(patterns) => patterns.iter().any(|pattern| pattern.is_match(name)),
            Self::Except(patterns) => !patterns.iter().any(|pattern| pattern.is_match(name)),
        }
    }
}

/// What of `[print_schema]` decides about the content.
#[derive(Clone, Debug, Default)]
pub struct InferOptions {
    /// The PostgreSQL schema; where unqualified names go without it.
    pub schema: Option<String>,
    /// The tables.
    pub filter: TableFilter,
    /// Columns by name instead of by place.
    pub sort_columns_by_name: bool,
    /// Domains that stay types of their own.
    pub domains_as_custom_types: Vec<Regex>,
    /// SQLite's rowids are 64 bits wide.
    pub sqlite_integer_primary_key_is_bigint: bool,
    /// Whether to make types that Diesel has none for.
    pub custom_types: bool,
    /// Types that are not made, by their names in Rust.
    pub except_custom_types: Vec<Regex>,
    /// Also tables without a primary key, which Diesel can't have.
    pub with_keyless: bool,
}

/// Reads a schema as Diesel's command line would read the database.
pub fn infer(schema: &Schema, options: &InferOptions) -> SchemaFile {
    let reader = Reader { schema, options };
    let mut file = SchemaFile::default();
    let mut taken: BTreeMap<&QualifiedName, String> = BTreeMap::new();
    let mut tables: Vec<&model::Table> = schema.tables().filter(|table| reader.takes(table)).collect();
    tables.sort_by(|a, b| a.name.name.as_str().cmp(b.name.name.as_str()));
    for table in tables {
        match reader.table(table) {
            Ok(read) => {
                taken.insert(&table.name, read.rust_name.clone());
                file.tables.push(read);
            }
            Err(reason) => file.left_out.push(reason),
        }
    }
    file.joinables = reader.joinables(&taken);
    file
}

struct Reader<'a> {
    schema: &'a Schema,
    options: &'a InferOptions,
}

impl Reader<'_> {
    fn default_namespace(&self) -> Option<&str> {
        self.schema.default_namespace.as_ref().map(Ident::as_str)
    }

    fn takes(&self, table: &model::Table) -> bool {
        let name = table.name.name.as_str();
        let namespace = table.name.namespace.as_ref().map(Ident::as_str);
        let wanted = self.options.schema.as_deref().or_else(|| self.default_namespace());
        let is_here = self.schema.dialect != Dialect::Postgres || namespace == wanted;
        is_here && !name.starts_with("__") && self.options.filter.takes(name)
    }

    /// The table, or why it can't be one of Diesel's.
    fn table(&self, table: &model::Table) -> Result<Table, String> {
        let sql_name = table.name.name.as_str().to_owned();
        let rust = rust_name(&sql_name, None);
        let namespace =
            self.options.schema.clone().filter(|name| Some(name.as_str()) != self.default_namespace());
        let mut columns = table
            .columns
            .iter()
            .map(|column| self.column(table, column, &rust))
            .collect::<Result<Vec<_>, _>>()?;
        let mut key: Vec<String> = primary_key(self.schema.dialect, table);
        if key.is_empty() && self.schema.dialect == Dialect::Sqlite && !table.sqlite().without_rowid {
            key.extend(rowid(table).map(str::to_owned));
            let wide = self.options.sqlite_integer_primary_key_is_bigint;
            columns.splice(0..0, key.first().map(|name| rowid_column(name, wide)));
        }
        if key.is_empty() && !self.options.with_keyless {
            return Err(format!("table {sql_name} has no primary key, which Diesel demands"));
        }
        if self.options.sort_columns_by_name {
            columns.sort_by(|a, b| a.sql_name.cmp(&b.sql_name));
        }
        Ok(Table {
            primary_key: key.iter().map(|name| rust_name(name, Some(&rust))).collect(),
            namespace,
            rust_name: rust,
            columns,
            comment: self.comment(
                &ObjectId::Table(table.name.clone()),
                table.mysql().options.iter().map(String::as_str),
            ),
            sql_name,
        })
    }

    fn column(
        &self,
        table: &model::Table,
        column: &model::Column,
        table_name: &str,
    ) -> Result<Column, String> {
        let keeps =
            |name: &str| self.options.domains_as_custom_types.iter().any(|regex| regex.is_match(name));
        let sql_name = column.name.as_str().to_owned();
        let rust = rust_name(&sql_name, Some(table_name));
        let mut found = inferred(self.schema, column, &keeps).ok_or_else(|| {
            format!(
                "column {sql_name} of {table_name} is of a type that Diesel does not know: {}",
                column.data_type
            )
        })?;
        if self.is_wide_rowid(table, column) {
            found.sql_name = "BigInt".to_owned();
        }
        let max_length = found.max_length;
        let id = ObjectId::Column(table.name.clone(), column.name.clone());
        Ok(Column {
            ty: self.column_type(found, table_name, &rust),
            max_length,
            comment: self.comment(&id, std::iter::once(column.mysql().definition.as_str())),
            sql_name,
            rust_name: rust,
        })
    }

    /// A comment; MySQL's stands in what the server says of the table and its columns.
    fn comment<'t>(&self, id: &ObjectId, mut texts: impl Iterator<Item = &'t str>) -> Option<String> {
        match self.schema.dialect {
            Dialect::Postgres | Dialect::Sqlite => self.schema.comments.get(id).cloned(),
            Dialect::Mysql => texts.find_map(mysql_comment),
        }
    }

    fn column_type(&self, found: Inferred, table: &str, column: &str) -> ColumnType {
        let Inferred { sql_name, schema, nullable, array, unsigned, max_length: _ } = found;
        let mut name = sql_name.to_upper_camel_case();
        let excepted = self.options.except_custom_types.iter().any(|regex| regex.is_match(&name));
        let own = self.options.custom_types && !is_provided(self.schema.dialect, &name) && !excepted;
        if own && self.schema.dialect == Dialect::Mysql {
            // Such a type is one column's own.
            name = format!("{table} {column} {name}").to_upper_camel_case();
        }
        let schema = schema.filter(|schema| Some(schema.as_str()) != self.default_namespace());
        let custom = own.then(|| CustomType { rust_name: name.clone(), sql_name, schema });
        ColumnType { rust_name: name, custom, nullable, array, unsigned }
    }

    /// Whether a column is a rowid, or refers to one, and rowids are to be wide.
    fn is_wide_rowid(&self, table: &model::Table, column: &model::Column) -> bool {
        let is_rowid = |table: &model::Table, name: &Ident| {
            let declared =
                table.column(name).is_some_and(|column| column.data_type.eq_ignore_ascii_case("integer"));
            let is_key = primary_key(Dialect::Sqlite, table) == [name.as_str()];
            declared && is_key && !table.sqlite().without_rowid
        };
        let refers = || {
            let keys = table.constraints.iter().filter_map(model::Constraint::foreign_key);
            let mut single = keys.filter(|key| key.columns.len() == 1 && key.columns[0] == column.name);
            single.any(|key| {
                let parent = self.schema.table(&key.target);
                parent.is_some_and(|parent| parent.columns.iter().any(|c| is_rowid(parent, &c.name)))
            })
        };
        let may = self.schema.dialect == Dialect::Sqlite && self.options.sqlite_integer_primary_key_is_bigint;
        may && column.data_type.to_lowercase().contains("int") && (is_rowid(table, &column.name) || refers())
    }

    /// The foreign keys that Diesel joins along: of one column, to the whole key of another table, and the only one
    /// between the two.
    fn joinables(&self, taken: &BTreeMap<&QualifiedName, String>) -> Vec<Joinable> {
        let mut found = Vec::new();
        let mut pairs: Vec<[&QualifiedName; 2]> = Vec::new();
        for child in self.schema.tables() {
            for key in child.constraints.iter().filter_map(model::Constraint::foreign_key) {
                let mut pair = [&child.name, &key.target];
                pair.sort();
                pairs.push(pair);
                let Some(parent) = self.schema.table(&key.target) else { continue };
                let names = taken.get(&child.name).zip(taken.get(&parent.name));
                let Some((child_name, parent_name)) = names.filter(|_| child.name != parent.name) else {
                    continue;
                };
                let parent_key = primary_key(self.schema.dialect, parent);
                let to_key = key.target_columns.is_empty()
                    || (key.target_columns.len() == 1 && parent_key == [key.target_columns[0].as_str()]);
                if key.columns.len() == 1 && parent_key.len() == 1 && to_key {
                    let column = rust_name(key.columns[0].as_str(), Some(child_name));
                    let join = Joinable { child: child_name.clone(), parent: parent_name.clone(), column };
                    found.push((pair, child.name.name.as_str(), parent.name.name.as_str(), join));
                }
            }
        }
        found.retain(|(pair, ..)| pairs.iter().filter(|other| *other == pair).count() == 1);
        found.sort_by(|a, b| (a.1, a.2).cmp(&(b.1, b.2)));
        found.into_iter().map(|(.., join)| join).collect()
    }
}

/// The key's columns; SQLite tells them in the order of the table.
fn primary_key(dialect: Dialect, table: &model::Table) -> Vec<String> {
    let Some((_, key)) = table.primary_key() else { return Vec::new() };
    if dialect == Dialect::Sqlite {
        let in_key = table.columns.iter().filter(|column| key.columns.contains(&column.name));
        return in_key.map(|column| column.name.as_str().to_owned()).collect();
    }
    key.columns.iter().map(|name| name.as_str().to_owned()).collect()
}

/// The name of SQLite's rowid that no column has taken.
fn rowid(table: &model::Table) -> Option<&'static str> {
    let is_free = |name: &&str| !table.columns.iter().any(|column| column.name.as_str() == *name);
    ["rowid", "oid", "_rowid_"].into_iter().find(is_free)
}

fn rowid_column(name: &str, wide: bool) -> Column {
    Column {
        sql_name: name.to_owned(),
        rust_name: name.to_owned(),
        ty: ColumnType {
            rust_name: if wide { "BigInt" } else { "Integer" }.to_owned(),
            custom: None,
            nullable: false,
            array: false,
            unsigned: false,
        },
        max_length: None,
        comment: None,
    }
}

/// The last string behind `COMMENT`, in the server's spelling.
fn mysql_comment(text: &str) -> Option<String> {
    let start = text
        .strip_prefix("COMMENT=")
        .or_else(|| text.split(" COMMENT ").last().filter(|rest| *rest != text))?;
    let inner = start.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    let mut comment = String::new();
    let mut letters = inner.chars();
    while let Some(c) = letters.next() {
        match c {
            '\'' => comment.extend(letters.next()),
            '\\' => comment.extend(letters.next().map(|c| if c == 'n' { '\n' } else { c })),
            other => comment.push(other),
        }
    }
    Some(comment)
}

#[cfg(test)]
mod tests {
    use super::mysql_comment;

    #[test]
    fn comments_are_found_in_definitions() {
        assert_eq!(mysql_comment("int NOT NULL COMMENT 'it''s\\nso'").as_deref(), Some("it's\nso"));
        assert_eq!(mysql_comment("COMMENT='all'").as_deref(), Some("all"));
        assert_eq!(mysql_comment("int NOT NULL"), None);
    }
}
