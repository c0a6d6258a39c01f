//! `DELIMITER` lines, which are the mysql client's own: the text behind one ends its
//! statements by another mark, so that the bodies of routines may hold semicolons.

use std::borrow::Cow;
use std::ops::Range;

/// A script without `DELIMITER` lines, of the same length.
pub(super) struct Delimited<'a> {
    /// The lines are blank, and every other mark is a semicolon.
    pub(super) text: Cow<'a, str>,
    /// Where semicolons do not end statements, unless they stand at one of `ends`.
    inside: Vec<Range<usize>>,
    /// Where another mark ends one.
    ends: Vec<usize>,
}

impl<'a> Delimited<'a> {
    pub(super) fn of(script: &'a str) -> Self {
        let mut found = Self { text: Cow::Borrowed(script), inside: Vec::new(), ends: Vec::new() };
        if !script.lines().any(|line| mark(line).is_some()) {
            return found;
        }
        let mut text = script.as_bytes().to_vec();
        let mut current = ";";
        let mut at = 0;
        for line in script.split_inclusive('\n') {
            let (start, end) = (at, at + line.len());
            at = end;
            if let Some(next) = mark(line) {
                current = next;
                text[start..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            } else if current != ";" {
                found.inside.push(start..end);
                for (place, _) in line.match_indices(current) {
                    let place = start + place;
                    text[place..place + current.len()].fill(b' ');
                    text[place] = b';';
                    found.ends.push(place);
                }
            }
        }
        // Whole marks and whole lines are replaced by as many ASCII bytes, so it stays UTF-8.
        found.text = Cow::Owned(String::from_utf8_lossy(&text).into_owned());
        found
    }

    /// Whether the semicolon at a place ends a statement, when its text alone can't tell.
    pub(super) fn ends_at(&self, place: usize) -> Option<bool> {
        self.inside.iter().any(|range| range.contains(&place)).then(|| self.ends.contains(&place))
    }
}

/// The mark that a line sets.
fn mark(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let is_command = words.next().is_some_and(|word| word.eq_ignore_ascii_case("DELIMITER"));
    words.next().filter(|_| is_command)
}
