//! What `--rename` takes: `old=new`, with a kind before it, with names in quotes where a dot, a space or `=` is in them.

use crate::DefinitionKind;

/// A flag, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RenameFlag {
    /// `view`, where it says one; tables, columns and values of enum types need none.
    pub(super) kind: Option<&'static str>,
    /// The parts of the old name.
    pub(super) old: Vec<String>,
    /// The parts of the new name.
    pub(super) new: Vec<String>,
}

/// What an object may be called before its name, but for kinds of definitions.
const KINDS: [&str; 11] = [
    "materialized view",
    "enum type",
    "constraint",
    "extension",
    "sequence",
    "server",
    "schema",
    "index",
    "type",
    "view",
    "table",
];

/// Takes a flag apart; nothing where no `=` is in it.
pub(super) fn parse(flag: &str) -> Option<RenameFlag> {
    let letters = letters(flag);
    let at = letters.iter().position(|letter| *letter == Letter::bare('='))?;
    let (kind, old) = without_kind(&letters[..at]);
    let (_, new) = without_kind(&letters[at + 1..]);
    // Neither has a name for each of its kinds.
    let kind = kind.filter(|kind| *kind != "table");
    Some(RenameFlag { kind, old: parts(old, kind), new: parts(new, kind) })
}

/// A name as a part of a flag.
pub(super) fn written(name: &str) -> String {
    if name.contains(['.', '=', ' ', '"', '`', '(']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

/// A letter, and whether it stands in quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Letter {
    letter: char,
    quoted: bool,
}

impl Letter {
    const fn bare(letter: char) -> Self {
        Self { letter, quoted: false }
    }
}

fn letters(text: &str) -> Vec<Letter> {
    let mut found = Vec::new();
    let mut within: Option<char> = None;
    let mut all = text.chars().peekable();
    while let Some(letter) = all.next() {
        match within {
            Some(quote) if letter == quote && all.peek() == Some(&quote) => {
                all.next();
                found.push(Letter { letter, quoted: true });
            }
            Some(quote) if letter == quote => within = None,
            Some(_) => found.push(Letter { letter, quoted: true }),
            None if matches!(letter, '"' | '`') => within = Some(letter),
            None => found.push(Letter::bare(letter)),
        }
    }
    found
}

/// The kind at the beginning, and what comes behind it.
fn without_kind(letters: &[Letter]) -> (Option<&'static str>, &[Letter]) {
    let kinds = DefinitionKind::ALL.iter().map(|kind| kind.name()).chain(KINDS);
    let begins = |kind: &&str| {
        let mut word = kind.chars().chain([' ']).map(Letter::bare);
        let is_longer = letters.len() > kind.chars().count() + 1;
        is_longer && letters.iter().take(kind.chars().count() + 1).copied().eq(word.by_ref())
    };
    let found = kinds.filter(begins).max_by_key(|kind| kind.len());
    (found, &letters[found.map_or(0, |kind| kind.chars().count() + 1)..])
}

/// The parts of a name, without the arguments of a routine.
fn parts(letters: &[Letter], kind: Option<&str>) -> Vec<String> {
    let arguments = letters.iter().position(|letter| *letter == Letter::bare('(')).filter(|_| kind.is_some());
    let name = &letters[..arguments.unwrap_or(letters.len())];
    let parts = name.split(|letter| *letter == Letter::bare('.'));
    parts.map(|part| part.iter().map(|letter| letter.letter).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::{RenameFlag, parse, written};

    fn flag(kind: Option<&'static str>, old: &[&str], new: &[&str]) -> Option<RenameFlag> {
        let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect();
        Some(RenameFlag { kind, old: owned(old), new: owned(new) })
    }

    #[test]
    fn a_flag_is_taken_apart() {
        assert_eq!(parse("a=b"), flag(None, &["a"], &["b"]));
        assert_eq!(parse("t.a=t.b"), flag(None, &["t", "a"], &["t", "b"]));
        assert_eq!(parse("table a=b"), flag(None, &["a"], &["b"]));
        assert_eq!(parse("view s.a=b"), flag(Some("view"), &["s", "a"], &["b"]));
        assert_eq!(parse("materialized view a=b"), flag(Some("materialized view"), &["a"], &["b"]));
        assert_eq!(
            parse("function s.a(integer)=s.b(integer)"),
            flag(Some("function"), &["s", "a"], &["s", "b"])
        );
        assert_eq!(parse("function s.a()=function s.b()"), flag(Some("function"), &["s", "a"], &["s", "b"]));
        assert_eq!(parse("s.open=s.\"in.progress\""), flag(None, &["s", "open"], &["s", "in.progress"]));
        assert_eq!(parse("s.open=s.in progress"), flag(None, &["s", "open"], &["s", "in progress"]));
        assert_eq!(parse("\"a b=c\"=`d``e`"), flag(None, &["a b=c"], &["d`e"]));
        assert_eq!(parse("a"), None);
        for name in ["plain", "a.b", "a \"b\"", "a=b"] {
            assert_eq!(parse(&format!("{}=x", written(name))), flag(None, &[name], &["x"]));
        }
    }
}
