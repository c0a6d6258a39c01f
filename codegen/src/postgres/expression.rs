//! Server texts that don't survive being read again, put into a form that does.
//!
//! `x IN ('a','b')` on a varchar is deparsed as
//! `((x)::text = ANY ((ARRAY['a'::character varying, …])::text[]))`, and that
//! text is deparsed differently again. Written as the list of strings it was,
//! it gives the same tree: `(x) IN ('a', 'b')`. The cast of `x` has to go too, since a text
//! makes texts of the strings behind it.

use crate::quote::{Quoter, Spelling};

/// The text to write for a server text.
pub(super) fn spelled(text: &str, q: &Quoter) -> String {
    match q.spelling() {
        Spelling::Stable => stable(text),
        Spelling::Verbatim => text.to_owned(),
    }
}

fn stable(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, operator, list, after)) = next_array(rest) {
        match before.strip_suffix("::text ").filter(|operand| operand.ends_with(')')) {
            Some(varchar) => {
                result.push_str(varchar);
                result.push(' ');
            }
            None => result.push_str(before),
        }
        let elements: Vec<String> = list.iter().map(|element| plain_element(element)).collect();
        result.push_str(&format!("{operator} ({})", elements.join(", ")));
        rest = after;
    }
    result.push_str(rest);
    result
}

/// The next `= ANY ((ARRAY[…])::text[])`: what is before, the operator as a
/// list takes it, the elements, and what is behind.
fn next_array(text: &str) -> Option<(&str, &'static str, Vec<&str>, &str)> {
    let forms = [("= ANY ((ARRAY[", "IN"), ("<> ALL ((ARRAY[", "NOT IN")];
    let found = forms.iter().filter_map(|(form, operator)| Some((text.find(form)?, *form, *operator)));
    let (start, form, operator) = found.min()?;
    let body = start + form.len();
    let (elements, end) = elements(&text[body..])?;
    let after = text[body + end..].strip_prefix("])::text[])")?;
    let varchar = elements.iter().all(|element| element.ends_with("::character varying"));
    varchar.then_some((&text[..start], operator, elements, after))
}

/// The elements up to the closing bracket, and where that is.
fn elements(text: &str) -> Option<(Vec<&str>, usize)> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0, false);
    for (i, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' => depth += 1,
            ']' if depth == 0 => {
                found.push(text[start..i].trim());
                return Some((found, i));
            }
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
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
        assert_eq!(stable(text), "((a) IN ('x,]', 'it''s'))");
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in ["(a = ANY (ARRAY['x'::text, 'y'::text]))", "(a > 0)", "'= ANY ((ARRAY['"] {
            assert_eq!(stable(text), text);
        }
    }
}
