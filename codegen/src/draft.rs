//! Both ways between two schemas: the path of stages, and each stage planned and spelled forward and back.
//!
//! What a schema is after renames only its server knows, so that is asked of whoever calls.

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::diff::rename_order::way_back;
use autogen_diff_core::hazard::{Hazard, HazardClass};
use autogen_diff_core::{Capabilities, Pair, Schema, diff};

use crate::online::{self, Means, OnlineStage, OnlineStep};
use crate::plan::{Online, Plan, PlanError, PlanOptions, plan_with, with_columns_as_left};
use crate::quote::Quoter;
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
    /// Which part of an online change each stage is; empty where that was not asked for.
    pub parts: Vec<Part>,
    /// What the server made of the renames on the way back, where there are any.
    pub renamed_back: Option<Schema>,
}

/// Which part of a change a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it does.
    pub step: OnlineStep,
    /// Whether programs of the old release can't live with it, or with one before it.
    pub contracts: bool,
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
    step: OnlineStep,
}

/// One stage, planned.
struct PlannedStage {
    scripts: Option<Pair<Script>>,
    renamed_back: Option<Schema>,
    /// What the way forward leaves.
    left: Schema,
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
    let DraftInput { from, renamed: start, to: _, renames } = input;
    let facts = Capabilities::of(from.dialect, from.version);
    let spelling =
        RenderOptions { default_namespace: from.default_namespace.clone(), ..RenderOptions::default() };
    let stages = path(input, options, &facts);
    let mut scripts = Vec::new();
    let mut renamed_back = None;
    let mut current = start.clone();
    for (i, OnlineStage { step, end, means }) in stages.iter().enumerate() {
        match means {
            Means::Plan => {}
            Means::Fill(fill) => {
                scripts.push(fill.scripts(from.default_namespace.as_ref()));
                continue;
            }
            Means::Swap(group) => {
                let quoter = Quoter::new(from.dialect, from.default_namespace.clone());
                scripts.push(group.swap(Pair::new(&current, end), &quoter)?);
                current = group.left(Pair::new(&current, end));
                continue;
            }
        }
        let forward = Pair::new(&current, end);
        let stage = match i {
            0 => Stage { forward, start: from, renames, step: *step },
            _ => Stage { forward, start: &current, renames: &[], step: *step },
        };
        let planned = stage.plan(options, &facts, &spelling, &mut renamed)?;
        debug_assert!(planned.scripts.is_some() || stages.len() == 1, "a stage between has changes");
        scripts.extend(planned.scripts);
        renamed_back = renamed_back.or(planned.renamed_back);
        current = planned.left;
    }
    let parts = match options.online {
        Online::Split => parts(&stages, &scripts),
        Online::Off | Online::Hint => Vec::new(),
    };
    let between = stages.into_iter().map(|stage| stage.end);
    let between = between.take(scripts.len().saturating_sub(1)).collect();
    Ok(DraftScripts { stages: scripts, between, parts, renamed_back })
}

/// Where each stage leads, in order; the last one leads to the end.
fn path(input: &DraftInput, options: PlanOptions, facts: &Capabilities) -> Vec<OnlineStage> {
    let schemas = Pair::new(&input.renamed, &input.to);
    let (mut rest, first) = match options.online {
        Online::Split => {
            let mut rest = online::path(input, options);
            let is_expanded = rest.first().is_some_and(|first| first.step == OnlineStep::Expand);
            let first = is_expanded.then(|| rest.remove(0).end);
            (rest, first)
        }
        Online::Off | Online::Hint => (Vec::new(), None),
    };
    let first = match first {
        Some(first) => first,
        None if rest.is_empty() => schemas.to.clone(),
        None => return rest,
    };
    let between = stages(Pair::new(schemas.from, &first), facts);
    let expand = between.into_iter().chain([first]).map(|end| OnlineStage::new(OnlineStep::Expand, end));
    rest.splice(0..0, expand);
    rest
}

/// Which part each stage is. What stands behind a stage that the old release can't live with waits for that too.
fn parts(stages: &[OnlineStage], scripts: &[Pair<Script>]) -> Vec<Part> {
    let mut contracts = false;
    let each = stages.iter().zip(scripts).map(|(stage, scripts)| {
        contracts |= stage.step == OnlineStep::Contract || scripts.from.hazards().any(needs_new_release);
        Part { step: stage.step, contracts }
    });
    each.collect()
}

/// Whether programs that know nothing of the change fail behind it.
fn needs_new_release(hazard: &Hazard) -> bool {
    match hazard.code.class() {
        HazardClass::DataLoss | HazardClass::BreaksCompatibility => true,
        HazardClass::MayFail
        | HazardClass::Locks
        | HazardClass::Rewrite
        | HazardClass::Behavior
        | HazardClass::Irreversible
        | HazardClass::Access
        | HazardClass::Secret
        | HazardClass::Design => false,
    }
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
        let planned = self.step.in_form(planned);
        let up = spelled(&planned, self.forward, options, spelling)?;
        let left = with_columns_as_left(&planned, self.forward);
        let renames = way_back(self.renames, &left);
        let end = renamed(&left, &renames).map_err(DraftError::Renames)?;
        let backward = Pair::new(&end, self.start);
        let planned = plan_with(&diff(backward), backward, &renames, facts, options);
        let planned = self.step.in_form(planned.map_err(PlanError::on_way_back)?);
        let down = spelled(&planned, backward, options, spelling)?;
        let scripts = match (up, down) {
            (Some(up), Some(down)) => Some(Pair::new(up, down)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(DraftError::OneWay),
        };
        Ok(PlannedStage { scripts, renamed_back: (!renames.is_empty()).then_some(end), left })
    }
}

/// The statements of a plan, without a safer form beside them where nobody wants it.
fn spelled(
    plan: &Plan,
    schemas: Pair<&Schema>,
    options: PlanOptions,
    spelling: &RenderOptions,
) -> Result<Option<Script>, PlanError> {
    let mut script = render_whole(plan, schemas, spelling)?;
    if options.online == Online::Off {
        let statements = script.iter_mut().flat_map(|script| &mut script.statements);
        statements.flat_map(|statement| &mut statement.hazards).for_each(|hazard| hazard.instead = None);
    }
    Ok(script)
}
