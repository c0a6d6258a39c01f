//! Whether rows that satisfy one check satisfy another one too, as far as their texts tell. A check that is NULL is satisfied.

use autogen_sql_text::{Dialect, Lexeme, lexemes};

/// Whether a check asks for no more than one that holds for all rows.
pub(crate) fn implies(standing: &str, new: &str) -> bool {
    let (standing, new) = (words(standing), words(new));
    if new.is_empty() {
        return false;
    }
    let held = split(&standing, "AND");
    split(&new, "AND").into_iter().all(|wanted| held.iter().any(|held| part_implies(held, wanted)))
}

/// The words of an expression, with those that are no name in upper case.
fn words(text: &str) -> Vec<String> {
    let word = |lexeme: Lexeme| match lexeme.upper() {
        upper if ["AND", "OR", "NOT", "BETWEEN", "CASE", "ARRAY", "ANY", "IN"].contains(&upper.as_str()) => {
            upper
        }
        _ => text[lexeme.span].to_owned(),
    };
    lexemes(Dialect::Postgres, text).into_iter().map(word).collect()
}

fn part_implies(held: &[String], wanted: &[String]) -> bool {
    let (held, wanted) = (bare(held), bare(wanted));
    if held == wanted {
        return true;
    }
    let choices = split(wanted, "OR");
    if choices.len() > 1 {
        let has = |part: &[String]| choices.iter().any(|choice| part_implies(part, choice));
        return split(held, "OR").into_iter().all(has);
    }
    comparison_implies(held, wanted) || list_implies(held, wanted)
}

/// The parts between a word that stands outside of parentheses; `BETWEEN` and `CASE` have words of their own.
fn split<'a>(words: &'a [String], word: &str) -> Vec<&'a [String]> {
    let words = bare(words);
    if words.iter().any(|word| word == "BETWEEN" || word == "CASE") {
        return vec![words];
    }
    let mut depth = 0_usize;
    let parts = words.split(|found| {
        match found.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && found == word
    });
    parts.collect()
}

/// Without parentheses around the whole.
fn bare(words: &[String]) -> &[String] {
    let [first, inner @ .., last] = words else { return words };
    let mut depth = 0_i32;
    let closes_early = inner.iter().any(|word| {
        depth += i32::from(word == "(") - i32::from(word == ")");
        depth < 0
    });
    if first == "(" && last == ")" && !closes_early { bare(inner) } else { words }
}

/// The same operand compared with another number.
fn comparison_implies(held: &[String], wanted: &[String]) -> bool {
    let (Some(held), Some(wanted)) = (comparison(held), comparison(wanted)) else { return false };
    let (Operand { subject, operator, number }, Operand { subject: same, operator: wanted, number: bound }) =
        (held, wanted);
    subject == same
        && match (operator, wanted) {
            (">" | ">=" | "=", ">=") | (">", ">") => number >= bound,
            (">=" | "=", ">") => number > bound,
            ("<" | "<=" | "=", "<=") | ("<", "<") => number <= bound,
            ("<=" | "=", "<") => number < bound,
            (">", "<>") => number >= bound,
            ("<", "<>") => number <= bound,
            _ => false,
        }
}

/// A comparison with a number.
struct Operand<'a> {
    subject: &'a [String],
    operator: &'a str,
    number: f64,
}

fn comparison(words: &[String]) -> Option<Operand<'_>> {
    let is_operator = |word: &&String| ["<", "<=", ">", ">=", "=", "<>"].contains(&word.as_str());
    let mut operators = words.iter().filter(is_operator);
    let operator = operators.next().filter(|_| operators.next().is_none())?;
    let at = words.iter().position(|word| word == operator)?;
    let (subject, number) = (bare(&words[..at]), bare(&words[at + 1..]));
    Some(Operand { subject, operator, number: number_of(number)? })
}

/// A number, which may have a sign and a cast (`'-1'::integer`, `(0)::numeric`).
fn number_of(words: &[String]) -> Option<f64> {
    let end = words.iter().position(|word| word == "::").unwrap_or(words.len());
    let plain = |word: &&String| !["(", ")"].contains(&word.as_str());
    let text: String = words[..end].iter().filter(plain).map(|word| word.trim_matches('\'')).collect();
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A list that has more values.
fn list_implies(held: &[String], wanted: &[String]) -> bool {
    let (Some(held), Some(wanted)) = (list(held), list(wanted)) else { return false };
    held.0 == wanted.0 && held.1.iter().all(|value| wanted.1.contains(value))
}

/// `x = ANY (ARRAY[…])` or `x IN (…)`: the operand, and the texts of the values. A single one is `x = 'a'`.
fn list(words: &[String]) -> Option<(&[String], Vec<&str>)> {
    let at = words.iter().position(|word| word == "=" || word == "IN")?;
    let (subject, rest) = (bare(&words[..at]), &words[at + 1..]);
    let is_list = rest.first().is_some_and(|word| word == "ANY") || words[at] == "IN";
    let values = rest.iter().map(String::as_str).filter(|word| word.starts_with('\'') || is_number(word));
    let values: Vec<&str> = values.collect();
    let is_whole = rest.iter().all(|word| is_part_of_list(word)) && !words[..at].contains(&"NOT".to_owned());
    (is_whole && (is_list || values.len() == 1)).then_some((subject, values))
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// Signs, casts and constants; an operator makes something else of them.
fn is_part_of_list(word: &str) -> bool {
    ["(", ")", "[", "]", ",", "::", "."].contains(&word)
        || word.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '"' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_looser_check_is_implied_and_a_stricter_one_is_not() {
        let wider = [
            ("(age > 0)", "(age >= 0)"),
            ("(age > 0)", "((age > '-1'::integer))"),
            ("(price >= (10)::numeric)", "(price > (5)::numeric)"),
            ("((a > 0) AND (b > 0))", "(b > 0)"),
            ("(a > 0)", "((a > 0) OR (b IS NULL))"),
            ("((a > 3) OR (b > 1))", "((b > 0) OR (a > 3))"),
            ("(s = ANY (ARRAY['a'::text, 'b'::text]))", "(s = ANY (ARRAY['b'::text, 'c'::text, 'a'::text]))"),
            ("(s = 'a'::text)", "(s = ANY (ARRAY['a'::text, 'b'::text]))"),
            ("(length(s) <= 10)", "(length(s) <= 20)"),
            ("((a >= 1) AND (a <= 5))", "((a >= 0) AND (a <= 9))"),
            ("(a > 0)", "(a <> 0)"),
        ];
        for (standing, new) in wider {
            assert!(implies(standing, new), "{standing} {new}");
            assert!(!implies(new, standing), "{new} {standing}");
        }
        let other = [
            ("(a > 0)", "(b > 0)"),
            ("(a BETWEEN 1 AND 5)", "(a BETWEEN 0 AND 5)"),
            ("(NOT (s = 'a'::text))", "(NOT (s = ANY (ARRAY['a'::text, 'b'::text])))"),
            ("((a + 1) > 0)", "(a > 0)"),
            ("(a > b)", "(a > 0)"),
            ("(s = 'a'::text)", "(s <> 'a'::text)"),
        ];
        for (standing, new) in other {
            assert!(!implies(standing, new), "{standing} {new}");
        }
    }
}
