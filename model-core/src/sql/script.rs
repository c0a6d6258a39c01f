//! SQL that knows where each of its parts comes from.

use std::ops::Range;

use crate::declared::Place;

/// SQL and the places that it comes from.
#[derive(Clone, Debug, Default)]
pub struct ModelSql {
    /// The statements.
    pub text: String,
    /// Ranges of bytes in the text, and where they come from; what is written later may lie inside of what was before.
    pub places: Vec<(Range<usize>, Place)>,
}

impl ModelSql {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes what a place states.
    pub(super) fn at(&mut self, place: Place, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.places.push((start..self.text.len(), place));
    }

    /// Says that all since a place in the text comes from a place in the source.
    pub(super) fn since(&mut self, start: usize, place: Place) {
        self.places.push((start..self.text.len(), place));
    }

    /// Where a range of bytes comes from: the smallest part that holds its start.
    pub fn origin(&self, range: &Range<usize>) -> Option<Place> {
        let holding =
            self.places.iter().filter(|(found, _)| found.start <= range.start && range.start < found.end);
        holding.min_by_key(|(found, _)| found.len()).map(|(_, place)| *place)
    }
}
