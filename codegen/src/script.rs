//! SQL text: statements with their hazards, and how they are to be run.

use std::borrow::Cow;
use std::fmt::Write as _;

use autogen_diff_core::Ident;
use autogen_diff_core::estimate::{Estimate, TableTask};
use autogen_diff_core::hazard::Hazard;
use autogen_diff_core::lock::{Lock, LockWork};
use serde::Serialize;

use crate::hazards;
use crate::quote::Spelling;

/// A statement with what a reviewer must know about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The SQL, without a semicolon at the end.
    pub sql: String,
    /// Its dangers, and those of the statements behind it that belong to it.
    pub hazards: Vec<Hazard>,
    /// What it locks of what was there before, together with the statements behind it that belong to it (PostgreSQL).
    pub locks: Vec<Lock>,
    /// What it does to all rows of a table, together with those statements; nothing where that is not known.
    #[serde(skip)]
    pub tasks: Vec<TableTask>,
    /// How long that takes, where sizes are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
}

impl Statement {
    /// A statement that nobody has to be warned of.
    pub fn plain(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), hazards: Vec::new(), locks: Vec::new(), tasks: Vec::new(), estimate: None }
    }

    /// Whether it does something to all rows of a table.
    fn is_long(&self) -> bool {
        !self.tasks.is_empty() || self.locks.iter().any(|lock| lock.work > LockWork::Instant)
    }

    /// How long it takes, where no lock that others wait for says so.
    fn quiet_estimate(&self) -> Option<&Estimate> {
        let is_told = self.locks.iter().any(|lock| lock.mode.blocks_writes() && lock.estimate.is_some());
        self.estimate.as_ref().filter(|_| !is_told)
    }
}

/// How a script wants to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionMode {
    /// Inside one transaction, which the runner opens.
    Transaction,
    /// Without one: the script opens its own where it needs it.
    None,
}

/// Ordered statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The statements.
    pub statements: Vec<Statement>,
    /// How they are to be run.
    pub transaction: TransactionMode,
    /// What a reviewer must know about the whole script, a line each.
    pub notes: Vec<Cow<'static, str>>,
}

/// How names are spelled.
#[derive(Clone, Debug, Default)]
pub struct RenderOptions {
    /// Names in this namespace are written without it.
    pub default_namespace: Option<Ident>,
    /// How expressions are spelled.
    pub spelling: Spelling,
}

impl Script {
    /// All hazards, in the order of the statements.
    pub fn hazards(&self) -> impl Iterator<Item = &Hazard> {
        self.statements.iter().flat_map(|statement| &statement.hazards)
    }

    /// The statements of each operation that locks something; what locks nothing goes with the one before.
    pub fn operations(&self) -> Vec<&[Statement]> {
        let statements = &self.statements;
        let starts = (1..statements.len()).filter(|at| !statements[*at].locks.is_empty());
        let ends: Vec<usize> = starts.chain([statements.len()]).collect();
        let begins = std::iter::once(0).chain(ends.iter().copied());
        begins.zip(&ends).map(|(begin, end)| &statements[begin..*end]).collect()
    }

    /// How long it takes, where that is known of each statement that takes long.
    pub fn estimate(&self) -> Option<Estimate> {
        let is_known = |statement: &&Statement| statement.estimate.is_some() || !statement.is_long();
        let known = self.statements.iter().take_while(is_known).count() == self.statements.len();
        let estimates = self.statements.iter().filter_map(|statement| statement.estimate);
        estimates.reduce(|all, one| all + one).filter(|_| known)
    }

    /// The statements as text, with hazards as comments above them.
    pub fn to_sql(&self) -> String {
        let mut text = String::new();
        for (i, statement) in self.statements.iter().enumerate() {
            if i > 0 {
                text.push('\n');
            }
            hazards::write_locks(&mut text, &statement.locks);
            if let Some(estimate) = statement.quiet_estimate() {
                let _ = writeln!(text, "-- takes {estimate}");
            }
            for hazard in &statement.hazards {
                hazards::write_comment(&mut text, hazard);
            }
            text.push_str(&statement.sql);
            text.push_str(";\n");
        }
        text
    }
}
