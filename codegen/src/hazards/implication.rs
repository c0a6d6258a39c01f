//! Whether rows that satisfy one check satisfy another one too, as far as their texts tell. A check that is NULL is satisfied.

use autogen_diff_core::model::Column;
use autogen_diff_core::{Dialect, Ident};
use autogen_sql_text::{Lexeme, lexemes};

use crate::quote::server_ident;

/// The table of both checks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) dialect: Dialect,
    /// Its columns whose values are numbers, where a comparison with a number may be one of texts (SQLite).
    pub(crate) numbers: &'a [Ident],
}

impl Rows<'_> {
    /// Whether a comparison with a number goes by numbers. SQLite compares text with a number as text.
    fn compare_as_numbers(self, subject: &[String]) -> bool {
        let is_number =
            |name: &str| self.numbers.iter().any(|column| column.as_str().eq_ignore_ascii_case(name));
        match self.dialect {
            Dialect::Postgres | Dialect::Mysql => true,
            Dialect::Sqlite => matches!(subject, [name] if is_number(name.trim_matches('"'))),
        }
    }
}

/// Whether a check asks for no more than one that holds for all rows.
pub(crate) fn implies(rows: Rows<'_>, standing: &str, new: &str) -> bool {
    let (standing, new) = (words(rows.dialect, standing), words(rows.dialect, new));
    if new.is_empty() {
        return false;
    }
    let held = conjuncts(&standing);
    conjuncts(&new).into_iter().all(|wanted| held.iter().any(|held| part_implies(rows, held, wanted)))
}

/// The words of an expression, with those that are no name in upper case.
fn words(dialect: Dialect, text: &str) -> Vec<String> {
    let word = |lexeme: Lexeme| {
        let upper = lexeme.upper();
        if KEYWORDS.contains(&upper.as_str()) { upper } else { text[lexeme.span].to_owned() }
    };
    lexemes(dialect, text).into_iter().map(word).collect()
}

const KEYWORDS: [&str; 13] =
    ["AND", "OR", "XOR", "NOT", "IS", "BETWEEN", "CASE", "LIKE", "ARRAY", "ANY", "ALL", "SOME", "IN"];

/// What binds less than a comparison, or turns it round, so that what stands before the operator is not all of its operand.
const NO_OPERAND: [&str; 10] = ["AND", "OR", "XOR", "NOT", "IS", "BETWEEN", "CASE", "LIKE", "||", "&&"];

fn part_implies(rows: Rows<'_>, held: &[String], wanted: &[String]) -> bool {
    let (held, wanted) = (bare(held), bare(wanted));
    if held == wanted {
        return true;
    }
    let choices = split(wanted, "OR");
    if choices.len() > 1 {
        let has = |part: &[String]| choices.iter().any(|choice| part_implies(rows, part, choice));
        return split(held, "OR").into_iter().all(has);
    }
    comparison_implies(rows, held, wanted)
        || list_implies(held, wanted)
        || null_implies(held, wanted)
        || filled_implies(held, wanted)
}

/// NULL compared with anything is NULL, which satisfies a check.
fn null_implies(held: &[String], wanted: &[String]) -> bool {
    let [column, is, null] = held else { return false };
    if is != "IS" || !null.eq_ignore_ascii_case("NULL") {
        return false;
    }
    if is_null_with(wanted, column) {
        return true;
    }
    let Some(at) = wanted.iter().position(|word| STRICT_OPERATORS.contains(&word.as_str())) else {
        return false;
    };
    let (subject, behind) = (&wanted[..at], &wanted[at + 1..]);
    // Nothing is in an empty list, and that is no NULL.
    let is_list = wanted[at] == "IN" || behind.first().is_some_and(|word| word == "ANY" || word == "SOME");
    let is_whole =
        if is_list { list(wanted).is_some_and(|(_, values)| !values.is_empty()) } else { is_atom(behind) };
    is_whole && operand(subject).is_some_and(|subject| is_null_with(subject, column))
}

