//! Attributes of an object in a line each: what they were, and what they are.

use std::fmt::Display;

use autogen_diff_core::Pair;

/// Attributes by name with their values on both sides.
#[derive(Debug, Default)]
pub(super) struct Attributes(Vec<String>);

impl Attributes {
    /// Adds one that differs, with both values.
    pub(super) fn value(&mut self, what: &str, values: Pair<impl Display>) {
        let Pair { from, to } = values.map(|value| value.to_string());
        if from != to {
            self.0.push(format!("~ {what} {} -> {}", shown(&from), shown(&to)));
        }
    }

    /// Adds one that may be missing.
    pub(super) fn optional(&mut self, what: &str, values: Pair<Option<impl Display>>) {
        match values.map(|value| value.map(|value| value.to_string())) {
            Pair { from: Some(from), to: Some(to) } => self.value(what, Pair::new(from, to)),
            Pair { from: Some(from), to: None } => self.0.push(format!("- {what} {}", shown(&from))),
            Pair { from: None, to: Some(to) } => self.0.push(format!("+ {what} {}", shown(&to))),
            Pair { from: None, to: None } => {}
        }
    }

    /// Adds one that holds or does not.
    pub(super) fn flag(&mut self, what: &str, values: Pair<bool>) {
        if values.from != values.to {
            self.0.push(format!("{} {what}", if values.to { '+' } else { '-' }));
        }
    }

    /// Adds the members of a list that only one side has, in the order of the lists; without a word where only the order differs.
    pub(super) fn list<T: Display>(&mut self, what: &str, lists: Pair<&[T]>) {
        let named = |item: &T| format!("{what} {item}");
        self.lines(lists.map(|list| list.iter().map(named).collect()));
    }

    /// The same with lines that say themselves what they are.
    pub(super) fn lines(&mut self, lists: Pair<Vec<String>>) {
        let only = |of: &[String], sign: char, other: &[String]| -> Vec<String> {
            of.iter().filter(|item| !other.contains(item)).map(|item| format!("{sign} {item}")).collect()
        };
        self.0.extend(only(&lists.from, '-', &lists.to));
        self.0.extend(only(&lists.to, '+', &lists.from));
    }

    /// Adds a line as it is.
    pub(super) fn say(&mut self, line: String) {
        self.0.push(line);
    }

    /// How many differ so far.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The lines.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.0
    }
}

/// A value in one line.
fn shown(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}
