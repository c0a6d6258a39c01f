//! One spelling of texts that say the same.

use crate::dialect::Dialect;
use crate::lexeme::{Lexeme, LexemeKind, lexemes};
use crate::lexer::tokens;
use crate::syntax::Syntax;
use crate::token::TokenKind;

/// The tokens of one of SQLite's stored texts in one line: words in lower case and unquoted, strings as they are,
/// comments and white space gone.
///
/// A text that can't be read is returned as it is: it then equals only itself.
pub fn canonical_tokens(text: &str) -> String {
    canonical_lexemes(text).map_or_else(|| text.to_owned(), |tokens| tokens.join(" "))
}

/// The canonical tokens one by one, or `None` when the text can't be read.
pub fn canonical_lexemes(text: &str) -> Option<Vec<String>> {
    tokens(Syntax::server(Dialect::Sqlite), text).ok()?;
    Some(lexemes(Dialect::Sqlite, text).iter().map(Lexeme::canonical).collect())
}

impl Lexeme {
    /// Its spelling in a canonical text.
    pub fn canonical(&self) -> String {
        match &self.kind {
            LexemeKind::Word(word) | LexemeKind::Name(word) => word.to_ascii_lowercase(),
            LexemeKind::Text(text) => format!("'{text}'"),
            LexemeKind::Other(sign) if sign == "!=" => "<>".to_owned(),
            LexemeKind::Other(blob) if blob.starts_with("x'") => blob.replacen('x', "X", 1),
            LexemeKind::Other(other) => other.clone(),
        }
    }
}

/// An expression of PostgreSQL without white space, parentheses and casts outside of quotes. Keywords are upper case
/// in the server's spelling, so a cast's type ends before them.
///
/// It is for asking whether two expressions may be the same, and no SQL.
pub fn normalize_expr(text: &str) -> String {
    let Ok(found) = tokens(Syntax::server(Dialect::Postgres), text) else { return text.to_owned() };
    let mut normalized = String::new();
    let mut in_cast = false;
    for token in found {
        let part = &text[token.span];
        match (token.kind, part) {
            (TokenKind::Space | TokenKind::Comment, _) | (TokenKind::Sign, "(" | ")" | "[" | "]") => {
                in_cast &= !matches!(part, "(" | ")");
            }
            (TokenKind::Sign, "::") => in_cast = true,
            (TokenKind::Sign, ".") if in_cast => {}
            (TokenKind::Word, _) if in_cast => {
                let rest = part.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '_');
                normalized.push_str(rest);
                in_cast = rest.is_empty();
            }
            _ => {
                normalized.push_str(part);
                in_cast = false;
            }
        }
    }
    normalized
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_no_difference() {
        let one = canonical_tokens("CHECK (\"A\" != 'x''Y' AND [b]>1.5e3) -- c");
        assert_eq!(one, "check ( a <> 'x''Y' and b > 1.5e3 )");
        assert_eq!(canonical_tokens("a 'b"), "a 'b");
        assert_eq!(canonical_tokens("x'AB' || 0x1f"), "X'AB' || 0x1f");
    }

    #[test]
    fn a_second_reading_is_the_same() {
        let once = "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))";
        let twice =
            "((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text]))";
        assert_eq!(normalize_expr(once), normalize_expr(twice));
        assert_ne!(normalize_expr("(a > 1)"), normalize_expr("(a > 2)"));
        assert_ne!(normalize_expr("'a b'"), normalize_expr("'ab'"));
        assert_ne!(normalize_expr("a::t1"), normalize_expr("a::t2"));
        assert_eq!(normalize_expr("a::text IS NULL"), "aISNULL");
    }
}
