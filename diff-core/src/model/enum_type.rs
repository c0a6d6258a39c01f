//! An enum type (`pg_type` with `typtype` e, `pg_enum`).

use serde::{Deserialize, Serialize};

use crate::name::QualifiedName;

/// An enum type with its values in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: QualifiedName,
    /// The values, in `enumsortorder`.
    pub values: Vec<String>,
}

impl EnumType {
    /// The values to add one by one so that `self` becomes `to`, or `None`
    /// when a value was removed or moved, which no `ADD VALUE` can do.
    ///
    /// Each new value comes with the value it stands before, if any.
    pub fn values_added(&self, to: &Self) -> Option<Vec<(String, Option<String>)>> {
        let kept: Vec<&String> = to.values.iter().filter(|value| self.values.contains(value)).collect();
        if !kept.iter().copied().eq(self.values.iter()) {
            return None;
        }
        let added = to.values.iter().enumerate().filter(|(_, value)| !self.values.contains(value));
        Some(
            added
                .map(|(i, value)| {
                    let before = to.values[i + 1..].iter().find(|next| self.values.contains(next));
                    (value.clone(), before.cloned())
                })
                .collect(),
        )
    }
}
