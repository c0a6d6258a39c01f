//! Rename hints in a model's comments: `-- autogen: renamed from old_name`
//! above a table, a column, an enum value or any other object.

use crate::classify::{Object, unquoted};
use crate::dialect::Dialect;
use crate::lexeme::{Lexeme, LexemeKind, lexemes};
use crate::lexer::tokens;
use crate::lines::LineIndex;
use crate::syntax::Syntax;
use crate::token::{TokenKind, TokenizeError};

/// A hint, with the names as they are written in the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameHint {
    /// What stands below it.
    pub target: HintTarget,
    /// The old name.
    pub from: String,
    /// The line of the hint, from 1.
    pub line: usize,
}

/// What a hint stands above; names are qualified as the model writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HintTarget {
    /// A table.
    Table(Vec<String>),
    /// A column of a table.
    Column(Vec<String>, String),
    /// A value of an enum type.
    EnumValue(Vec<String>, String),
    /// Any other object, by its kind in lower case (`materialized view`).
    Object(String, Vec<String>),
}

/// All rename hints of a script.
///
/// # Errors
/// When the text ends inside a quote or a comment.
pub fn rename_hints(dialect: Dialect, script: &str) -> Result<Vec<RenameHint>, TokenizeError> {
    let tokens = tokens(Syntax::server(dialect), script)?;
    let comments = tokens.into_iter().filter(|token| token.kind == TokenKind::Comment);
    let hinted =
        comments.filter_map(|token| Some((hinted_name(&script[token.span.clone()])?, token.span.end)));
    let hinted: Vec<(String, usize)> = hinted.collect();
    if hinted.is_empty() {
        return Ok(Vec::new());
    }
    let (lines, lexemes) = (LineIndex::new(script), lexemes(dialect, script));
    let ends: Vec<usize> = (0..lexemes.len()).filter(|at| lexemes[*at].is_sign(";")).collect();
    let hint = |(from, end): (String, usize)| {
        let at = lexemes.partition_point(|lexeme| lexeme.span.start < end);
        let start = ends[..ends.partition_point(|end| *end < at)].last().map_or(0, |end| end + 1);
        let line = lines.line_at(end.saturating_sub(1));
        Some(RenameHint { target: hinted_object(dialect, &lexemes, start, at)?, from, line })
    };
    Ok(hinted.into_iter().filter_map(hint).collect())
}

fn hinted_name(comment: &str) -> Option<String> {
    let block = || comment.strip_prefix("/*").and_then(|rest| rest.strip_suffix("*/"));
    let text = comment.strip_prefix("--").or_else(|| comment.strip_prefix('#')).or_else(block)?;
    let hint = text.trim().strip_prefix("autogen:")?.trim();
    let name = hint.strip_prefix("renamed from")?.trim();
    let name = without_quotes(name);
    (!name.is_empty()).then_some(name)
}

/// A name or value as the server keeps it, where it is quoted as in SQL.
fn without_quotes(name: &str) -> String {
    let quote = name.chars().next().filter(|quote| matches!(quote, '"' | '`' | '\''));
    let inner = quote.and_then(|quote| {
        let inner =
            name.strip_prefix(quote)?.strip_suffix(quote)?.replace(&format!("{quote}{quote}"), "\u{0}");
        // Another quote inside would end it: `"a"."b"`.
        (!inner.contains(quote)).then(|| inner.replace('\u{0}', &quote.to_string()))
    });
    inner.unwrap_or_else(|| name.trim_matches(|c| matches!(c, '"' | '`' | '\'')).to_owned())
}

/// What stands below the hint before the lexeme at `at`, in a statement that begins at `start` or at the hint.
fn hinted_object(dialect: Dialect, lexemes: &[Lexeme], start: usize, at: usize) -> Option<HintTarget> {
    let next = lexemes.get(at)?;
    if next.is("CREATE") {
        let (kind, name) = created(dialect, &lexemes[at..])?;
        return Some(if kind == "table" { HintTarget::Table(name) } else { HintTarget::Object(kind, name) });
    }
    let (kind, whole) = created(dialect, &lexemes[start..])?;
    match (kind.as_str(), &next.kind) {
        ("table", LexemeKind::Word(_) | LexemeKind::Name(_)) => {
            Some(HintTarget::Column(whole, unquoted(dialect, next)?))
        }
        ("type", LexemeKind::Text(value)) => Some(HintTarget::EnumValue(whole, value.clone())),
        _ => None,
    }
}

/// The kind and the name of what is made next.
fn created(dialect: Dialect, lexemes: &[Lexeme]) -> Option<(String, Vec<String>)> {
    let create = lexemes.iter().position(|lexeme| lexeme.is("CREATE"))?;
    let object = Object::of(dialect, &lexemes[create..])?;
    Some((object.kind.to_lowercase(), object.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_within_a_name_are_doubled() {
        for (written, name) in [
            ("a", "a"),
            ("\"a\"", "a"),
            ("\"a\"\"b\"", "a\"b"),
            ("`a``b`", "a`b"),
            ("a\"b", "a\"b"),
            ("s1.a", "s1.a"),
            ("'it''s'", "it's"),
        ] {
            assert_eq!(hinted_name(&format!("-- autogen: renamed from {written}")).as_deref(), Some(name));
        }
        let script = "CREATE TABLE t (\n-- autogen: renamed from \"a\"\n\"b\"\"c\" int);";
        let hints = rename_hints(Dialect::Postgres, script).expect("tokens");
        assert_eq!(hints[0].target, HintTarget::Column(vec!["t".into()], "b\"c".into()));
    }

    #[test]
    fn hints_stand_above_tables_and_columns() {
        let script = "-- autogen: renamed from people\nCREATE TABLE IF NOT EXISTS app.users (\n  id int,\n  \
                      -- autogen: renamed from name\n  full_name text\n);";
        let hints = rename_hints(Dialect::Postgres, script).expect("tokens");
        let table = vec!["app".to_owned(), "users".to_owned()];
        let column = HintTarget::Column(table.clone(), "full_name".into());
        assert_eq!(
            hints,
            [
                RenameHint { target: HintTarget::Table(table), from: "people".into(), line: 1 },
                RenameHint { target: column, from: "name".into(), line: 4 },
            ]
        );
    }

    #[test]
    fn hints_stand_above_everything_else_too() {
        let script = "-- autogen: renamed from old\nCREATE OR REPLACE FUNCTION app.f(a int) RETURNS int;\n\
                      -- autogen: renamed from old\nCREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1;\n\
                      CREATE TYPE mood AS ENUM ('sad',\n-- autogen: renamed from 'good'\n'fine');";
        let hints = rename_hints(Dialect::Postgres, script).expect("tokens");
        let targets: Vec<HintTarget> = hints.into_iter().map(|hint| hint.target).collect();
        assert_eq!(
            targets,
            [
                HintTarget::Object("function".into(), vec!["app".into(), "f".into()]),
                HintTarget::Object("materialized view".into(), vec!["v".into()]),
                HintTarget::EnumValue(vec!["mood".into()], "fine".into()),
            ]
        );
    }
}
