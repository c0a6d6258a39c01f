//! From a plan to scripts: the one place that asks which dialect it is.

use autogen_diff_core::{Dialect, Pair, Schema};

use crate::plan::{Operation, Plan, PlanError, TypeOperation};
use crate::quote::Quoter;
use crate::script::{RenderOptions, Script};
use crate::{mysql, postgres, sqlite};

/// Spells a plan, in parts that must be committed one after the other.
///
/// The schemas are those that the plan was made from.
///
/// # Errors
/// When an operation is none of the dialect's.
pub fn render(
    plan: &Plan,
    schemas: Pair<&Schema>,
    options: &RenderOptions,
) -> Result<Vec<Script>, PlanError> {
    let parts = split(plan, schemas.to.dialect);
    parts.iter().map(|operations| spell(operations, schemas, options)).collect()
}

/// Spells a plan in its order, as one script; there is none for an empty plan.
pub(crate) fn render_whole(
    plan: &Plan,
    schemas: Pair<&Schema>,
    options: &RenderOptions,
) -> Result<Option<Script>, PlanError> {
    (!plan.operations.is_empty()).then(|| spell(&plan.operations, schemas, options)).transpose()
}

fn spell(
    operations: &[Operation],
    schemas: Pair<&Schema>,
    options: &RenderOptions,
) -> Result<Script, PlanError> {
    let dialect = schemas.to.dialect;
    let quoter = Quoter::new(dialect, options.default_namespace.clone()).with(options.spelling);
    let script = match dialect {
        Dialect::Postgres => postgres::render(operations, schemas, &quoter)?,
        Dialect::Sqlite => sqlite::render(operations, schemas, &quoter)?,
        Dialect::Mysql => mysql::render(operations, schemas, &quoter)?,
    };
    debug_assert!(!script.statements.is_empty(), "a part of a plan has statements");
    Ok(script)
}

/// Parts that must be committed one after the other: values that are added to an
/// enum type can't be used before. Whatever is renamed has its new name by then.
fn split(plan: &Plan, dialect: Dialect) -> Vec<Vec<Operation>> {
    let adds_value =
        |operation: &Operation| matches!(operation, Operation::Type(TypeOperation::AddEnumValue { .. }));
    let has_values = dialect == Dialect::Postgres && plan.operations.iter().any(adds_value);
    let apart = |operation: &Operation| {
        has_values && (adds_value(operation) || matches!(operation, Operation::Rename(_)))
    };
    let (first, rest): (Vec<Operation>, Vec<Operation>) = plan.operations.iter().cloned().partition(apart);
    [first, rest].into_iter().filter(|part| !part.is_empty()).collect()
}