/// Operators that give NULL for NULL.
const STRICT_OPERATORS: [&str; 11] = ["<", "<=", ">", ">=", "=", "<>", "!=", "~", "~*", "~~", "IN"];

/// Functions that do.
const STRICT_FUNCTIONS: [&str; 7] =
    ["length", "char_length", "octet_length", "lower", "upper", "btrim", "json_valid"];

/// Whether an expression is NULL where a column is: the column, a cast of it, or a function of it.
fn is_null_with(words: &[String], column: &str) -> bool {
    match bare(words) {
        [only] => only == column,
        [function, open, inner @ .., close] if open == "(" && close == ")" => {
            STRICT_FUNCTIONS.contains(&function.to_lowercase().as_str()) && is_null_with(inner, column)
        }
        [open, inner, close, cast, data_type @ ..] if open == "(" && close == ")" && cast == "::" => {
            inner == column && is_type(data_type)
        }
        _ => false,
    }
}

/// Whether words are one value, which nothing behind it turns into another: a name, a constant, a group, each with a cast or
/// without one.
fn is_atom(words: &[String]) -> bool {
    let words = if let [sign, rest @ ..] = words
        && sign == "-"
    {
        rest
    } else {
        words
    };
    let end = match words {
        [open, ..] if open == "(" => group_end(words),
        [_, ..] => Some(1),
        [] => None,
    };
    let Some(end) = end else { return false };
    let is_value =
        words[0] == "(" || words[0].starts_with('\'') || is_number(&words[0]) || is_column(&words[0]);
    let is_cast =
        |rest: &[String]| matches!(rest, [cast, data_type @ ..] if cast == "::" && is_type(data_type));
    is_value && (words.len() == end || is_cast(&words[end..]))
}

