//! Server texts that don't survive being read again, put into a form that does.
//!
//! `x IN ('a','b')` on a varchar is deparsed as
//! `((x)::text = ANY ((ARRAY['a'::character varying, …])::text[]))`, and that
//! text is deparsed differently again. Written as the list of strings it was,
//! it gives the same tree: `(x) IN ('a', 'b')`. The cast of `x` has to go too, since a text
//! makes texts of the strings behind it.

use autogen_diff_core::Dialect;
use autogen_sql_text::{Lexeme, lexemes};

use crate::quote::{Quoter, Spelling};

/// The statement to write for one that holds server texts.
pub(super) fn spelled(statement: String, q: &Quoter) -> String {
    match q.spelling() {
        Spelling::RoundTrip => stable(statement),
        Spelling::AsDeparsed => statement,
    }
}

/// How the server writes such a list: the operator, the word behind it, and what they were.
const FORMS: [(&str, &str, &str); 2] = [("= ", "ANY ((ARRAY[", "IN"), ("<> ", "ALL ((ARRAY[", "NOT IN")];

pub(crate) fn stable(statement: String) -> String {
    if FORMS.iter().all(|(_, word, _)| !statement.contains(word)) {
        return statement;
    }
    let mut result = String::new();
    let mut rest = 0;
    for list in lists(&statement) {
        if list.start < rest {
            continue;
        }
        let before = &statement[rest..list.start];
        match before.strip_suffix("::text ").filter(|operand| operand.ends_with(')')) {
            Some(varchar) => {
                result.push_str(varchar);
                result.push(' ');
            }
            None => result.push_str(before),
        }
        let elements: Vec<String> = list.elements.iter().map(|element| plain_element(element)).collect();
        result.push_str(&format!("{} ({})", list.operator, elements.join(", ")));
        rest = list.end;
    }
    result.push_str(&statement[rest..]);
    result
}

/// A list of strings that are of type varchar.
struct List<'a> {
    start: usize,
    end: usize,
    operator: &'static str,
    elements: Vec<&'a str>,
}

/// The lists of a statement that stand in no quotes, bodies and comments.
fn lists(statement: &str) -> Vec<List<'_>> {
    let lexemes = lexemes(Dialect::Postgres, statement);
    let words = (0..lexemes.len()).filter(|at| lexemes[*at].is_any(&["ANY", "ALL"]));
    words.filter_map(|at| list_at(statement, &lexemes[at..])).collect()
}

/// The `= ANY ((ARRAY[…])::text[])` whose word is the first of the lexemes.
fn list_at<'a>(statement: &'a str, lexemes: &[Lexeme]) -> Option<List<'a>> {
    const TAIL: &str = "])::text[])";
    let word = lexemes.first()?.span.start;
    let (before, behind) = statement.split_at(word);
    let (sign, opening, operator) =
        FORMS.into_iter().find(|(sign, opening, _)| before.ends_with(sign) && behind.starts_with(opening))?;
    let body = word + opening.len();
    let (elements, close) = elements(statement, &lexemes[1..], body)?;
    let varchars = elements.iter().all(|element| element.ends_with("::character varying"));
    (varchars && statement[close..].starts_with(TAIL)).then(|| List {
        start: word - sign.len(),
        end: close + TAIL.len(),
        operator,
        elements,
    })
}

/// The elements from a place up to the closing bracket, and where that is.
fn elements<'a>(text: &'a str, lexemes: &[Lexeme], mut start: usize) -> Option<(Vec<&'a str>, usize)> {
    let mut found = Vec::new();
    let mut depth = 0;
    let from = lexemes.iter().take_while(|lexeme| lexeme.span.start < start).count();
    for lexeme in &lexemes[from..] {
        let span = lexeme.span.clone();
        if depth == 0 && (lexeme.is_sign(",") || lexeme.is_sign("]")) {
            found.push(text[start..span.start].trim());
            start = span.end;
            if lexeme.is_sign("]") {
                return Some((found, span.start));
            }
        } else if lexeme.is_sign("(") || lexeme.is_sign("[") {
            depth += 1;
        } else if lexeme.is_sign(")") || lexeme.is_sign("]") {
            depth -= 1;
        }
    }
    None
}

fn plain_element(element: &str) -> String {
    element.strip_suffix("::character varying").unwrap_or(element).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_varchars_become_lists_again() {
        let text =
            "((a)::text = ANY ((ARRAY['x,]'::character varying, 'it''s'::character varying])::text[]))";
        assert_eq!(stable(text.to_owned()), "((a) IN ('x,]', 'it''s'))");
        let policy = format!("CREATE POLICY p ON t USING {text} WITH CHECK {text}");
        assert_eq!(
            stable(policy),
            "CREATE POLICY p ON t USING ((a) IN ('x,]', 'it''s')) WITH CHECK ((a) IN ('x,]', 'it''s'))"
        );
    }

    #[test]
    fn what_an_author_wrote_in_quotes_stays() {
        let list = "(a)::text = ANY ((ARRAY['x'::character varying])::text[])";
        let quoted = list.replace('\'', "''");
        for text in [
            format!("CREATE FUNCTION f() RETURNS bool LANGUAGE sql AS $x$ SELECT {list} $x$"),
            format!("COMMENT ON TABLE t IS 'é {quoted}'"),
            format!("SELECT 1 /* {list} */"),
        ] {
            assert_eq!(stable(text.clone()), text);
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in ["(a = ANY (ARRAY['x'::text, 'y'::text]))", "(a > 0)", "'= ANY ((ARRAY['"] {
            assert_eq!(stable(text.to_owned()), text);
        }
    }
}
