//! The statements of a migration's two files. The header above them is not for a plan to say.

use crate::script::{Script, TransactionMode};

/// The statements of a migration's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileTexts {
    /// Those of `up.sql`.
    pub up: String,
    /// Those of `down.sql`.
    pub down: String,
    /// Whether the runner opens a transaction for each file.
    pub run_in_transaction: bool,
}

impl FileTexts {
    /// Writes up and down.
    ///
    /// Diesel takes one transaction mode for both, so the one that can't run inside
    /// a transaction decides, and the other brings its own `BEGIN` and `COMMIT`.
    pub fn of(up: &Script, down: &Script) -> Self {
        let is_inside = |script: &Script| script.transaction == TransactionMode::Transaction;
        let run_in_transaction = is_inside(up) && is_inside(down);
        let text = |script: &Script| match script.to_sql() {
            sql if is_inside(script) && !run_in_transaction => format!("BEGIN;\n\n{sql}\nCOMMIT;\n"),
            sql => sql,
        };
        Self { up: text(up), down: text(down), run_in_transaction }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Statement;

    #[test]
    fn one_that_runs_in_no_transaction_decides_for_both() {
        let script = |transaction: TransactionMode| Script {
            statements: vec![Statement::plain("SELECT 1")],
            transaction,
            notes: Vec::new(),
        };
        let (inside, outside) = (script(TransactionMode::Transaction), script(TransactionMode::None));
        let both = FileTexts::of(&inside, &inside);
        assert_eq!((both.up.as_str(), both.run_in_transaction), ("SELECT 1;\n", true));
        let mixed = FileTexts::of(&outside, &inside);
        assert_eq!((mixed.up.as_str(), mixed.run_in_transaction), ("SELECT 1;\n", false));
        assert_eq!(mixed.down, "BEGIN;\n\nSELECT 1;\n\nCOMMIT;\n");
    }
}
