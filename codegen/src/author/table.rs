//! Checks and defaults of a table, as the author wrote them.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::Dialect;
use autogen_diff_core::model::{ConstraintKind, Table};
use autogen_sql_text::{Lexeme, Object, unquoted};

use super::text::can_be_said;
use crate::postgres::stable;
use crate::quote::Quoter;

/// What an author says of a table. Nothing where it is said more than once.
#[derive(Debug, Default)]
pub(super) struct TableWords {
    /// By the constraint's name.
    checks: BTreeMap<String, Option<String>>,
    /// By the column's name.
    defaults: BTreeMap<String, Option<String>>,
}

/// The longest name of the server's; longer ones it shortens by a rule of its own (manual, 4.1.1).
const LONGEST_NAME: usize = 63;

/// The words that begin a constraint of a table where a column could stand.
const TABLE_CONSTRAINTS: [&str; 7] =
    ["CONSTRAINT", "CHECK", "PRIMARY", "UNIQUE", "FOREIGN", "EXCLUDE", "LIKE"];

/// The words that end a default outside of parentheses.
const BEHIND_DEFAULT: [&str; 11] = [
    "CONSTRAINT",
    "CHECK",
    "PRIMARY",
    "UNIQUE",
    "REFERENCES",
    "NOT",
    "NULL",
    "GENERATED",
    "COLLATE",
    "DEFERRABLE",
    "INITIALLY",
];

impl TableWords {
    /// Takes what a `CREATE TABLE` with columns says.
    pub(super) fn note_created(&mut self, text: &str, object: &Object, lexemes: &[Lexeme]) {
        let behind = lexemes.iter().position(|lexeme| lexeme.span.start >= object.span.end);
        let Some(open) = behind.filter(|at| lexemes[*at].is_sign("(")) else { return };
        let Some(table) = object.name.last() else { return };
        let elements = elements(&lexemes[open + 1..]);
        let columns: BTreeSet<String> = elements.iter().filter_map(|element| column(element)).collect();
        for element in elements {
            match column(element) {
                Some(column) => {
                    self.note_default(text, &column, element);
                    self.note_checks(text, element, |_| format!("{table}_{column}_check"));
                }
                None => self.note_checks(text, element, |inside| name_by_columns(table, &columns, inside)),
            }
        }
    }

    /// Takes what the actions of an `ALTER TABLE` say. What has been said before is said no more.
    pub(super) fn note_altered(&mut self, text: &str, object: &Object, lexemes: &[Lexeme]) {
        let Some(table) = object.name.last() else { return };
        let behind = lexemes.iter().position(|lexeme| lexeme.span.start >= object.span.end);
        let Some(actions) = behind.map(|behind| &lexemes[behind..]) else { return };
        for action in actions_of(actions) {
            let Some((verb, rest)) = action.split_first() else { continue };
            let rest = if rest.first().is_some_and(|word| word.is("COLUMN")) { &rest[1..] } else { rest };
            match column(rest) {
                Some(column) if verb.is("ADD") => {
                    self.note_default(text, &column, rest);
                    self.note_checks(text, rest, |_| format!("{table}_{column}_check"));
                }
                Some(column) if verb.is("ALTER") => match rest {
                    [_, set, default, value @ ..] if set.is("SET") && default.is("DEFAULT") => {
                        note(&mut self.defaults, column, said(text, value));
                    }
                    [_, drop, default] if drop.is("DROP") && default.is("DEFAULT") => {
                        note(&mut self.defaults, column, None);
                    }
                    _ => {}
                },
                Some(_) => {}
                None => {
                    self.note_checks(text, rest, |inside| name_by_columns(table, &BTreeSet::new(), inside));
                }
            }
        }
    }

    /// Takes the checks of an element, by their names, or those that the server gives.
    fn note_checks(&mut self, text: &str, element: &[Lexeme], name: impl Fn(&[Lexeme]) -> String) {
        let mut given = None;
        for (at, lexeme) in outside(element) {
            if lexeme.is("CONSTRAINT") {
                given = element.get(at + 1).and_then(|name| unquoted(Dialect::Postgres, name));
            } else if lexeme.is("CHECK")
                && let Some(inside) = element.get(at + 1..).and_then(inside)
            {
                let name = given.take().unwrap_or_else(|| name(inside));
                note(&mut self.checks, name, said(text, inside));
            }
        }
    }

