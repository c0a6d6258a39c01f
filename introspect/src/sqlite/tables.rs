//! Tables with their columns and constraints.

use std::collections::BTreeMap;

use autogen_diff_core::model::{
    Action, Check, Column, ColumnExtra, Constraint, ConstraintKind, Deferrability, Expression, ForeignKey,
    Generated, KeyConstraint, MatchType, SourceText, SqliteColumn, SqliteTable, Table, TableExtra,
};
use autogen_diff_core::{Ident, ObjectId, QualifiedName, Schema};
use diesel::sql_types::{Integer, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::table_text::{self, ColumnText, TableText};
use super::{ObjectRow, name};
use crate::error::IntrospectError;

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    relation: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Integer)]
    not_null: i32,
    #[diesel(sql_type = Nullable<Text>)]
    default_value: Option<String>,
    #[diesel(sql_type = Integer)]
    key_position: i32,
    #[diesel(sql_type = Integer)]
    hidden: i32,
}

pub(super) fn read_tables(
    connection: &mut SqliteConnection,
    schema: &mut Schema,
    rows: &[ObjectRow],
) -> Result<(), IntrospectError> {
    let columns: Vec<ColumnRow> = sql_query(include_str!("columns.sql"))
        .load(connection)
        .map_err(|error| IntrospectError::query("reading the columns", &error))?;
    let mut by_table: BTreeMap<&str, Vec<&ColumnRow>> = BTreeMap::new();
    for column in &columns {
        by_table.entry(&column.relation).or_default().push(column);
    }
    for row in rows.iter().filter(|row| row.kind == "table") {
        let own = by_table.remove(row.name.as_str()).unwrap_or_default();
        let table = table(row, &own);
        link(schema, &table);
        schema.insert(table);
    }
    Ok(())
}

/// Records which tables the foreign keys refer to.
fn link(schema: &mut Schema, table: &Table) {
    let targets = table.constraints.iter().filter_map(Constraint::foreign_key).map(|key| &key.target);
    let others = targets.filter(|target| **target != table.name);
    let needs = schema.dependencies.entry(ObjectId::Table(table.name.clone())).or_default();
    needs.extend(others.map(|target| ObjectId::Table(target.clone())));
}

fn table(row: &ObjectRow, columns: &[&ColumnRow]) -> Table {
    let sql = row.sql.clone().unwrap_or_default();
    let text = table_text::read_or_whole(&sql);
    let has = |option: &str| text.options.iter().any(|o| o == option);
    let without_rowid = has("without rowid");
    Table {
        name: name(&row.name),
        columns: columns.iter().map(|column| read_column(column, &text)).collect(),
        constraints: text.constraints.iter().filter_map(|words| constraint(words)).collect(),
        indexes: BTreeMap::new(),
        extra: TableExtra::of_sqlite(SqliteTable {
            strict: has("strict"),
            without_rowid,
            autoincrement: text.autoincrement,
            rowid_alias: if without_rowid { None } else { rowid_alias(columns, &text) },
            constraint_tokens: text.constraints.iter().map(|words| words.join(" ")).collect(),
            source: SourceText(sql),
        }),
    }
}

/// The one column of type INTEGER that is the whole primary key (sqlite.org/lang_createtable.html#rowid).
fn rowid_alias(columns: &[&ColumnRow], text: &TableText) -> Option<Ident> {
    let mut keys = columns.iter().filter(|column| column.key_position > 0);
    let (key, None) = (keys.next()?, keys.next()) else { return None };
    let declared = text.columns.iter().find(|column| column.name.eq_ignore_ascii_case(&key.name));
    let descending = declared.is_some_and(|column| column.clause(&["primary"]).is_some());
    (key.data_type.eq_ignore_ascii_case("integer") && !descending).then(|| Ident::case_insensitive(&key.name))
}

fn read_column(row: &ColumnRow, text: &TableText) -> Column {
    let empty = ColumnText::default();
    let text =
        text.columns.iter().find(|column| column.name.eq_ignore_ascii_case(&row.name)).unwrap_or(&empty);
    let clauses: Vec<String> = text.clauses.iter().map(|clause| clause.join(" ")).collect();
    let data_type = text.type_tokens.join(" ").replace(" ( ", "(").replace(" )", ")").replace(" , ", ",");
    Column {
        name: Ident::case_insensitive(&row.name),
        data_type,
        nullable: row.not_null == 0,
        default: row.default_value.as_deref().map(canonical_expression),
        identity: None,
        generated: generated(row, text),
        collation: text.clause(&["collate"]).and_then(|clause| clause.last()).map(|c| name(c)),
        extra: ColumnExtra::of_sqlite(SqliteColumn {
            source: SourceText(text.source.clone()),
            tokens: clauses.join("; "),
        }),
    }
}

