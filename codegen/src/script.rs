//! SQL text: statements with their hazards, and how they are to be run.

use autogen_diff_core::hazard::Hazard;
use autogen_diff_core::{Dialect, Ident, Pair, Schema};

use crate::hazards;
use crate::plan::{Operation, Plan};
use crate::quote::{Quoter, Spelling};
use crate::{mysql, postgres, sqlite};

/// A statement with what a reviewer must know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The SQL, without a semicolon at the end.
    pub sql: String,
    /// Its dangers.
    pub hazards: Vec<Hazard>,
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
    pub notes: Vec<&'static str>,
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

    /// The statements as text, with hazards as comments above them.
    pub fn to_sql(&self) -> String {
        let mut text = String::new();
        for (i, statement) in self.statements.iter().enumerate() {
            if i > 0 {
                text.push('\n');
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

/// Spells a plan, in parts that must be committed one after the other.
///
/// The schemas are those that the plan was made from.
pub fn render(plan: &Plan, schemas: Pair<&Schema>, options: &RenderOptions) -> Vec<Script> {
    let parts = split(plan, schemas.to.dialect);
    parts.iter().map(|operations| spell(operations, schemas, options)).collect()
}

/// Spells a plan in its order, as one script; there is none for an empty plan.
pub(crate) fn render_whole(plan: &Plan, schemas: Pair<&Schema>, options: &RenderOptions) -> Option<Script> {
    (!plan.operations.is_empty()).then(|| spell(&plan.operations, schemas, options))
}

fn spell(operations: &[Operation], schemas: Pair<&Schema>, options: &RenderOptions) -> Script {
    let dialect = schemas.to.dialect;
    let quoter = Quoter::new(dialect, options.default_namespace.clone()).with(options.spelling);
    let script = match dialect {
        Dialect::Postgres => postgres::render(operations, schemas, &quoter),
        Dialect::Sqlite => sqlite::render(operations, schemas, &quoter),
        Dialect::Mysql => mysql::render(operations, schemas, &quoter),
    };
    debug_assert!(!script.statements.is_empty(), "a part of a plan has statements");
    script
}

/// Parts that must be committed one after the other: values that are added to an
/// enum type can't be used before. Whatever is renamed has its new name by then.
fn split(plan: &Plan, dialect: Dialect) -> Vec<Vec<Operation>> {
    let adds_value = |operation: &Operation| matches!(operation, Operation::AddEnumValue { .. });
    let has_values = dialect == Dialect::Postgres && plan.operations.iter().any(adds_value);
    let apart = |operation: &Operation| {
        has_values && (adds_value(operation) || matches!(operation, Operation::Rename(_)))
    };
    let (first, rest): (Vec<Operation>, Vec<Operation>) = plan.operations.iter().cloned().partition(apart);
    [first, rest].into_iter().filter(|part| !part.is_empty()).collect()
}
