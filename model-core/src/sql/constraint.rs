//! Keys, checks and foreign keys.

use super::SqlWriter;
use crate::database::Database;
use crate::declared::{Action, Check, Column, EnumType, ForeignKey, Place, Referenced, Table, Text, Timing};
use crate::naming::{NamedKind, Parts};
use crate::resolve::ColumnType;

impl SqlWriter<'_> {
    /// Whether a part is for this database.
    pub(super) fn is_for_us(&self, only: &[Database]) -> bool {
        only.is_empty() || only.contains(&self.database())
    }

    pub(super) fn uniques(&mut self, table: &Table, is_first: &mut bool) {
        for unique in table.uniques.iter().filter(|unique| self.is_for_us(&unique.only)).collect::<Vec<_>>() {
            let place = Place { file: table.place.file, span: unique.span };
            let parts = Parts { table: &table.name.value, columns: &unique.columns, ..Parts::default() };
            let name = self.constraint_name(place, NamedKind::Unique, parts, unique.name.as_ref());
            let timing = self.timing(place, unique.timing);
            let distinct = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            let include = match unique.include.as_slice() {
                [] => String::new(),
                columns => format!(" INCLUDE ({})", self.list(columns)),
            };
            if self.database() != Database::Postgres && !(distinct.is_empty() && include.is_empty()) {
                self.fault(place, format!("{} has neither INCLUDE nor NULLS NOT DISTINCT", self.database()));
            }
            self.separate(is_first);
            let columns = self.list(&unique.columns);
            self.script.at(place, &format!("{name}UNIQUE{distinct} ({columns}){include}"));
            self.stated(table, " ", &unique.options);
            self.script.push(timing);
        }
    }

    pub(super) fn checks(&mut self, table: &Table, is_first: &mut bool) {
        for check in table.checks.iter().filter(|check| self.is_for_us(&check.only)).collect::<Vec<_>>() {
            self.check(table, check, is_first);
        }
        for column in &table.columns {
            self.value_check(table, column, is_first);
        }
    }

    fn check(&mut self, table: &Table, check: &Check, is_first: &mut bool) {
        let Some(expression) = check.expression.get(self.database()) else { return };
        let file = table.place.file;
        let place = Place { file, span: check.span };
        let parts = Parts { table: &table.name.value, ..Parts::default() };
        let name = self.constraint_name(place, NamedKind::Check, parts, check.name.as_ref());
        self.separate(is_first);
        self.script.push(&format!("{name}CHECK ("));
        self.script.at(Place { file, span: expression.span }, &expression.value);
        self.script.push(")");
        match (check.no_inherit, self.database()) {
            (false, _) => {}
            (true, Database::Postgres) => self.script.push(" NO INHERIT"),
            (true, other @ (Database::Mysql | Database::Sqlite)) => {
                self.fault(place, format!("{other} has no NO INHERIT"));
            }
        }
        self.stated(table, " ", &check.options);
    }

    /// An enum that is text holds its values and no others.
    fn value_check(&mut self, table: &Table, column: &Column, is_first: &mut bool) {
        let is_any = |item: &EnumType| item.as_text || self.database() == Database::Sqlite;
        if !self.models.enums.iter().any(is_any) {
            return;
        }
        let found = self.models.column_type(self.database(), table, column, self.options.types);
        // What is wrong with it was told with the column.
        let (item, is_array) = match found {
            Ok(ColumnType::Enum(item)) => (item, false),
            Ok(ColumnType::EnumArray(item)) => (item, true),
            Ok(ColumnType::Sql(..)) | Err(_) => return,
        };
        if !(item.as_text || self.database() == Database::Sqlite) {
            return;
        }
        let place = Place { file: table.place.file, span: column.span };
        let stated = Text { value: column.name.value.clone(), span: column.span };
        let wants_name = self.options.naming.name(NamedKind::Check, &Parts::default()).is_err();
        let parts = Parts {
            table: &table.name.value,
            columns: std::slice::from_ref(&stated.value),
            ..Parts::default()
        };
        let name = self.constraint_name(place, NamedKind::Check, parts, Some(&stated).filter(|_| wants_name));
        let (column, values) = (self.quoted(&column.name.value), self.enum_values(item));
        self.separate(is_first);
        let test = if is_array {
            format!("{column} <@ ARRAY[{values}]::text[]")
        } else {
            format!("{column} IN ({values})")
        };
        self.script.at(place, &format!("{name}CHECK ({test})"));
    }

    pub(super) fn excludes(&mut self, table: &Table, is_first: &mut bool) {
        for exclude in &table.excludes {
            let place = Place { file: table.place.file, span: exclude.definition.span };
            if self.database() != Database::Postgres {
                self.fault(place, format!("{} has no EXCLUDE", self.database()));
            }
            let name = match &exclude.name {
                Some(name) => format!("CONSTRAINT {} ", self.quoted(&name.value)),
                None => String::new(),
            };
            self.separate(is_first);
            self.script.push(&format!("{name}EXCLUDE "));
            self.script.at(place, &exclude.definition.value);
        }
    }

    /// Foreign keys as statements, so that tables may refer to each other.
    pub(super) fn foreign_keys(&mut self, table: &Table) {
        for key in &table.foreign_keys {
            let start = self.script.text.len();
            let Some(text) = self.foreign_key(table, key) else { continue };
            let name = self.table_name(table);
            self.script.push(&format!("ALTER TABLE {name} ADD {text}"));
            self.stated(table, " ", &key.options);
            self.script.push(";\n\n");
            self.script.since(start, Place { file: table.place.file, span: key.span });
        }
    }

    /// Foreign keys inside of their table.
    pub(super) fn inline_foreign_keys(&mut self, table: &Table, is_first: &mut bool) {
        for key in &table.foreign_keys {
            let Some(text) = self.foreign_key(table, key) else { continue };
            self.separate(is_first);
            self.script.at(Place { file: table.place.file, span: key.span }, &text);
            self.stated(table, " ", &key.options);
        }
    }

    fn foreign_key(&mut self, table: &Table, key: &ForeignKey) -> Option<String> {
        if !self.is_for_us(&key.only) {
            return None;
        }
        let place = Place { file: table.place.file, span: key.span };
        let target = self.models.target(table, &key.reference);
        let (referred, to_table, to_columns) = match (self.take(place, target)?, &key.reference.target) {
            (Some((to, columns)), _) => {
                if columns.len() != key.columns.len() {
                    self.fault(
                        place,
                        format!(
                            "{} columns refer to {} of {}",
                            key.columns.len(),
                            columns.len(),
                            to.rust_name
                        ),
                    );
                }
                (format!("{} ({})", self.table_name(to), self.list(&columns)), to.name.value.clone(), columns)
            }
            (None, Referenced::Sql(sql)) => {
                (sql.clone(), sql.split(['(', ' ']).next().unwrap_or_default().to_owned(), Vec::new())
            }
            (None, Referenced::Struct(..)) => return None,
        };
        let parts = Parts {
            table: &table.name.value,
            columns: &key.columns,
            referred_table: &to_table,
            referred_columns: &to_columns,
            stated: None,
        };
        let name = self.constraint_name(place, NamedKind::ForeignKey, parts, key.name.as_ref());
        let matching = match (key.match_full, self.database()) {
            (false, _) => "",
            (true, Database::Postgres) => " MATCH FULL",
            (true, other @ (Database::Mysql | Database::Sqlite)) => {
                self.fault(place, format!("{other} takes no notice of MATCH FULL"));
                ""
            }
        };
        let on_delete = self.action(table, "DELETE", &key.on_delete, place);
        let on_update = self.action(table, "UPDATE", &key.on_update, place);
        let timing = self.timing(place, key.timing);
        let columns = self.list(&key.columns);
        Some(format!(
            "{name}FOREIGN KEY ({columns}) REFERENCES {referred}{matching}{on_delete}{on_update}{timing}"
        ))
    }

    fn action(&mut self, table: &Table, event: &str, action: &Action, place: Place) -> String {
        match action {
            Action::Unstated => String::new(),
            Action::Stated(words, fields) if fields.is_empty() => format!(" ON {event} {words}"),
            Action::Stated(words, fields) => {
                let mut columns = Vec::new();
                for field in fields {
                    let found = table.columns.iter().find(|column| column.field == *field);
                    let missing = || format!("{} has no field {field}", table.rust_name);
                    let name = found.map(|column| column.name.value.clone()).ok_or_else(missing);
                    columns.extend(self.take(place, name));
                }
                format!(" ON {event} {words} ({})", self.list(&columns))
            }
        }
    }

    /// When a constraint is checked.
    pub(super) fn timing(&mut self, place: Place, timing: Timing) -> &'static str {
        if timing != Timing::Immediate && self.database() == Database::Mysql {
            self.fault(place, "MySQL checks at once: it has no deferrable constraints");
        }
        match timing {
            Timing::Immediate => "",
            Timing::Deferrable => " DEFERRABLE",
            Timing::Deferred => " DEFERRABLE INITIALLY DEFERRED",
        }
    }
}