fn canonical_expression(text: &str) -> Expression {
    Expression::new(autogen_sql_text::canonical_tokens(text))
}

fn generated(row: &ColumnRow, text: &ColumnText) -> Option<Generated> {
    let clause = text.clause(&["generated"]).or_else(|| text.clause(&["as"]))?;
    let open = clause.iter().position(|word| word == "(")?;
    let close = clause.iter().rposition(|word| word == ")")?;
    Some(Generated {
        expression: Expression::new(clause[open + 1..close].join(" ")),
        stored: row.hidden == 3,
    })
}

/// A constraint from its tokens in table form.
fn constraint(words: &[String]) -> Option<Constraint> {
    let (name, words) = match words {
        [first, name, rest @ ..] if first == "constraint" => (Some(Ident::case_insensitive(name)), rest),
        _ => (None, words),
    };
    let kind = match words.first()?.as_str() {
        "primary" => ConstraintKind::PrimaryKey(key(words)),
        "unique" => ConstraintKind::Unique(key(words)),
        "check" => {
            let expression = Expression::new(words.get(2..words.len().saturating_sub(1))?.join(" "));
            ConstraintKind::Check(Check::new(expression))
        }
        "foreign" => ConstraintKind::ForeignKey(foreign_key(words)?),
        _ => return None,
    };
    Some(Constraint { deferrability: deferrability(words), ..Constraint::new(name, kind) })
}

fn key(words: &[String]) -> KeyConstraint {
    KeyConstraint { columns: list(words).0, ..KeyConstraint::default() }
}

/// The names in the first parenthesis, and the words behind it.
fn list(words: &[String]) -> (Vec<Ident>, &[String]) {
    let Some(open) = words.iter().position(|word| word == "(") else { return (Vec::new(), words) };
    let close = words[open..].iter().position(|word| word == ")").map_or(words.len(), |i| open + i);
    let names = words[open + 1..close].split(|word| word == ",");
    let names = names.filter_map(|part| part.first()).map(|part| Ident::case_insensitive(unescaped(part)));
    (names.collect(), words.get(close + 1..).unwrap_or_default())
}

/// A name among a constraint's tokens, which keep a doubled quote as it is written.
fn unescaped(word: &str) -> String {
    word.trim_matches('\'').replace("\"\"", "\"")
}

fn foreign_key(words: &[String]) -> Option<ForeignKey> {
    let (columns, rest) = list(words);
    let target: QualifiedName = name(&unescaped(rest.get(1)?));
    let has_list = rest.get(2).is_some_and(|word| word == "(");
    let (target_columns, rest) = if has_list { list(rest) } else { (Vec::new(), rest) };
    let text = rest.join(" ");
    Some(ForeignKey {
        on_delete: action(&text, "on delete "),
        on_update: action(&text, "on update "),
        match_type: match text.split_once("match ").map(|(_, rest)| rest) {
            Some(rest) if rest.starts_with("full") => MatchType::Full,
            Some(rest) if rest.starts_with("partial") => MatchType::Partial,
            _ => MatchType::Simple,
        },
        ..ForeignKey::new(columns, target, target_columns)
    })
}

fn action(text: &str, lead: &str) -> Action {
    let Some((_, rest)) = text.split_once(lead) else { return Action::NoAction };
    let actions = [
        ("cascade", Action::Cascade),
        ("restrict", Action::Restrict),
        ("set null", Action::SetNull),
        ("set default", Action::SetDefault),
    ];
    actions
        .into_iter()
        .find(|(word, _)| rest.starts_with(word))
        .map_or(Action::NoAction, |(_, action)| action)
}

fn deferrability(words: &[String]) -> Deferrability {
    let text = words.join(" ");
    if !text.contains("deferrable") || text.contains("not deferrable") {
        Deferrability::NotDeferrable
    } else if text.contains("initially deferred") {
        Deferrability::Deferred
    } else {
        Deferrability::Immediate
    }
}
