//! A place in a text. All reading goes through it, so that tests can count how much is read.

#[cfg(test)]
use std::cell::Cell;

/// A place in a text, always between two characters.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    #[cfg(test)]
    looks: Cell<usize>,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            #[cfg(test)]
            looks: Cell::new(0),
        }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    /// The byte so many bytes ahead.
    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.look(1);
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// The byte before the place.
    pub(super) fn before(&self) -> Option<u8> {
        self.look(1);
        self.at.checked_sub(1).map(|at| self.text.as_bytes()[at])
    }

    pub(super) fn starts_with(&self, start: &str) -> bool {
        self.look(start.len());
        self.text.as_bytes()[self.at..].starts_with(start.as_bytes())
    }

    /// Goes on by whole characters: a number of ASCII bytes, or one character however long it is.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    /// Goes on while bytes are what a function says. It must say the same of all bytes that are not ASCII.
    pub(super) fn skip_while(&mut self, is_in: impl Fn(u8) -> bool) {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| !is_in(*byte)).unwrap_or(rest.len());
        self.look(length + 1);
        self.at += length;
    }

    /// Goes behind the next place of a text; false, and to the end, when there is none.
    pub(super) fn skip_past(&mut self, end: &str) -> bool {
        let found = self.text[self.at..].find(end);
        let length = found.map_or(self.text.len() - self.at, |place| place + end.len());
        self.look(length);
        self.at += length;
        found.is_some()
    }

    /// Goes back to a place where it was.
    pub(super) const fn return_to(&mut self, at: usize) {
        self.at = at;
    }

    #[cfg(test)]
    fn look(&self, bytes: usize) {
        self.looks.set(self.looks.get() + bytes);
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests count here")]
    const fn look(&self, _: usize) {}

    /// How many bytes were looked at, some of them several times.
    #[cfg(test)]
    pub(super) fn looks(&self) -> usize {
        self.looks.get()
    }
}
