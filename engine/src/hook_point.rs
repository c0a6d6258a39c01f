//! When a command of the settings runs.

/// When a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookPoint {
    /// Before anything else.
    Backup,
    /// Before the first migration.
    Before,
    /// After the last.
    After,
}

impl HookPoint {
    /// Its key in `[hooks]`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Before => "before",
            Self::After => "after",
        }
    }
}
