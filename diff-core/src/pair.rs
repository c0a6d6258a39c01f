//! The two sides of a comparison, kept together so that they are never swapped.

/// A value on the `from` side (what is) and on the `to` side (what shall be).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// The current side.
    pub from: T,
    /// The declared side.
    pub to: T,
}

impl<T> Pair<T> {
    /// Puts two values side by side.
    pub const fn new(from: T, to: T) -> Self {
        Self { from, to }
    }

    /// Borrows both sides.
    pub const fn as_ref(&self) -> Pair<&T> {
        Pair { from: &self.from, to: &self.to }
    }

    /// Applies a function to both sides.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair { from: f(self.from), to: f(self.to) }
    }

    /// The same pair seen from the other end: what a down migration compares.
    pub fn reversed(self) -> Self {
        Self { from: self.to, to: self.from }
    }
}

impl<T: PartialEq> Pair<T> {
    /// Whether the two sides differ.
    pub fn differs(&self) -> bool {
        self.from != self.to
    }
}

impl<T: Clone> Pair<&T> {
    /// Clones both sides.
    pub fn cloned(self) -> Pair<T> {
        Pair { from: self.from.clone(), to: self.to.clone() }
    }
}