/// Where the parenthesis that words begin with is closed.
fn group_end(words: &[String]) -> Option<usize> {
    let mut depth = 0_usize;
    let close = words.iter().position(|word| {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    close.map(|at| at + 1)
}

fn is_column(word: &str) -> bool {
    (is_name(word) || word.starts_with('`')) && !KEYWORDS.contains(&word)
}

/// Whether words are a type of the server's own.
fn is_type(words: &[String]) -> bool {
    !words.is_empty() && words.iter().all(|word| TYPES.contains(&word.as_str()))
}

const TYPES: [&str; 16] = [
    "text",
    "character",
    "varying",
    "bpchar",
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double",
    "precision",
    "date",
    "timestamp",
    "without",
    "time",
    "zone",
];

/// A text with a letter or digit in it is not the empty one, by any collation.
fn filled_implies(held: &[String], wanted: &[String]) -> bool {
    let Some((subject, values)) = list(held) else { return false };
    let Some(at) = wanted.iter().position(|word| word == "<>" || word == "!=") else { return false };
    let is_empty_text = match &wanted[at + 1..] {
        [text] => text == "''",
        [text, cast, data_type @ ..] => text == "''" && cast == "::" && is_type(data_type),
        [] => false,
    };
    let is_filled = |value: &&str| value.starts_with('\'') && value.contains(|c: char| c.is_alphanumeric());
    is_empty_text && operand(&wanted[..at]) == Some(subject) && values.iter().all(is_filled)
}

/// What holds for a column in all rows that were there before it was added: its default where the column takes that as it is, and
/// NULL without one. Nothing where a type of the schema's own may have a default.
pub(crate) fn held_by_new(dialect: Dialect, column: &Column) -> Option<String> {
    let is_own_type = column.data_type.contains(['.', '"']);
    if is_own_type || column.generated.is_some() || column.identity.is_some() {
        return None;
    }
    let value = match &column.default {
        Some(default) if is_taken_as_it_is(dialect, &column.data_type, default.as_str()) => {
            format!("= {default}")
        }
        None if column.nullable => "IS NULL".to_owned(),
        Some(_) | None => return None,
    };
    let spellings = spellings(dialect, column.name.as_str(), &column.data_type);
    Some(spellings.iter().map(|name| format!("{name} {value}")).collect::<Vec<_>>().join(" AND "))
}

/// Whether a default is a constant that a column holds unchanged: a small whole number in a type of numbers, or a text in one of
/// texts without a fixed length. All else may be rounded, cut or filled.
pub(crate) fn is_taken_as_it_is(dialect: Dialect, data_type: &str, default: &str) -> bool {
    let words = words(dialect, &format!("x = {default}"));
    let value = words.get(2..).unwrap_or_default();
    let kind = data_type.split('(').next().unwrap_or_default().trim().to_lowercase();
    let is_whole = |text: &str| text.len() <= WHOLE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind.trim_end_matches(" unsigned") {
        "smallint" | "integer" | "int" | "mediumint" | "bigint" | "numeric" | "decimal" | "double"
        | "double precision" | "real" => {
            matches!(value, [number] if is_whole(number))
        }
        "text" | "varchar" | "character varying" => {
            list(&words).is_some_and(|(_, values)| values.iter().all(|value| value.starts_with('\'')))
        }
        _ => false,
    }
}

/// Whole numbers of as many digits are in every type of numbers what they are.
const WHOLE_DIGITS: usize = 4;

/// How a column may stand in a check: as the server spells it, or its author.
fn spellings(dialect: Dialect, name: &str, data_type: &str) -> Vec<String> {
    match dialect {
        Dialect::Postgres => {
            let name = server_ident(name);
            let as_text = data_type.starts_with("character varying").then(|| format!("({name})::text"));
            as_text.into_iter().chain([name]).collect()
        }
        Dialect::Mysql => vec![format!("`{}`", name.replace('`', "``"))],
        Dialect::Sqlite => {
            vec![name.to_owned(), format!("\"{name}\""), format!("`{name}`"), format!("[{name}]")]
        }
    }
}

/// The parts that all have to hold. `OR` binds less than `AND`, so where it stands beside one there are no such parts.
fn conjuncts(words: &[String]) -> Vec<&[String]> {
    if split(words, "OR").len() > 1 { vec![bare(words)] } else { split(words, "AND") }
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
fn comparison_implies(rows: Rows<'_>, held: &[String], wanted: &[String]) -> bool {
    let (Some(held), Some(wanted)) = (comparison(held), comparison(wanted)) else { return false };
    let (Operand { subject, operator, number }, Operand { subject: same, operator: wanted, number: bound }) =
        (held, wanted);
    subject == same
        && rows.compare_as_numbers(subject)
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
    let subject = operand(&words[..at])?;
    Some(Operand { subject, operator, number: number_of(bare(&words[at + 1..]))? })
}

/// What is compared, where that is all that stands before the operator.
fn operand(words: &[String]) -> Option<&[String]> {
    let mut depth = 0_usize;
    for word in words {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.checked_sub(1)?,
            "!" => return None,
            _ => {}
        }
    }
    let is_whole = depth == 0 && !words.iter().any(|word| NO_OPERAND.contains(&word.as_str()));
    is_whole.then(|| bare(words))
}

/// A number, which may have a sign and a cast to a type of numbers (`'-1'::integer`, `(0)::numeric`); as text, '10' is less than '5'.
fn number_of(words: &[String]) -> Option<f64> {
    let end = words.iter().position(|word| word == "::");
    let (value, cast) = words.split_at(end.unwrap_or(words.len()));
    let is_cast_to_number = matches!(cast, [_, name] if NUMBERS.contains(&name.as_str()))
        || matches!(cast, [_, double, precision] if double == "double" && precision == "precision");
    let is_quoted = value.iter().any(|word| word.contains('\''));
    if (is_quoted || !cast.is_empty()) && !is_cast_to_number {
        return None;
    }
    let plain = |word: &&String| !["(", ")"].contains(&word.as_str());
    let text: String = value.iter().filter(plain).map(|word| word.trim_matches('\'')).collect();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.parse().ok().filter(|number: &f64| number.is_finite() && digits <= EXACT_DIGITS)
}

const NUMBERS: [&str; 5] = ["smallint", "integer", "bigint", "numeric", "real"];

/// Numbers of as many digits are different when their text is.
const EXACT_DIGITS: usize = 15;

/// A list that has more values.
fn list_implies(held: &[String], wanted: &[String]) -> bool {
    let (Some(held), Some(wanted)) = (list(held), list(wanted)) else { return false };
    held.0 == wanted.0 && held.1.iter().all(|value| wanted.1.contains(value))
}

/// `x = ANY (ARRAY[…])` or `x IN (…)`: the operand, and the texts of the values. A single one is `x = 'a'`.
fn list(words: &[String]) -> Option<(&[String], Vec<&str>)> {
    let at = words.iter().position(|word| word == "=" || word == "IN")?;
    let subject = operand(&words[..at])?;
    let mut values = Vec::new();
    let mut is_type = false;
    for word in &words[at + 1..] {
        match word.as_str() {
            "::" => is_type = true,
            "(" if is_type => return None,
            "(" | ")" | "[" | "]" | "," => is_type = false,
            "ANY" | "ARRAY" => {}
            value if value.starts_with('\'') || is_number(value) => values.push(value),
            // A type's name may be of many words; anything else is no constant.
            name if is_type && is_name(name) && !ENDS_TYPE.contains(&name.to_uppercase().as_str()) => {}
            _ => return None,
        }
    }
    let is_list = words[at] == "IN" || words.get(at + 1).is_some_and(|word| word == "ANY");
    (is_list || values.len() == 1).then_some((subject, values))
}

/// Words that are no part of a type's name.
const ENDS_TYPE: [&str; 9] = ["IS", "NOT", "NULL", "TRUE", "FALSE", "AND", "OR", "ISNULL", "NOTNULL"];

fn is_name(word: &str) -> bool {
    (word == "." || word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"')))
        && !word.eq_ignore_ascii_case("collate")
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn implies(dialect: Dialect, standing: &str, new: &str) -> bool {
        super::implies(Rows { dialect, numbers: &[Ident::exact("n")] }, standing, new)
    }

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
            assert!(implies(Dialect::Postgres, standing, new), "{standing} {new}");
            assert!(!implies(Dialect::Postgres, new, standing), "{new} {standing}");
        }
        let other = [
            ("(a > 0)", "(b > 0)"),
            ("(a BETWEEN 1 AND 5)", "(a BETWEEN 0 AND 5)"),
            ("(NOT (s = 'a'::text))", "(NOT (s = ANY (ARRAY['a'::text, 'b'::text])))"),
            ("((a + 1) > 0)", "(a > 0)"),
            ("(a > b)", "(a > 0)"),
            ("(s = 'a'::text)", "(s <> 'a'::text)"),
            ("(NOT (a > 0))", "(NOT (a > '-1'::integer))"),
            ("((a > 0) IS TRUE)", "((a > '-1'::integer) IS TRUE)"),
            ("(f((a > 0)))", "(f((a > '-1'::integer)))"),
            ("(s > '10'::text)", "(s > '5'::text)"),
            ("(a >= '9007199254740992'::bigint)", "(a >= '9007199254740993'::bigint)"),
            ("(a = ANY (ARRAY[b, 1]))", "(a = ANY (ARRAY[1, 2]))"),
            ("(s = ('x'::text || t))", "(s = ANY (ARRAY['x'::text, 'y'::text]))"),
            ("(s = ('a'::text COLLATE ci))", "(s = 'a'::text)"),
            ("(f((s = 'a'::text)))", "(f((s = ANY (ARRAY['a'::text, 'b'::text]))))"),
        ];
        for (standing, new) in other {
            assert!(!implies(Dialect::Postgres, standing, new), "{standing} {new}");
        }
    }

    #[test]
    fn a_new_column_holds_its_default_or_null() {
        let satisfied = [
            ("n IS NULL", "(n > 0)"),
            ("s IS NULL", "((s)::text = ANY (ARRAY['a'::text, 'b'::text]))"),
            ("s IS NULL", "((length(s) > 2) AND (s <> ''::text))"),
            ("n = 0", "((n >= 0) AND (n < 5))"),
            (
                "(s)::text = 'new'::character varying",
                "((s)::text = ANY ((ARRAY['new'::character varying, 'old'::character varying])::text[]))",
            ),
            ("s = 'x'::text", "(s <> ''::text)"),
        ];
        for (held, check) in satisfied {
            assert!(implies(Dialect::Postgres, held, check), "{held} {check}");
        }
        let other = [
            ("n IS NULL", "(n IS NOT NULL)"),
            ("n IS NULL", "((n > 0) IS TRUE)"),
            ("n IS NULL", "((n > 0) AND (m > 0))"),
            ("n IS NULL", "(COALESCE(n, 0) > 0)"),
            ("n IS NULL", "(n IS DISTINCT FROM 3)"),
            ("n IS NULL", "NOT (n IS NULL)"),
            ("n IS NULL", "((n)::text IS NOT NULL)"),
            ("n IS NULL", "(n = ANY (roles))"),
            ("n IS NULL", "(n > 0 IS TRUE)"),
            ("n IS NULL", "(n > 0 NOTNULL)"),
            ("n = 5", "(n < 5)"),
            ("s = ' '::text", "(s <> ''::text)"),
            ("s = 'x'::text", "(s <> 'y'::text)"),
        ];
        for (held, check) in other {
            assert!(!implies(Dialect::Postgres, held, check), "{held} {check}");
        }
        assert!(implies(Dialect::Mysql, "`j` IS NULL", "json_valid(`j`)"));
        assert!(!implies(Dialect::Mysql, "`n` IS NULL", "`n` > 0 <=> 1"));
        assert!(!implies(Dialect::Sqlite, "n IS NULL", "n IN ()"));
        assert!(implies(Dialect::Mysql, "`u` = 'new'", "`u` in ('new','old')"));
        assert!(implies(Dialect::Sqlite, "n = 0", "n >= 0"));
    }

    #[test]
    fn a_default_that_is_stored_as_another_value_tells_nothing() {
        let taken =
            [("integer", "0"), ("numeric(10,2)", "5"), ("character varying(9)", "'new'::character varying")];
        for (data_type, default) in taken {
            assert!(is_taken_as_it_is(Dialect::Postgres, data_type, default), "{data_type} {default}");
        }
        let other = [
            ("integer", "0.4"),
            ("numeric(5,2)", "0.001"),
            ("real", "(0.1)::double precision"),
            ("date", "'2020-01-01 10:00:00'::timestamp without time zone"),
            ("character(5)", "'ab   '::bpchar"),
            ("text", "now()"),
            ("text", "0"),
            ("integer", "nextval('s'::regclass)"),
        ];
        for (data_type, default) in other {
            assert!(!is_taken_as_it_is(Dialect::Postgres, data_type, default), "{data_type} {default}");
        }
    }

    #[test]
    fn what_an_author_or_a_server_spells_without_parentheses_is_read_by_precedence() {
        let mysql = |standing, new| implies(Dialect::Mysql, standing, new);
        assert!(!mysql("`a` > 0 and `b` > 0 or `c` > 0", "`a` > 0"));
        assert!(mysql("`a` > 0 and `b` > 0", "`a` >= 0"));
        assert!(!mysql("!`a` > 0", "!`a` > -1"));
        assert!(!mysql("`s` > '10'", "`s` > '5'"));
        assert!(!implies(Dialect::Sqlite, "s > 10", "s > 5"));
        assert!(implies(Dialect::Sqlite, "n > 10", "n > 5"));
        assert!(implies(Dialect::Sqlite, "s IN (1, 2)", "s IN (2, 3, 1)"));
    }
}