    fn note_default(&mut self, text: &str, column: &str, element: &[Lexeme]) {
        let is_default = |(at, lexeme): &(usize, &Lexeme)| {
            let before = at.checked_sub(1).map(|before| &element[before]);
            lexeme.is("DEFAULT") && !before.is_some_and(|before| before.is_any(&["BY", "SET"]))
        };
        let Some((at, _)) = outside(element).find(is_default) else { return };
        let behind = &element[at + 1..];
        let mut ends = outside(behind).filter(|(at, lexeme)| *at > 0 && lexeme.is_any(&BEHIND_DEFAULT));
        let end = ends.next().map_or(behind.len(), |(end, _)| end);
        note(&mut self.defaults, column.to_owned(), said(text, &behind[..end]));
    }

    /// A statement with these words in the place of the server's.
    pub(super) fn put_into(&self, sql: &str, table: &Table) -> String {
        let quoter = Quoter::new(Dialect::Postgres, None);
        let mut sql = sql.to_owned();
        for constraint in &table.constraints {
            let (Some(name), ConstraintKind::Check(check)) = (&constraint.name, &constraint.kind) else {
                continue;
            };
            let Some(Some(said)) = self.checks.get(name.as_str()) else { continue };
            let planned = stable(format!("CONSTRAINT {} CHECK ({})", quoter.ident(name), check.expression));
            sql = sql.replacen(&planned, &format!("CONSTRAINT {} CHECK ({said})", quoter.ident(name)), 1);
        }
        for column in &table.columns {
            let (Some(default), Some(Some(said))) =
                (&column.default, self.defaults.get(column.name.as_str()))
            else {
                continue;
            };
            sql = with_default(&sql, &quoter.ident(&column.name), &stable(default.to_string()), said);
        }
        sql
    }
}

/// Puts a default in other words where it is a column's.
fn with_default(sql: &str, column: &str, planned: &str, said: &str) -> String {
    let leads = [
        format!("\n    {column} "),
        format!(" ADD COLUMN {column} "),
        format!(" ALTER COLUMN {column} SET DEFAULT "),
    ];
    let default = format!(" DEFAULT {planned}");
    for lead in leads {
        let Some(start) = sql.find(&lead) else { continue };
        let line = sql[start + 1..].find('\n').map_or(sql.len(), |end| start + 1 + end);
        let Some(at) = sql[start..line].find(&default).map(|at| start + at) else { continue };
        let behind = at + default.len();
        if sql[behind..].chars().next().is_none_or(|next| matches!(next, ',' | ' ' | '\n')) {
            return format!("{} DEFAULT {said}{}", &sql[..at], &sql[behind..]);
        }
    }
    sql.to_owned()
}

fn note(words: &mut BTreeMap<String, Option<String>>, name: String, said: Option<String>) {
    let is_first = !words.contains_key(&name) && name.len() <= LONGEST_NAME;
    words.insert(name, said.filter(|_| is_first));
}

/// What an author wrote, from the first token to the last.
fn said(text: &str, lexemes: &[Lexeme]) -> Option<String> {
    let (first, last) = (lexemes.first()?, lexemes.last()?);
    let said = &text[first.span.start..last.span.end];
    can_be_said(said).then(|| said.to_owned())
}

/// The elements between commas, up to the parenthesis that closes the list.
fn elements(lexemes: &[Lexeme]) -> Vec<&[Lexeme]> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, lexeme) in outside(lexemes).filter(|(_, lexeme)| lexeme.is_sign(",") || lexeme.is_sign(")")) {
        found.push(&lexemes[start..at]);
        start = at + 1;
        if lexeme.is_sign(")") {
            return found;
        }
    }
    Vec::new()
}

/// The actions between commas.
fn actions_of(lexemes: &[Lexeme]) -> Vec<&[Lexeme]> {
    let commas = outside(lexemes).filter(|(_, lexeme)| lexeme.is_sign(",")).map(|(at, _)| at);
    let mut found = Vec::new();
    let mut start = 0;
    for end in commas.chain([lexemes.len()]) {
        found.push(&lexemes[start..end]);
        start = end + 1;
    }
    found
}

/// The column that an element is, by the server's spelling of its name.
fn column(element: &[Lexeme]) -> Option<String> {
    let first = element.first()?;
    (!first.is_any(&TABLE_CONSTRAINTS)).then(|| unquoted(Dialect::Postgres, first)).flatten()
}

/// What stands in the parentheses that come first.
fn inside(lexemes: &[Lexeme]) -> Option<&[Lexeme]> {
    let (first, behind) = lexemes.split_first()?;
    let close = outside(behind).find(|(_, lexeme)| lexeme.is_sign(")")).filter(|_| first.is_sign("("));
    close.map(|(close, _)| &behind[..close])
}

/// The tokens outside of all parentheses and brackets, each with its place. What closes one that was open before is outside.
fn outside(lexemes: &[Lexeme]) -> impl Iterator<Item = (usize, &Lexeme)> {
    let mut depth = 0_usize;
    lexemes.iter().enumerate().filter(move |(_, lexeme)| {
        let before = depth;
        if lexeme.is_sign("(") || lexeme.is_sign("[") {
            depth += 1;
        } else if lexeme.is_sign(")") || lexeme.is_sign("]") {
            depth = depth.saturating_sub(1);
        }
        before == 0
    })
}

