//! A column inside of its table.

use super::SqlWriter;
use crate::database::Database;
use crate::declared::{Column, ColumnKind, Generated, Identity, PerDatabase, Place, Size, Table};
use crate::resolve::ColumnType;
use crate::types::Scalar;

impl SqlWriter<'_> {
    /// Name, type, and what belongs to it.
    pub(super) fn column(&mut self, table: &Table, column: &Column) {
        let start = self.script.text.len();
        let place = Place { file: table.place.file, span: column.span };
        if column.renamed_from.is_some() {
            let indent = self.script.text.len() - "    ".len();
            self.script.text.truncate(indent);
            self.hint("    ", column.renamed_from.as_ref(), table.place.file);
            self.script.push("    ");
        }
        self.script.push(&format!("{} ", self.quoted(&column.name.value)));
        self.column_type(table, column);
        if self.database() == Database::Postgres {
            self.stated(table, " ", &column.options);
        }
        self.collation(table, column);
        match &column.kind {
            ColumnKind::Plain => {
                self.not_null(table, column);
                self.stated(table, " DEFAULT ", &column.default);
            }
            ColumnKind::Identity(identity) => self.identity(table, column, identity),
            ColumnKind::Generated(generated) => self.generated(table, column, generated),
        }
        if self.database() == Database::Mysql {
            if let Some(comment) = self.comment_of(table, &column.comment, column.doc.as_ref()) {
                let text = format!(" COMMENT {}", self.literal(&comment.value));
                self.script.at(Place { file: table.place.file, span: comment.span }, &text);
            }
        } else {
            self.comment_of(table, &column.comment, None);
        }
        if self.database() != Database::Postgres {
            self.stated(table, " ", &column.options);
        }
        self.script.since(start, place);
    }

    fn column_type(&mut self, table: &Table, column: &Column) {
        let place = match column.sql_type.get(self.database()) {
            Some(stated) => Place { file: table.place.file, span: stated.span },
            None => Place { file: table.place.file, span: column.ty_span },
        };
        let found = self.models.column_type(self.database(), table, column, self.options.types);
        let Some(found) = self.take(place, found) else { return };
        let text = match found {
            ColumnType::Sql(sql, scalar) => {
                let sql = self.counting_type(table, column, sql);
                self.size_fits(table, column, scalar);
                sql
            }
            ColumnType::Enum(item) => match self.database() {
                Database::Postgres if item.as_text => "text".to_owned(),
                Database::Postgres => self.enum_name(item),
                Database::Mysql if item.as_text => "varchar(255)".to_owned(),
                Database::Mysql => format!("enum({})", self.enum_values(item)),
                Database::Sqlite => "text".to_owned(),
            },
            ColumnType::EnumArray(item) if item.as_text => "text[]".to_owned(),
            ColumnType::EnumArray(item) => format!("{}[]", self.enum_name(item)),
        };
        self.script.at(place, &text);
    }

    /// A length is for text and bytes, digits are for numbers and times; a type that is stated has its own.
    fn size_fits(&mut self, table: &Table, column: &Column, scalar: Option<Scalar>) {
        let Size { max_length, fixed_length, precision, scale } = column.size;
        if column.sql_type.get(self.database()).is_some() {
            for (_, span) in [max_length, fixed_length, precision, scale].into_iter().flatten() {
                self.fault(Place { file: table.place.file, span }, "the size is a part of sql_type");
            }
        }
        let Some(scalar) = scalar else { return };
        let has_length = matches!(scalar, Scalar::Text | Scalar::Bytes);
        let has_digits = matches!(
            scalar,
            Scalar::Decimal | Scalar::Time | Scalar::DateTime | Scalar::Instant | Scalar::Interval
        );
        let lengths = [max_length, fixed_length].into_iter().flatten().filter(|_| !has_length);
        let digits = [precision, scale].into_iter().flatten().filter(|_| !has_digits);
        for (_, span) in lengths.chain(digits).collect::<Vec<_>>() {
            self.fault(
                Place { file: table.place.file, span },
                format!("{} have no such size", scalar.name()),
            );
        }
    }

    /// The types that count: `serial`, and SQLite's INTEGER.
    fn counting_type(&mut self, table: &Table, column: &Column, sql: String) -> String {
        let ColumnKind::Identity(identity) = &column.kind else {
            // What is the whole key of a SQLite table and an integer is the rowid, under that name alone.
            let is_rowid = self.database() == Database::Sqlite && Self::is_rowid(table, &column.name.value);
            return if is_rowid && is_whole(&sql) && column.sql_type.is_empty() {
                "integer".to_owned()
            } else {
                sql
            };
        };
        let place = Place { file: table.place.file, span: identity.span };
        if !is_whole(&sql) {
            self.fault(place, "only an integer counts by itself");
        }
        match self.database() {
            Database::Postgres if identity.serial => match sql.to_lowercase().as_str() {
                "smallint" | "int2" => "smallserial".to_owned(),
                "bigint" | "int8" => "bigserial".to_owned(),
                _ => "serial".to_owned(),
            },
            Database::Sqlite if Self::is_rowid(table, &column.name.value) => "integer".to_owned(),
            Database::Sqlite => {
                self.fault(place, "on SQLite only a primary key of one column counts by itself");
                sql
            }
            Database::Postgres | Database::Mysql => sql,
        }
    }

    fn collation(&mut self, table: &Table, column: &Column) {
        let Some(stated) = column.collate.get(self.database()) else { return };
        let name = match self.database() {
            // The default namespace of collations is searched first, and "C" needs its quotes.
            Database::Postgres => {
                stated.value.split('.').map(|part| self.quoted(part)).collect::<Vec<_>>().join(".")
            }
            Database::Mysql | Database::Sqlite => self.quoted_word(&stated.value),
        };
        self.script.at(Place { file: table.place.file, span: stated.span }, &format!(" COLLATE {name}"));
    }

    fn not_null(&mut self, table: &Table, column: &Column) {
        let nullable = self.models.is_nullable(table, column);
        self.script.push(match (nullable, self.database()) {
            (false, _) => " NOT NULL",
            // A TIMESTAMP is NOT NULL there unless it is said.
            (true, Database::Mysql) => " NULL",
            (true, Database::Postgres | Database::Sqlite) => "",
        });
    }

    fn identity(&mut self, table: &Table, column: &Column, identity: &Identity) {
        let Identity { span, always, serial, autoincrement, options } = identity;
        let place = Place { file: table.place.file, span: *span };
        if let Some(default) = column.default.get(self.database()) {
            self.fault(Place { span: default.span, ..place }, "what counts by itself has no default");
        }
        let has_options = *always || !options.is_empty();
        if has_options && self.database() != Database::Postgres {
            self.fault(place, format!("{} has no options of what counts; `identity` alone", self.database()));
        }
        let text = match self.database() {
            Database::Postgres if *serial => " NOT NULL".to_owned(),
            Database::Postgres => {
                let when = if *always { "ALWAYS" } else { "BY DEFAULT" };
                let options =
                    if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
                format!(" NOT NULL GENERATED {when} AS IDENTITY{options}")
            }
            Database::Mysql => " NOT NULL AUTO_INCREMENT".to_owned(),
            Database::Sqlite if *autoincrement && Self::is_rowid(table, &column.name.value) => {
                " NOT NULL PRIMARY KEY AUTOINCREMENT".to_owned()
            }
            Database::Sqlite => " NOT NULL".to_owned(),
        };
        self.script.at(place, &text);
    }

    fn generated(&mut self, table: &Table, column: &Column, generated: &Generated) {
        let Generated { expression, is_virtual } = generated;
        let place = Place { file: table.place.file, span: column.span };
        if column.default.get(self.database()).is_some() {
            self.fault(place, "what is computed has no default");
        }
        let Some(stated) = expression.get(self.database()) else {
            self.not_null(table, column);
            return;
        };
        // MariaDB knows no NOT NULL on what is computed.
        if self.database() != Database::Mysql && !self.models.is_nullable(table, column) {
            self.script.push(" NOT NULL");
        }
        let kind = if *is_virtual { "VIRTUAL" } else { "STORED" };
        self.script.push(" GENERATED ALWAYS AS (");
        self.script.at(Place { file: table.place.file, span: stated.span }, &stated.value);
        self.script.push(&format!(") {kind}"));
    }

    /// SQL as it is stated.
    pub(super) fn stated(&mut self, table: &Table, before: &str, text: &PerDatabase) {
        if let Some(stated) = text.get(self.database()) {
            self.script.push(before);
            self.script.at(Place { file: table.place.file, span: stated.span }, &stated.value);
        }
    }
}

/// Whether an SQL type is an integer.
fn is_whole(sql: &str) -> bool {
    let name = sql.split([' ', '(']).next().unwrap_or_default().to_lowercase();
    let names = ["smallint", "integer", "int", "bigint", "tinyint", "mediumint", "int2", "int4", "int8"];
    names.contains(&name.as_str())
}
