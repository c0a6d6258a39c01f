//! Models as `CREATE` statements, each part with the place in the source that states it.

mod column;
mod constraint;
mod enumeration;
mod index;
mod script;
mod table;

use std::collections::{BTreeMap, BTreeSet};

pub use script::ModelSql;

use crate::database::Database;
use crate::declared::{Place, Table};
use crate::naming::Naming;
use crate::resolve::{Fault, Models};

/// How models are written.
pub struct SqlOptions<'a> {
    /// The database.
    pub database: Database,
    /// Names of constraints and indexes.
    pub naming: &'a Naming,
    /// SQL types of the project's own Rust types, by name or path.
    pub types: &'a BTreeMap<String, String>,
    /// Whether documentation is the comment of tables and columns.
    pub doc_comments: bool,
    /// Quotes a name where that is needed.
    pub quote: &'a dyn Fn(&str) -> String,
}

/// Writes all tables, with their types before and their foreign keys behind them.
///
/// # Errors
/// All that can't be written for this database, with the places.
pub fn write(models: &Models, options: &SqlOptions<'_>) -> Result<ModelSql, Vec<Fault>> {
    let mut work = SqlWriter { models, options, script: ModelSql::default(), faults: Vec::new() };
    work.namespaces();
    work.names_are_different();
    if options.database == Database::Postgres {
        for item in models.enums.iter().filter(|item| !item.as_text) {
            work.enum_type(item);
        }
    }
    for table in &models.tables {
        work.table(table);
    }
    for table in &models.tables {
        work.indexes(table);
    }
    if options.database != Database::Sqlite {
        for table in &models.tables {
            work.foreign_keys(table);
        }
    }
    if options.database == Database::Postgres {
        for table in &models.tables {
            work.comments(table);
        }
    }
    if work.faults.is_empty() { Ok(work.script) } else { Err(work.faults) }
}

/// What is written, and what went wrong.
struct SqlWriter<'a> {
    models: &'a Models,
    options: &'a SqlOptions<'a>,
    script: ModelSql,
    faults: Vec<Fault>,
}

impl<'a> SqlWriter<'a> {
    const fn database(&self) -> Database {
        self.options.database
    }

    fn fault(&mut self, place: Place, message: impl Into<String>) {
        self.faults.push(Fault { place, message: message.into() });
    }

    /// The value, or its error is kept.
    fn take<T>(&mut self, place: Place, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.fault(place, message)).ok()
    }

    fn quoted(&self, name: &str) -> String {
        (self.options.quote)(name)
    }

    /// A word that needs no quotes, and that some servers take without them alone.
    fn quoted_word(&self, word: &str) -> String {
        let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_plain { word.to_owned() } else { self.quoted(word) }
    }

    fn list(&self, names: &[String]) -> String {
        names.iter().map(|name| self.quoted(name)).collect::<Vec<_>>().join(", ")
    }

    /// A table's name with its schema.
    fn table_name(&self, table: &Table) -> String {
        match &table.schema {
            Some(schema) => format!("{}.{}", self.quoted(&schema.value), self.quoted(&table.name.value)),
            None => self.quoted(&table.name.value),
        }
    }

    /// A string constant.
    fn literal(&self, text: &str) -> String {
        let text = text.replace('\'', "''");
        match self.database() {
            Database::Mysql => format!("'{}'", text.replace('\\', "\\\\")),
            Database::Postgres | Database::Sqlite => format!("'{text}'"),
        }
    }

    /// The schemas that tables and types are in.
    fn namespaces(&mut self) {
        let of_tables = self.models.tables.iter().map(|table| (&table.schema, table.place.file));
        let of_enums = self.models.enums.iter().map(|item| (&item.schema, item.place.file));
        let mut seen = BTreeSet::from(["public".to_owned()]);
        for (schema, file) in of_tables.chain(of_enums) {
            let Some(schema) = schema else { continue };
            let place = Place { file, span: schema.span };
            if self.database() != Database::Postgres {
                self.fault(place, format!("{} has no schemas inside of a database", self.database()));
            } else if seen.insert(schema.value.clone()) {
                let name = self.quoted(&schema.value);
                self.script.at(place, &format!("CREATE SCHEMA IF NOT EXISTS {name};\n\n"));
            }
        }
    }

    fn names_are_different(&mut self) {
        let mut seen: BTreeMap<(Option<&str>, &str), &Table> = BTreeMap::new();
        let mut faults = Vec::new();
        for table in &self.models.tables {
            let key = (table.schema.as_ref().map(|schema| schema.value.as_str()), table.name.value.as_str());
            match seen.get(&key) {
                Some(other) => faults.push(Fault {
                    place: Place { file: table.place.file, span: table.name.span },
                    message: format!(
                        "{} and {} are both table {}; name one: #[model(table = \"…\")]",
                        other.rust_name, table.rust_name, table.name.value
                    ),
                }),
                None => drop(seen.insert(key, table)),
            }
        }
        self.faults.extend(faults);
    }

    /// The line above something that had another name.
    fn hint(&mut self, indent: &str, old: Option<&crate::Text>, file: usize) {
        let Some(old) = old else { return };
        if old.value.chars().any(char::is_control) {
            self.fault(Place { file, span: old.span }, "a name has no line breaks");
        }
        self.script.push(&format!("{indent}-- autogen: renamed from {}\n", old.value));
    }
}
