//! A migration before it has a name: two schemas, and the scripts that lead from one to the other and back.

use autogen_codegen::{RenderOptions, Script, plan_with, render, stages, with_columns_as_left};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::diff::rename_order::way_back;
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::{Pair, Schema, diff};
use autogen_introspect::ScratchOptions;

use crate::error::Error;
use crate::observer::Event;
use crate::project::{Project, capabilities};
use crate::{compare, proof, renames};

/// What a migration is made of, before it has a name.
#[derive(Debug)]
pub struct Draft {
    /// The current schema with all that the project leaves unmanaged.
    pub(crate) current: Schema,
    /// Both sides as far as they are managed.
    pub(crate) schemas: Pair<Schema>,
    /// The current side after the renames.
    pub(crate) renamed: Schema,
    pub(crate) renames: Vec<Rename>,
    /// Up and down of each stage.
    pub(crate) scripts: Vec<Pair<Script>>,
    /// The fingerprints between the stages, the ends included.
    pub(crate) fingerprints: Vec<String>,
    /// Whether it ran up, down and up.
    pub(crate) is_proven: bool,
}

impl Draft {
    /// Plans both directions between two schemas that were read; no scripts when nothing differs.
    ///
    /// `current` is the first side with all that is not managed, and `stated` are the renames that the second one means.
    ///
    /// # Errors
    /// When there is no plan.
    pub fn new(
        project: &Project,
        current: Schema,
        schemas: Pair<Schema>,
        stated: Vec<Rename>,
        scratch: &ScratchOptions,
    ) -> Result<Self, Error> {
        let facts = capabilities(&current);
        let options = RenderOptions {
            default_namespace: schemas.from.default_namespace.clone(),
            ..RenderOptions::default()
        };
        let start = renamed(project, &current, &stated, scratch)?;
        let Pair { from: start, to } = compare::prepare(project, Pair::new(start, schemas.to), scratch)?;
        let schemas = Pair::new(if stated.is_empty() { start.clone() } else { schemas.from }, to);
        let mut path = vec![start];
        path.extend(stages(Pair::new(&path[0], &schemas.to), &facts));
        path.push(schemas.to.clone());
        let last = path.len() - 2;
        let mut scripts = Vec::new();
        for (i, pair) in path.windows(2).enumerate() {
            let forward = Pair::new(&pair[0], &pair[1]);
            let renames: &[Rename] = if i == 0 { &stated } else { &[] };
            let planned = plan_with(&diff(forward), forward, renames, &facts, project.plan_options)?;
            let up = render(&planned, forward, &options);
            let left = with_columns_as_left(&planned, forward);
            let back = if i == 0 { way_back(&stated, &left) } else { Vec::new() };
            let from = renamed(project, &left, &back, scratch)?;
            let target = if i == 0 { &schemas.from } else { &pair[0] };
            let backward = Pair::new(&from, target);
            let planned = plan_with(&diff(backward), backward, &back, &facts, project.plan_options)?;
            let down = render(&planned, backward, &options);
            match (join(up), join(down)) {
                (Some(up), Some(down)) => scripts.push(Pair::new(up, down)),
                (None, None) => debug_assert!(last == 0, "a stage between has changes"),
                (Some(_), None) | (None, Some(_)) => {
                    return Err(Error::NotProven(
                        "one direction has changes and the other has none".to_owned(),
                    ));
                }
            }
        }
        let managed = |schema: &Schema| {
            let mut schema = schema.clone();
            project.scope.retain_own(&mut schema);
            fingerprint(&schema)
        };
        let mut fingerprints = vec![managed(&schemas.from)];
        fingerprints.extend(path[1..].iter().map(managed));
        let renamed = path.swap_remove(0);
        Ok(Self { current, schemas, renamed, renames: stated, scripts, fingerprints, is_proven: false })
    }

    /// Up and down of each stage, in the order of up.
    pub fn scripts(&self) -> &[Pair<Script>] {
        &self.scripts
    }

    /// The SQL of the way up, stage after stage.
    pub fn up_sql(&self) -> String {
        self.scripts.iter().map(|scripts| scripts.from.to_sql()).collect()
    }

    /// Runs it up, down and up in a scratch database.
    ///
    /// # Errors
    /// When it does not do there what it should.
    pub fn prove(&mut self, project: &Project, scratch: &ScratchOptions) -> Result<(), Error> {
        let claim =
            proof::Claim { current: &self.current, declared: &self.schemas.to, stages: &self.scripts };
        proof::prove(project, &claim, scratch)?;
        self.is_proven = true;
        project.tell(&Event::Proven);
        Ok(())
    }
}

/// The managed objects of a schema after renames.
pub(crate) fn renamed(
    project: &Project,
    schema: &Schema,
    stated: &[Rename],
    scratch: &ScratchOptions,
) -> Result<Schema, Error> {
    let mut renamed = renames::applied(project, schema, stated, scratch)?;
    project.retain_objects(&mut renamed);
    Ok(renamed)
}

/// One stage is one file; values of an enum type come apart only with other
/// changes, and those make a stage of their own.
fn join(scripts: Vec<Script>) -> Option<Script> {
    scripts.into_iter().reduce(|mut first, second| {
        first.statements.extend(second.statements);
        first.notes.extend(second.notes);
        first.notes.dedup();
        first
    })
}
