//! What only programs of the old release use is dropped at the end, so that a release without its use comes between.

use autogen_diff_core::{Pair, Schema};

/// The schema that still has it.
pub(super) fn before(_schemas: Pair<&Schema>) -> Option<Schema> {
    None
}
