//! What a change of type does to the values of a column: a table for each dialect, which reads types as the server
//! spells them. All hazards of casts come from here. `fixtures/tests/casts` holds the tables against the servers.
//!
//! A cast keeps a value when casting it back gives the value again. Left out are what a number type can hold that is
//! no number (PostgreSQL's `NaN` in `numeric`), JSON's `null`, and dates outside of the years 1 to 9999.

mod declared;
pub(crate) mod mysql;
mod number;
pub(crate) mod postgres;
pub(crate) mod sqlite;

pub(crate) use declared::Declared;

/// What a cast does to the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cast {
    /// Every value is kept.
    Exact,
    /// A value that does not fit is an error.
    MayFail,
    /// A value that does not fit is changed without an error.
    Loses,
    /// Some values are errors, others are changed.
    MayFailAndLoses,
}

impl Cast {
    const fn of(fails: bool, loses: bool) -> Self {
        match (fails, loses) {
            (false, false) => Self::Exact,
            (true, false) => Self::MayFail,
            (false, true) => Self::Loses,
            (true, true) => Self::MayFailAndLoses,
        }
    }

    /// Whether a value can stop the statement.
    pub(crate) const fn may_fail(self) -> bool {
        matches!(self, Self::MayFail | Self::MayFailAndLoses)
    }

    /// Whether a value can be changed without an error.
    pub(crate) const fn loses(self) -> bool {
        matches!(self, Self::Loses | Self::MayFailAndLoses)
    }

    /// One cast behind another one.
    const fn then(self, next: Self) -> Self {
        Self::of(self.may_fail() || next.may_fail(), self.loses() || next.loses())
    }
}

/// Whether values that are this long fit. Without a length there is no end.
fn fits(from: Option<u32>, to: Option<u32>) -> bool {
    to.is_none_or(|to| from.is_some_and(|from| from <= to))
}
