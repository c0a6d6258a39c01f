//! `CREATE INDEX`.

use std::collections::BTreeSet;

use super::SqlWriter;
use crate::database::Database;
use crate::declared::{Index, IndexKey, KeyPart, Place, Table};
use crate::naming::{NamedKind, Parts, fitted};

impl SqlWriter<'_> {
    /// The indexes of a table; one without a name has PostgreSQL's for it on every database.
    pub(super) fn indexes(&mut self, table: &Table) {
        let mut taken = BTreeSet::new();
        for index in table.indexes.iter().filter(|index| self.is_for_us(&index.only)).collect::<Vec<_>>() {
            let Some(name) = self.index_name(table, index) else { continue };
            let mut free = fitted(self.database(), name.clone());
            for number in 1.. {
                if taken.insert(free.clone()) {
                    break;
                }
                free = fitted(self.database(), format!("{name}{number}"));
            }
            self.index(table, index, &free);
        }
    }

    fn index_name(&mut self, table: &Table, index: &Index) -> Option<String> {
        let part = |key: &IndexKey| match &key.part {
            KeyPart::Column(name) => name.clone(),
            KeyPart::Expression(_) => "expr".to_owned(),
        };
        let columns: Vec<String> = index.keys.iter().map(part).collect();
        let place = Place { file: table.place.file, span: index.span };
        let parts = Parts {
            table: &table.name.value,
            columns: &columns,
            stated: index.name.as_ref().map(|name| name.value.as_str()),
            ..Parts::default()
        };
        let named = self.options.naming.name(NamedKind::Index, &parts);
        let usual = || format!("{}_{}_idx", table.name.value, columns.join("_"));
        self.take(place, named).map(|name| name.unwrap_or_else(usual))
    }

    fn index(&mut self, table: &Table, index: &Index, name: &str) {
        let place = Place { file: table.place.file, span: index.span };
        let start = self.script.text.len();
        self.hint("", index.renamed_from.as_ref(), table.place.file);
        let (kind, using) = self.index_kind(table, index);
        let (name, on) = (self.quoted(name), self.table_name(table));
        self.script.push(&match self.database() {
            Database::Mysql => format!("CREATE {kind}INDEX {name}{using} ON {on} ("),
            Database::Postgres | Database::Sqlite => format!("CREATE {kind}INDEX {name} ON {on}{using} ("),
        });
        for (i, key) in index.keys.iter().enumerate() {
            if i > 0 {
                self.script.push(", ");
            }
            let text = self.index_key(table, key);
            self.script.at(Place { file: table.place.file, span: key.span }, &text);
        }
        self.script.push(")");
        let is_postgres = self.database() == Database::Postgres;
        if !is_postgres && (!index.include.is_empty() || index.nulls_not_distinct) {
            self.fault(place, format!("{} has neither INCLUDE nor NULLS NOT DISTINCT", self.database()));
        }
        if !index.include.is_empty() {
            let include = format!(" INCLUDE ({})", self.list(&index.include));
            self.script.push(&include);
        }
        if index.nulls_not_distinct {
            self.script.push(" NULLS NOT DISTINCT");
        }
        if let Some(options) = index.options.get(self.database()) {
            self.script.push(" ");
            self.script.at(Place { file: table.place.file, span: options.span }, &options.value);
        }
        if let Some(predicate) = index.predicate.get(self.database()) {
            let place = Place { file: table.place.file, span: predicate.span };
            if self.database() == Database::Mysql {
                self.fault(place, "MySQL has no partial indexes; `only(postgres, sqlite)` is for the others");
            }
            self.script.push(" WHERE ");
            self.script.at(place, &predicate.value);
        }
        self.script.push(";\n\n");
        self.script.since(start, place);
    }

    /// What stands before INDEX, and the method.
    fn index_kind(&mut self, table: &Table, index: &Index) -> (String, String) {
        let unique = if index.unique { "UNIQUE " } else { "" }.to_owned();
        let Some(using) = &index.using else { return (unique, String::new()) };
        let method = using.value.to_lowercase();
        match (self.database(), method.as_str()) {
            (Database::Mysql, "fulltext" | "spatial") => {
                (format!("{} ", method.to_uppercase()), String::new())
            }
            (Database::Mysql | Database::Postgres, _) => {
                (unique, format!(" USING {}", self.quoted_word(&method)))
            }
            (Database::Sqlite, _) => {
                self.fault(
                    Place { file: table.place.file, span: using.span },
                    "SQLite has one kind of index",
                );
                (unique, String::new())
            }
        }
    }

    fn index_key(&mut self, table: &Table, key: &IndexKey) -> String {
        let IndexKey { span, part, collate, opclass, length, order } = key;
        let place = Place { file: table.place.file, span: *span };
        let mut text = match part {
            KeyPart::Column(name) => self.quoted(name),
            KeyPart::Expression(expression) if self.database() == Database::Sqlite => expression.clone(),
            KeyPart::Expression(expression) => format!("({expression})"),
        };
        match (length, self.database()) {
            (None, _) => {}
            (Some(length), Database::Mysql) => text.push_str(&format!("({length})")),
            (Some(_), other @ (Database::Postgres | Database::Sqlite)) => {
                self.fault(place, format!("{other} indexes no prefixes"));
            }
        }
        if let Some(collate) = collate {
            let collate = match self.database() {
                Database::Postgres => self.quoted(collate),
                Database::Mysql | Database::Sqlite => self.quoted_word(collate),
            };
            text.push_str(&format!(" COLLATE {collate}"));
        }
        match (opclass, self.database()) {
            (None, _) => {}
            (Some(opclass), Database::Postgres) => text.push_str(&format!(" {opclass}")),
            (Some(_), other @ (Database::Mysql | Database::Sqlite)) => {
                self.fault(place, format!("{other} has no operator classes"));
            }
        }
        if order.descending {
            text.push_str(" DESC");
        }
        match (order.nulls_first, self.database()) {
            (None, _) => {}
            (Some(true), Database::Postgres) => text.push_str(" NULLS FIRST"),
            (Some(false), Database::Postgres) => text.push_str(" NULLS LAST"),
            (Some(_), other @ (Database::Mysql | Database::Sqlite)) => {
                self.fault(place, format!("{other} has no NULLS FIRST and NULLS LAST in an index"));
            }
        }
        text
    }
}
