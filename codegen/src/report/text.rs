//! What differs inside a text, such as a view's query or a function's body: lines, and the words in them.

use std::fmt;

use autogen_diff_core::Pair;
use schemars::JsonSchema;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// Lines around a difference that are shown as they are.
const CONTEXT: usize = 3;

/// A text that differs.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct TextChange {
    /// What the text is of its object: `definition`, `query`, `comment`.
    pub what: String,
    /// The lines that differ, with some around them.
    pub lines: Vec<TextLine>,
}

/// A line of a text on one of the sides, or on both.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct TextLine {
    /// Which sides have it.
    pub side: Side,
    /// Its text, in pieces.
    pub parts: Vec<TextPart>,
}

/// Which sides have a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Both.
    Both,
    /// Only `from`.
    From,
    /// Only `to`.
    To,
    /// None: lines that are the same on both were left out here.
    LeftOut,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct TextPart {
    /// The text.
    pub text: String,
    /// Whether this is what differs in a line that is mostly the same.
    pub differs: bool,
}

impl TextChange {
    /// What differs between two texts; none where nothing does.
    pub(crate) fn between(what: impl Into<String>, texts: Pair<&str>) -> Option<Self> {
        if texts.from == texts.to {
            return None;
        }
        let texts = texts.map(|text| text.trim_matches('\n'));
        let diff = TextDiff::from_lines(texts.from, texts.to);
        let mut lines = Vec::new();
        for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
            if number > 0 {
                lines.push(TextLine { side: Side::LeftOut, parts: Vec::new() });
            }
            for operation in group {
                // Without a deadline: the same texts give the same lines, however busy the machine is.
                for change in diff.iter_inline_changes_deadline(operation, None) {
                    lines.push(TextLine::new(change.tag(), change.iter_strings_lossy()));
                }
            }
        }
        // Only the ends of the texts differ, which no line shows.
        (!lines.is_empty()).then(|| Self { what: what.into(), lines })
    }
}

impl TextLine {
    fn new<'a>(tag: ChangeTag, pieces: impl Iterator<Item = (bool, std::borrow::Cow<'a, str>)>) -> Self {
        let side = match tag {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::From,
            ChangeTag::Insert => Side::To,
        };
        let parts = pieces
            .map(|(differs, text)| TextPart { text: text.trim_end_matches('\n').to_owned(), differs })
            .filter(|part| !part.text.is_empty());
        Self { side, parts: parts.collect() }
    }
}

impl Side {
    /// What stands in front of a line.
    pub const fn sign(self) -> char {
        match self {
            Self::Both => ' ',
            Self::From => '-',
            Self::To => '+',
            Self::LeftOut => '…',
        }
    }
}

/// As in a unified diff.
impl fmt::Display for TextLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.side.sign())?;
        self.parts.iter().try_for_each(|part| f.write_str(&part.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(from: &str, to: &str) -> Vec<String> {
        let change = TextChange::between("query", Pair::new(from, to));
        let lines = change.into_iter().flat_map(|change| change.lines);
        lines.map(|line| line.to_string()).collect()
    }

    #[test]
    fn lines_that_differ_stand_among_some_that_do_not() {
        let from = "a\nb\nc\nd\ne\nold\nf";
        let to = "a\nb\nc\nd\ne\nnew\nf";
        assert_eq!(shown(from, to), [" c", " d", " e", "-old", "+new", " f"]);
    }

    #[test]
    fn what_lies_between_two_differences_is_left_out() {
        let between: String = (0..20).map(|n| format!("{n}\n")).collect();
        let lines = shown(&format!("a\n{between}z"), &format!("b\n{between}y"));
        assert!(lines.contains(&"…".to_owned()), "{lines:?}");
        assert!(!lines.contains(&" 10".to_owned()), "{lines:?}");
    }

    #[test]
    fn words_that_differ_are_marked() {
        let change = TextChange::between(
            "query",
            Pair::new("SELECT id, name FROM users", "SELECT id, email FROM users"),
        );
        let lines = change.expect("the texts differ").lines;
        let marked = |line: &TextLine| -> Vec<String> {
            line.parts.iter().filter(|part| part.differs).map(|part| part.text.clone()).collect()
        };
        assert_eq!(lines.iter().flat_map(marked).collect::<Vec<_>>(), ["name", "email"]);
    }

    #[test]
    fn equal_texts_and_other_ends_are_no_change() {
        assert_eq!(shown("a", "a"), [""; 0]);
        assert_eq!(shown("a\n", "\na"), [""; 0]);
    }
}
