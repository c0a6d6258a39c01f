//! `CREATE TABLE`.

use super::SqlWriter;
use crate::database::Database;
use crate::declared::{Place, PrimaryKey, Table, Text};
use crate::naming::{NamedKind, Parts, fitted};

impl SqlWriter<'_> {
    /// The table with all that stands in its parentheses.
    pub(super) fn table(&mut self, table: &Table) {
        let start = self.script.text.len();
        let file = table.place.file;
        self.hint("", table.renamed_from.as_ref(), file);
        let unlogged = match (table.unlogged, self.database()) {
            (None, _) => "",
            (Some(_), Database::Postgres) => "UNLOGGED ",
            (Some(span), other @ (Database::Mysql | Database::Sqlite)) => {
                self.fault(Place { file, span }, format!("{other} has no unlogged tables"));
                ""
            }
        };
        self.script.push(&format!("CREATE {unlogged}TABLE {} (\n", self.table_name(table)));
        let mut is_first = true;
        for column in &table.columns {
            self.separate(&mut is_first);
            self.column(table, column);
        }
        self.primary_key(table, &mut is_first);
        self.uniques(table, &mut is_first);
        self.checks(table, &mut is_first);
        self.excludes(table, &mut is_first);
        if self.database() == Database::Sqlite {
            self.inline_foreign_keys(table, &mut is_first);
        }
        self.script.push("\n)");
        if let Some(options) = table.options.get(self.database()) {
            self.script.push(" ");
            self.script.at(Place { file, span: options.span }, &options.value);
        }
        self.table_comment(table);
        self.script.push(";\n\n");
        self.script.since(start, table.place);
    }

    /// The comma before all but the first.
    pub(super) fn separate(&mut self, is_first: &mut bool) {
        if !std::mem::take(is_first) {
            self.script.push(",\n");
        }
        self.script.push("    ");
    }

    /// SQLite counts only in a column that is an INTEGER and the whole key.
    pub(super) fn is_rowid(table: &Table, column: &str) -> bool {
        table.primary_key.as_ref().is_some_and(|key| key.columns == [column])
    }

    fn primary_key(&mut self, table: &Table, is_first: &mut bool) {
        let Some(PrimaryKey { span, name, columns, timing, options }) = &table.primary_key else { return };
        if self.is_inline(table) {
            return;
        }
        let place = Place { file: table.place.file, span: *span };
        let parts = Parts { table: &table.name.value, columns, ..Parts::default() };
        let name = self.constraint_name(place, NamedKind::PrimaryKey, parts, name.as_ref());
        let timing = self.timing(place, *timing);
        self.separate(is_first);
        let columns = self.list(columns);
        self.script.at(place, &format!("{name}PRIMARY KEY ({columns})"));
        self.stated(table, " ", options);
        self.script.push(timing);
    }

    /// Whether the primary key stands at its column: where SQLite counts without using a number twice.
    pub(super) fn is_inline(&self, table: &Table) -> bool {
        let counts = |column: &crate::Column| match &column.kind {
            crate::ColumnKind::Identity(identity) => identity.autoincrement,
            crate::ColumnKind::Plain | crate::ColumnKind::Generated(_) => false,
        };
        self.database() == Database::Sqlite
            && table.columns.iter().any(|c| counts(c) && Self::is_rowid(table, &c.name.value))
    }

    /// `CONSTRAINT name `, or nothing where the server names it.
    pub(super) fn constraint_name(
        &mut self,
        place: Place,
        kind: NamedKind,
        parts: Parts<'_>,
        stated: Option<&Text>,
    ) -> String {
        let parts = Parts { stated: stated.map(|text| text.value.as_str()), ..parts };
        let named = self.options.naming.name(kind, &parts);
        match self.take(place, named).flatten() {
            Some(name) => format!("CONSTRAINT {} ", self.quoted(&fitted(self.database(), name))),
            None => String::new(),
        }
    }

    /// What is the comment: that which is stated, or else the documentation where that is wanted.
    pub(super) fn comment_of<'t>(
        &mut self,
        table: &'t Table,
        stated: &'t crate::PerDatabase,
        doc: Option<&'t Text>,
    ) -> Option<&'t Text> {
        let wants_doc = table.doc_comments || self.options.doc_comments;
        let stated = stated.get(self.database());
        if let (Some(stated), Database::Sqlite) = (stated, self.database()) {
            self.fault(
                Place { file: table.place.file, span: stated.span },
                "SQLite keeps no comments; comment(postgres = \"…\", mysql = \"…\") is for the others",
            );
        }
        stated.or_else(|| doc.filter(|_| wants_doc && self.database() != Database::Sqlite))
    }

    /// MySQL's comments stand in the table.
    fn table_comment(&mut self, table: &Table) {
        let comment = self.comment_of(table, &table.comment, table.doc.as_ref());
        if let (Some(comment), Database::Mysql) = (comment, self.database()) {
            let place = Place { file: table.place.file, span: comment.span };
            let text = format!(" COMMENT = {}", self.literal(&comment.value));
            self.script.at(place, &text);
        }
    }

    /// PostgreSQL's comments are statements.
    pub(super) fn comments(&mut self, table: &Table) {
        let name = self.table_name(table);
        let file = table.place.file;
        if let Some(comment) = self.comment_of(table, &table.comment, table.doc.as_ref()) {
            let text = format!("COMMENT ON TABLE {name} IS {};\n\n", self.literal(&comment.value));
            self.script.at(Place { file, span: comment.span }, &text);
        }
        for column in &table.columns {
            if let Some(comment) = self.comment_of(table, &column.comment, column.doc.as_ref()) {
                let column = self.quoted(&column.name.value);
                let text =
                    format!("COMMENT ON COLUMN {name}.{column} IS {};\n\n", self.literal(&comment.value));
                self.script.at(Place { file, span: comment.span }, &text);
            }
        }
    }
}
