//! MySQL's and MariaDB's conditional comments: `/*!80000 text */` is a comment for other servers and
//! older releases, and SQL for the rest (MySQL manual, 11.7; MariaDB, "Comment Syntax").

use std::borrow::Cow;

use crate::client::blanks;
use crate::dialect::{Dialect, Flavor, Version};
use crate::lexer::tokens;
use crate::syntax::Syntax;
use crate::token::{TokenKind, TokenizeError};

/// The script as a server reads it, of the same length: the comments that it opens are plain SQL,
/// and those that it does not open are blank.
///
/// # Errors
/// When the script ends inside a quote or a comment.
pub fn open_conditional_comments(
    script: &str,
    flavor: Flavor,
    version: Version,
) -> Result<Cow<'_, str>, TokenizeError> {
    if !script.contains("/*!") && !script.contains("/*M!") {
        return Ok(Cow::Borrowed(script));
    }
    let mut text = String::with_capacity(script.len());
    for token in tokens(Syntax::server(Dialect::Mysql).on(flavor, version), script)? {
        let part = &script[token.span];
        let is_unopened =
            token.kind == TokenKind::Comment && (part.starts_with("/*!") || part.starts_with("/*M!"));
        if is_unopened || matches!(token.kind, TokenKind::ConditionalOpen | TokenKind::ConditionalClose) {
            text.push_str(&blanks(part));
        } else {
            text.push_str(part);
        }
    }
    Ok(Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str, flavor: Flavor, version: &str) -> String {
        let opened = open_conditional_comments(script, flavor, Version::parse(version)).expect("tokens");
        assert_eq!(opened.len(), script.len());
        opened.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_server_opens_what_is_for_it() {
        let script =
            "/*!40101 SET a */; /*!80000 b */ /*M!100600 c */ /*!999999 d */ /*! e */ /*!50003 '*/' */";
        assert_eq!(words(script, Flavor::Mysql, "9.7.0"), "SET a ; b e '*/'");
        assert_eq!(words(script, Flavor::Mariadb, "10.11.19"), "SET a ; c e '*/'");
    }

    #[test]
    fn strings_and_comments_are_left_as_they_are() {
        let script = "a '/*!40101 b */' -- /*!40101 c\n/* /*!40101 d */ e";
        assert_eq!(
            open_conditional_comments(script, Flavor::Mysql, Version::parse("9.7")).expect("tokens"),
            script
        );
    }

    #[test]
    fn the_first_line_of_mariadb_dump_is_a_comment() {
        assert_eq!(words("/*M!999999\\- enable the sandbox mode */ a", Flavor::Mariadb, "10.11.19"), "a");
    }
}
