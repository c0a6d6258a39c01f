//! Rename hints in a model's comments: `-- autogen: renamed from old_name`
//! above a table or a column.

use sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace};

use crate::dialect::Dialect;
use crate::text::statement::{TokenizeError, tokenize};

/// A hint, with the names as they are written in the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameHint {
    /// The table, qualified as the model writes it.
    pub table: Vec<String>,
    /// The column, when the hint stands above one.
    pub column: Option<String>,
    /// The old name.
    pub from: String,
    /// The line of the hint, from 1.
    pub line: usize,
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
            if let Some((table, column)) = hinted_object(&tokens, i) {
                hints.push(RenameHint { table, column, from, line });
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
    let name = name.trim_matches(|c| matches!(c, '"' | '`'));
    (!name.is_empty()).then(|| name.to_owned())
}

/// What stands below the hint at position `at`.
fn hinted_object(tokens: &[TokenWithSpan], at: usize) -> Option<(Vec<String>, Option<String>)> {
    let next = significant(&tokens[at..]).next()?;
    if is_word(next, "CREATE") {
        return Some((created_table(&tokens[at..])?, None));
    }
    let Token::Word(column) = next else { return None };
    let mut start = at;
    while start > 0 && !matches!(tokens[start - 1].token, Token::SemiColon) {
        start -= 1;
    }
    Some((created_table(&tokens[start..])?, Some(column.value.clone())))
}

/// The name in `CREATE [UNLOGGED …] TABLE [IF NOT EXISTS] a.b`.
fn created_table(tokens: &[TokenWithSpan]) -> Option<Vec<String>> {
    let mut words = significant(tokens).skip_while(|token| !is_word(token, "TABLE")).skip(1).peekable();
    while words.peek().is_some_and(|t| ["IF", "NOT", "EXISTS"].iter().any(|w| is_word(t, w))) {
        words.next();
    }
    let mut name = Vec::new();
    loop {
        let Some(Token::Word(word)) = words.next() else { return None };
        name.push(word.value.clone());
        if words.next() != Some(&Token::Period) {
            return Some(name);
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
        assert_eq!(
            hints,
            [
                RenameHint { table: table.clone(), column: None, from: "people".into(), line: 1 },
                RenameHint { table, column: Some("full_name".into()), from: "name".into(), line: 4 },
            ]
        );
    }
}
