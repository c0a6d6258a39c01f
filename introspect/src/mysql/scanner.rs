//! The parts of SQL as the server writes it: what separators stand between, outside of quotes, comments and
//! parentheses. It reads what `SHOW CREATE` prints and nothing else.

use std::ops::Range;

use autogen_sql_text::{Dialect, Syntax, Token, TokenKind};

/// The tokens of a text; a text that never ends is one.
fn read(text: &str) -> Vec<Token> {
    let whole = || vec![Token { kind: TokenKind::String, span: 0..text.len() }];
    autogen_sql_text::tokens(Syntax::server(Dialect::Mysql), text).unwrap_or_else(|_| whole())
}

/// The tokens outside of parentheses and conditional comments.
fn outside<'a>(text: &'a str, tokens: &'a [Token]) -> impl Iterator<Item = &'a Token> {
    let mut depth = 0_usize;
    tokens.iter().filter(move |token| {
        let opens = token.kind == TokenKind::ConditionalOpen || text[token.span.clone()] == *"(";
        let closes = token.kind == TokenKind::ConditionalClose || text[token.span.clone()] == *")";
        let is_outside = depth == 0;
        depth = (depth + usize::from(opens)).saturating_sub(usize::from(closes));
        is_outside
    })
}

/// The pieces between separators that stand outside of quotes and parentheses.
pub(super) fn split(text: &str, separator: char) -> Vec<&str> {
    let tokens = read(text);
    let mut pieces = Vec::new();
    let mut start = 0;
    for token in outside(text, &tokens).filter(|token| is_plain(token.kind)) {
        for (at, _) in text[token.span.clone()].match_indices(separator) {
            pieces.push(&text[start..token.span.start + at]);
            start = token.span.start + at + separator.len_utf8();
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// Whether a token holds no text of its own.
fn is_plain(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Space | TokenKind::Sign | TokenKind::Terminator)
}

/// The text as quoted names, strings, comments and what stands between them.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let mut rest = 0;
    let mut open = None;
    for token in read(text) {
        let Range { start, end } = token.span;
        match token.kind {
            TokenKind::ConditionalOpen => open = Some(start),
            TokenKind::QuotedName | TokenKind::String | TokenKind::Comment | TokenKind::ConditionalClose => {
                let start = match token.kind {
                    TokenKind::ConditionalClose => open.take().unwrap_or(start),
                    _ if open.is_some() => continue,
                    _ => start,
                };
                found.extend([&text[rest..start], &text[start..end]]);
                rest = end;
            }
            TokenKind::Space
            | TokenKind::Word
            | TokenKind::OtherString
            | TokenKind::Number
            | TokenKind::Variable
            | TokenKind::Sign
            | TokenKind::Terminator
            | TokenKind::ClientCommand
            | TokenKind::CopyData => {}
        }
    }
    found.push(&text[rest..]);
    found.retain(|token| !token.is_empty());
    found
}

/// The words of a text; what stands in parentheses belongs to the word in front of it.
pub(super) fn words(text: &str) -> Vec<&str> {
    split(text, ' ').into_iter().map(str::trim).filter(|word| !word.is_empty()).collect()
}

/// What stands in the first parentheses, and what stands before and after them.
pub(super) fn parenthesized(text: &str) -> Option<(&str, &str, &str)> {
    let tokens = read(text);
    let is = |token: &Token, sign: &str| token.kind == TokenKind::Sign && text[token.span.clone()] == *sign;
    let mut depth = 0;
    let mut open = None;
    for token in &tokens {
        if is(token, "(") {
            open.get_or_insert(token.span.start);
            depth += 1;
        } else if is(token, ")") && depth > 0 {
            depth -= 1;
        }
        if let Some(start) = open.filter(|_| depth == 0) {
            return Some((&text[..start], &text[start + 1..token.span.start], &text[token.span.end..]));
        }
    }
    None
}

/// A name in back quotes at the start of a text, and what follows it.
pub(super) fn name(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('`')?;
    let mut rest = inner;
    loop {
        let (_, after) = rest.split_once('`')?;
        let Some(doubled) = after.strip_prefix('`') else {
            let quoted = &inner[..inner.len() - after.len() - 1];
            return Some((quoted.replace("``", "`"), after));
        };
        rest = doubled;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_groups_hide_what_is_in_them() {
        let text =
            "`a,b` int DEFAULT (f(',', \")\")),c varchar(5) COMMENT 'it''s \\', NOT NULL',/*!1 d, e */ f";
        assert_eq!(
            split(text, ','),
            [
                "`a,b` int DEFAULT (f(',', \")\"))",
                "c varchar(5) COMMENT 'it''s \\', NOT NULL'",
                "/*!1 d, e */ f"
            ]
        );
        assert_eq!(
            words("varchar(5)  NOT NULL COMMENT 'a b'"),
            ["varchar(5)", "NOT", "NULL", "COMMENT", "'a b'"]
        );
        assert_eq!(tokens("a (`b`,'(') /* c */d"), ["a (", "`b`", ",", "'('", ") ", "/* c */", "d"]);
        assert_eq!(parenthesized("KEY `(` (`a`(3),(b + 1)) c"), Some(("KEY `(` ", "`a`(3),(b + 1)", " c")));
        assert_eq!(name("`a``b`` c`d"), Some(("a`b` c".to_owned(), "d")));
        assert_eq!(name("`a``b` c"), Some(("a`b".to_owned(), " c")));
    }

    #[test]
    fn a_text_that_never_ends_is_taken_to_its_end() {
        for text in ["`a", "'a", "(a", "/* a", "'a\\"] {
            assert_eq!(split(text, ','), [text]);
        }
    }
}
