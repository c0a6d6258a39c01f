//! Rename hints in a model's comments: `-- autogen: renamed from old_name`
//! above a table, a column, an enum value or any other object.

use sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace};

use crate::Dialect;
use crate::text::statement::{TokenizeError, tokenize};

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
    let tokens = tokenize(dialect, script)?;
    let mut hints = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if let Some(from) = hinted_name(&token.token) {
            let line = usize::try_from(token.span.start.line).unwrap_or(usize::MAX);
            if let Some(target) = hinted_object(&tokens, i) {
                hints.push(RenameHint { target, from, line });
            }
        }
    }
    Ok(hints)
}

fn hinted_name(token: &Token) -> Option<String> {
    let Token::Whitespace(space) = token else { return None };
    let comment = match space {
        Whitespace::SingleLineComment { comment, .. } | Whitespace::MultiLineComment(comment) => comment,
        Whitespace::Space | Whitespace::Newline | Whitespace::Tab => return None,
    };
    let hint = comment.trim().strip_prefix("autogen:")?.trim();
    let name = hint.strip_prefix("renamed from")?.trim();
    let name = name.trim_matches(|c| matches!(c, '"' | '`' | '\''));
    (!name.is_empty()).then(|| name.to_owned())
}

/// What stands below the hint at position `at`.
fn hinted_object(tokens: &[TokenWithSpan], at: usize) -> Option<HintTarget> {
    let next = significant(&tokens[at..]).next()?;
    if is_word(next, "CREATE") {
        let (kind, name) = created(&tokens[at..])?;
        return Some(if kind == "table" { HintTarget::Table(name) } else { HintTarget::Object(kind, name) });
    }
    let mut start = at;
    while start > 0 && !matches!(tokens[start - 1].token, Token::SemiColon) {
        start -= 1;
    }
    let (kind, whole) = created(&tokens[start..])?;
    match (kind.as_str(), next) {
        ("table", Token::Word(column)) => Some(HintTarget::Column(whole, column.value.clone())),
        ("type", Token::SingleQuotedString(value)) => Some(HintTarget::EnumValue(whole, value.clone())),
        _ => None,
    }
}

/// Words between `CREATE` and a name that say nothing of the kind.
const ASIDE: [&str; 13] = [
    "OR",
    "REPLACE",
    "IF",
    "NOT",
    "EXISTS",
    "UNLOGGED",
    "TEMPORARY",
    "TEMP",
    "UNIQUE",
    "CONCURRENTLY",
    "CONSTRAINT",
    "RECURSIVE",
    "TRUSTED",
];

/// Kinds that are named by more than one word.
const LONG_KINDS: [&str; 11] = [
    "materialized view",
    "event trigger",
    "foreign table",
    "foreign data wrapper",
    "operator class",
    "operator family",
    "access method",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
];

/// The kind and the name in `CREATE [OR REPLACE …] kind [IF NOT EXISTS] a.b`.
fn created(tokens: &[TokenWithSpan]) -> Option<(String, Vec<String>)> {
    let is_aside = |token: &&Token| ASIDE.iter().any(|word| is_word(token, word));
    let mut words = significant(tokens)
        .skip_while(|token| !is_word(token, "CREATE"))
        .skip(1)
        .filter(|token| !is_aside(token));
    let mut kind = String::new();
    loop {
        let Some(Token::Word(word)) = words.next() else { return None };
        kind = format!("{kind} {}", word.value.to_lowercase()).trim().to_owned();
        let longer = |long: &str| long.starts_with(&format!("{kind} "));
        if !LONG_KINDS.iter().any(|long| longer(long)) {
            break;
        }
    }
    let mut name = Vec::new();
    loop {
        let Some(Token::Word(word)) = words.next() else { return None };
        name.push(word.value.clone());
        if words.next() != Some(&Token::Period) {
            return Some((kind, name));
        }
    }
}

fn significant(tokens: &[TokenWithSpan]) -> impl Iterator<Item = &Token> {
    tokens.iter().map(|token| &token.token).filter(|token| !matches!(token, Token::Whitespace(_)))
}

fn is_word(token: &Token, text: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

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
