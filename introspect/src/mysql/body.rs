//! The bodies of triggers and events in the texts of `SHOW CREATE`, which keep them as they were written.

use autogen_sql_text::{Dialect, Lexeme, Syntax, lexemes, lexemes_as};

/// What stands behind `FOR EACH ROW` and the trigger that comes before or after.
pub(super) fn body_of_trigger(text: &str) -> &str {
    let words = words(text);
    let is_row = |three: &[Lexeme]| three[0].is("FOR") && three[1].is("EACH") && three[2].is("ROW");
    let Some(at) = words.windows(3).position(is_row) else { return text };
    let has_place = words.get(at + 3).is_some_and(|word| word.is("FOLLOWS") || word.is("PRECEDES"));
    from(text, words.get(at + if has_place { 5 } else { 3 }))
}

/// What stands behind the first `DO`; the server quotes all names before it.
pub(super) fn body_of_event(text: &str) -> &str {
    let words = words(text);
    let at = words.iter().position(|word| word.is("DO"));
    at.map_or(text, |at| from(text, words.get(at + 1)))
}

fn from<'a>(text: &'a str, word: Option<&Lexeme>) -> &'a str {
    word.map_or("", |word| &text[word.span.start..])
}

/// The tokens of a text. One that was made under `NO_BACKSLASH_ESCAPES` may not be readable as a whole;
/// then a backslash is a character like any other.
fn words(text: &str) -> Vec<Lexeme> {
    let found = lexemes(Dialect::Mysql, text);
    if found.is_empty() { lexemes_as(Syntax::server(Dialect::Mysql).without_escapes(), text) } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_found_as_it_was_written() {
        for (text, body) in [
            (r"CREATE TRIGGER tr before insert on t for each row set new.b = 'a\\b'", r"set new.b = 'a\\b'"),
            (
                "CREATE TRIGGER `for each row` AFTER UPDATE ON t -- x\nFOR EACH\nROW FOLLOWS `a` BEGIN END",
                "BEGIN END",
            ),
            ("CREATE TRIGGER a AFTER UPDATE ON t FOR EACH ROW precedes b SET @a = 1", "SET @a = 1"),
            // NO_BACKSLASH_ESCAPES
            (r"CREATE TRIGGER `a` BEFORE INSERT ON t FOR EACH ROW SET NEW.p = 'c:\'", r"SET NEW.p = 'c:\'"),
        ] {
            assert_eq!(body_of_trigger(text), body);
        }
        let event =
            r"CREATE DEFINER=`do`@`%` EVENT `do` ON SCHEDULE EVERY 1 DAY COMMENT 'do' DO do sleep('\\')";
        assert_eq!(body_of_event(event), r"do sleep('\\')");
    }
}
