//! The bodies of triggers and events in the texts of `SHOW CREATE`, which keep them as they were written.

use autogen_diff_core::Dialect;
use autogen_diff_core::text::tokens::{Lexeme, lexemes};

/// What stands behind `FOR EACH ROW` and the trigger that comes before or after.
pub(super) fn body_of_trigger(text: &str) -> &str {
    let lexemes = lexemes(Dialect::Mysql, text);
    let is_row = |three: &[Lexeme]| three[0].is("FOR") && three[1].is("EACH") && three[2].is("ROW");
    let Some(at) = lexemes.windows(3).position(is_row) else { return text };
    let has_place = lexemes.get(at + 3).is_some_and(|lexeme| lexeme.is_any(&["FOLLOWS", "PRECEDES"]));
    from(text, lexemes.get(at + if has_place { 5 } else { 3 }))
}

/// What stands behind the first `DO`; the server quotes all names before it.
pub(super) fn body_of_event(text: &str) -> &str {
    let lexemes = lexemes(Dialect::Mysql, text);
    let at = lexemes.iter().position(|lexeme| lexeme.is("DO"));
    at.map_or(text, |at| from(text, lexemes.get(at + 1)))
}

fn from<'a>(text: &'a str, lexeme: Option<&Lexeme>) -> &'a str {
    lexeme.map_or("", |lexeme| &text[lexeme.span.start..])
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
        ] {
            assert_eq!(body_of_trigger(text), body);
        }
        let event =
            r"CREATE DEFINER=`do`@`%` EVENT `do` ON SCHEDULE EVERY 1 DAY COMMENT 'do' DO do sleep('\\')";
        assert_eq!(body_of_event(event), r"do sleep('\\')");
    }
}
