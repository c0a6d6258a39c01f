//! Both ways between two schemas: the path of stages, and each stage planned and spelled forward and back.
//!
//! What a schema is after renames only its server knows, so that is asked of whoever calls.

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::diff::rename_order::way_back;
use autogen_diff_core::{Capabilities, Pair, Schema, diff};

use crate::plan::{PlanError, PlanOptions, plan_with, with_columns_as_left};
use crate::render::render_whole;
use crate::script::{RenderOptions, Script};
use crate::stages::stages;

/// What a draft is planned from.
#[derive(Clone, Debug)]
pub struct DraftInput {
    /// The current schema.
    pub from: Schema,
    /// The current schema after the renames, in the spelling of the declared one where both mean the same.
    pub renamed: Schema,
    /// The declared schema.
    pub to: Schema,
    /// The renames, in the order in which they run.
    pub renames: Vec<Rename>,
}

/// The scripts of a draft. There are none when nothing differs.
#[derive(Clone, Debug)]
pub struct DraftScripts {
    /// Up and down of each stage, in the order of up.
    pub stages: Vec<Pair<Script>>,
    /// The schemas between the stages.
    pub between: Vec<Schema>,
    /// What the server made of the renames on the way back, where there are any.
    pub renamed_back: Option<Schema>,
}

/// Why there are no scripts.
#[derive(Debug, thiserror::Error)]
pub enum DraftError<E> {
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Something is done on one way and nothing on the other.
    #[error("one direction has changes and the other has none")]
    OneWay,
    /// What a schema is after renames can't be told.
    #[error("{0}")]
    Renames(E),
}

/// One stage: what it is planned from.
struct Stage<'a> {
    forward: Pair<&'a Schema>,
    /// Where the way back ends: a stage with renames starts from the schema after them.
    start: &'a Schema,
    renames: &'a [Rename],
}

/// One stage, planned.
struct PlannedStage {
    scripts: Option<Pair<Script>>,
    renamed_back: Option<Schema>,
}

/// Plans and spells both ways.
///
/// `renamed` gives a schema after renames, as its server has it then.
///
/// # Errors
/// When there is no plan for a direction, or `renamed` fails.
pub fn draft<E>(
    input: &DraftInput,
    options: PlanOptions,
    mut renamed: impl FnMut(&Schema, &[Rename]) -> Result<Schema, E>,
) -> Result<DraftScripts, DraftError<E>> {
    let DraftInput { from, renamed: start, to, renames } = input;
    let facts = Capabilities::of(from.dialect, from.version);
    let spelling =
        RenderOptions { default_namespace: from.default_namespace.clone(), ..RenderOptions::default() };
    let between = stages(Pair::new(start, to), &facts);
    let path: Vec<&Schema> = std::iter::once(start).chain(&between).chain([to]).collect();
    let mut scripts = Vec::new();
    let mut renamed_back = None;
    for (i, pair) in path.windows(2).enumerate() {
        let forward = Pair::new(pair[0], pair[1]);
        let stage = match i {
            0 => Stage { forward, start: from, renames },
            _ => Stage { forward, start: forward.from, renames: &[] },
        };
        let planned = stage.plan(options, &facts, &spelling, &mut renamed)?;
        debug_assert!(planned.scripts.is_some() || between.is_empty(), "a stage between has changes");
        scripts.extend(planned.scripts);
        renamed_back = renamed_back.or(planned.renamed_back);
    }
    Ok(DraftScripts { stages: scripts, between, renamed_back })
}

impl Stage<'_> {
    fn plan<E>(
        &self,
        options: PlanOptions,
        facts: &Capabilities,
        spelling: &RenderOptions,
        renamed: &mut impl FnMut(&Schema, &[Rename]) -> Result<Schema, E>,
    ) -> Result<PlannedStage, DraftError<E>> {
        let planned = plan_with(&diff(self.forward), self.forward, self.renames, facts, options)?;
        let up = render_whole(&planned, self.forward, spelling)?;
        let left = with_columns_as_left(&planned, self.forward);
        let renames = way_back(self.renames, &left);
        let end = renamed(&left, &renames).map_err(DraftError::Renames)?;
        let backward = Pair::new(&end, self.start);
        let planned = plan_with(&diff(backward), backward, &renames, facts, options)?;
        let down = render_whole(&planned, backward, spelling)?;
        let scripts = match (up, down) {
            (Some(up), Some(down)) => Some(Pair::new(up, down)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(DraftError::OneWay),
        };
        Ok(PlannedStage { scripts, renamed_back: (!renames.is_empty()).then_some(end) })
    }
}