/// The name that the server gives a check of a table: with the column's where it names just one.
fn name_by_columns(table: &str, columns: &BTreeSet<String>, inside: &[Lexeme]) -> String {
    let named: BTreeSet<String> = inside
        .iter()
        .filter_map(|lexeme| unquoted(Dialect::Postgres, lexeme))
        .filter(|name| columns.contains(name))
        .collect();
    match named.iter().collect::<Vec<_>>().as_slice() {
        [column] => format!("{table}_{column}_check"),
        _ => format!("{table}_check"),
    }
}

#[cfg(test)]
mod tests {
    use autogen_sql_text::{Statement, lexemes};

    use super::*;

    fn words(text: &str) -> TableWords {
        let mut words = TableWords::default();
        for text in text.split(';') {
            let lexemes = lexemes(Dialect::Postgres, text);
            let statement = Statement::of_lexemes(Dialect::Postgres, &lexemes);
            let object = statement.object.expect("a table");
            match statement.verb.as_str() {
                "CREATE" => words.note_created(text, &object, &lexemes),
                _ => words.note_altered(text, &object, &lexemes),
            }
        }
        words
    }

    fn lines(words: &BTreeMap<String, Option<String>>) -> Vec<String> {
        words.iter().map(|(name, said)| format!("{name}: {}", said.as_deref().unwrap_or("?"))).collect()
    }

    #[test]
    fn checks_have_the_names_that_the_server_gives() {
        let found = words(
            "CREATE TABLE app.t (a int CHECK (a > 0) CONSTRAINT odd CHECK (a % 2 = 1), \"B b\" text CHECK (\"B b\" <> ''), \
             c int REFERENCES o (x) ON DELETE SET DEFAULT CHECK (c IN (1, 2)) CHECK (c < 9), CHECK (a > c), \
             CONSTRAINT named CHECK ((a) > 1 -- so\n), EXCLUDE USING gist (a WITH =));\
             ALTER TABLE app.t ADD CONSTRAINT later CHECK (a < 5) NOT VALID",
        );
        assert_eq!(
            lines(&found.checks),
            [
                "later: a < 5",
                "named: (a) > 1",
                "odd: a % 2 = 1",
                "t_B b_check: \"B b\" <> ''",
                "t_a_check: a > 0",
                "t_c_check: ?",
                "t_check: a > c",
            ]
        );
        assert!(found.defaults.is_empty(), "{:?}", found.defaults);
    }

    #[test]
    fn a_default_ends_where_the_next_clause_begins() {
        let table = "CREATE TABLE t (a int DEFAULT NULL NOT NULL, b text NOT NULL DEFAULT lower('X') CHECK (b <> ''), \
             c int GENERATED BY DEFAULT AS IDENTITY, d text[] DEFAULT ARRAY['a', 'b'], e int DEFAULT (1 + 1) CONSTRAINT n NOT NULL)";
        let said = ["a: NULL", "b: lower('X')", "d: ARRAY['a', 'b']", "e: (1 + 1)"];
        assert_eq!(lines(&words(table).defaults), said);
        let altered = words(&format!(
            "{table};ALTER TABLE ONLY t ALTER b SET DEFAULT 'y', ALTER COLUMN x SET DEFAULT 1 + 1, ADD f int DEFAULT 2 NOT NULL"
        ));
        assert_eq!(
            lines(&altered.defaults),
            ["a: NULL", "b: ?", "d: ARRAY['a', 'b']", "e: (1 + 1)", "f: 2", "x: 1 + 1"]
        );
    }

    #[test]
    fn a_default_is_put_in_the_place_of_its_columns_own() {
        let sql =
            "CREATE TABLE t (\n    a text DEFAULT 'x'::text,\n    ab text DEFAULT 'x'::text NOT NULL\n)";
        let said = "CREATE TABLE t (\n    a text DEFAULT 'x'::text,\n    ab text DEFAULT 'x' NOT NULL\n)";
        assert_eq!(with_default(sql, "ab", "'x'::text", "'x'"), said);
        assert_eq!(with_default(sql, "b", "'x'::text", "'x'"), sql);
        let altered = "ALTER TABLE t ALTER COLUMN a SET DEFAULT '1'::text";
        assert_eq!(
            with_default(altered, "a", "'1'::text", "'1'"),
            "ALTER TABLE t ALTER COLUMN a SET DEFAULT '1'"
        );
        assert_eq!(with_default(altered, "a", "'1'", "1"), altered);
    }
}
