//! The tokens of SQLite's stored texts, so that spelling is no difference.

use sqlparser::tokenizer::Token;

use crate::Dialect;
use crate::text::statement::tokenize;

/// The tokens of a text in one line: words in lower case and unquoted, strings
/// as they are, comments and white space gone.
///
/// A text that can't be read is returned as it is: it then equals only itself.
pub fn canonical_tokens(text: &str) -> String {
    tokens(text).map_or_else(|| text.to_owned(), |tokens| tokens.join(" "))
}

/// The canonical tokens one by one, or `None` when the text can't be read.
pub fn tokens(text: &str) -> Option<Vec<String>> {
    let tokens = tokenize(Dialect::Sqlite, text).ok()?;
    Some(tokens.iter().filter_map(|token| canonical(&token.token)).collect())
}

fn canonical(token: &Token) -> Option<String> {
    match token {
        Token::Whitespace(_) | Token::EOF => None,
        Token::Word(word) => Some(word.value.to_ascii_lowercase()),
        other => Some(other.to_string()),
    }
}
