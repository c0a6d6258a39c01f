//! What a migration locks otherwise than is declared for its statements, seen while it is proven.

use autogen_codegen::Statement;
use autogen_diff_core::Dialect;
use autogen_diff_core::lock::LockDifference;
use autogen_introspect::Scratch;
use autogen_migration_files::short_hash;
use autogen_sql_text::{lexemes, redact_secrets};

/// Which way a migration goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Its up file.
    Up,
    /// Its down file.
    Down,
}

/// An operation of a migration that locks otherwise than is declared. That is a mistake of autogen's, unless something of the
/// schema's own runs along with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockMismatch {
    /// Which of the migrations it is in, counted from 0.
    pub(crate) stage: usize,
    /// Which of its files.
    pub(crate) way: Way,
    /// Its first statement.
    pub sql: String,
    /// What is otherwise.
    pub differences: Vec<LockDifference>,
}

impl LockMismatch {
    /// What to name in a report: the same for the same kind of statement with the same locks, and nothing of the schema's.
    pub fn number(&self) -> String {
        // The words before the first name are the server's own.
        let own = lexemes(Dialect::Postgres, &self.sql).into_iter().take_while(|word| {
            let text = &self.sql[word.span.clone()];
            text.bytes().all(|byte| byte.is_ascii_uppercase())
        });
        let mut text = own.map(|word| word.upper()).collect::<Vec<_>>().join(" ");
        for LockDifference { relation: _, declared, taken } in &self.differences {
            text.push_str(&format!("\n{declared:?} {taken:?}"));
        }
        format!("LOCK-{}", short_hash(&text))
    }

    /// What the header of its file says.
    pub(crate) fn note(&self) -> String {
        let differences: Vec<String> = self.differences.iter().map(ToString::to_string).collect();
        format!("locks measured in the proof differ at `{}`: {}", self.first_line(), differences.join("; "))
    }

    /// The first line of its statement, without secrets.
    pub fn first_line(&self) -> String {
        let shown = redact_secrets(Dialect::Postgres, &self.sql);
        shown.lines().next().unwrap_or_default().to_owned()
    }
}

/// Where what is found in one file goes.
pub(crate) struct LockFindings<'a> {
    stage: usize,
    way: Way,
    found: &'a mut Vec<LockMismatch>,
}

impl<'a> LockFindings<'a> {
    /// Of a file of one of several migrations.
    pub(crate) const fn new(stage: usize, way: Way, found: &'a mut Vec<LockMismatch>) -> Self {
        Self { stage, way, found }
    }

    /// Looks at what an operation did that has just run.
    pub(crate) fn look(&mut self, scratch: &mut Scratch, operation: &[Statement]) {
        let Some(first) = operation.first() else { return };
        // What is declared and not seen may be outside of the part that is proven, and misleads nobody into harm.
        let mut differences = scratch.lock_differences(&first.locks);
        differences.retain(|LockDifference { relation: _, declared, taken }| {
            taken.0 > declared.0 || (taken.0.is_some() && taken.1 > declared.1)
        });
        if !differences.is_empty() {
            self.found.push(LockMismatch {
                stage: self.stage,
                way: self.way,
                sql: first.sql.clone(),
                differences,
            });
        }
    }
}
