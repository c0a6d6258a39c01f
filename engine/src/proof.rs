//! Runs a migration up, down and up in a scratch database before anyone sees it.

use autogen_codegen::{Script, report};
use autogen_diff_core::model::Expression;
use autogen_diff_core::text::alias::alias_lists;
use autogen_diff_core::text::normalized::normalized;
use autogen_diff_core::{Closure, Dialect, Pair, Schema, diff};
use autogen_introspect::{Scratch, ScratchOptions};
use autogen_migration_files::Proof;

use crate::database_names;
use crate::error::Error;
use crate::lock_findings::{LockFindings, LockMismatch, Way};
use crate::observer::{Activity, Event};
use crate::progress::Progress;
use crate::project::Project;
use crate::rebuilt::{build, writable};
use crate::script_run::run_watched;

/// What is to be proven.
pub(crate) struct Claim<'a> {
    /// The current schema, with what the project leaves unmanaged.
    pub(crate) current: &'a Schema,
    /// The schemas between the stages, as far as they are managed.
    pub(crate) between: &'a [Schema],
    /// The declared schema, as far as it is managed.
    pub(crate) declared: &'a Schema,
    /// Up and down of each stage, in the order of up.
    pub(crate) stages: &'a [Pair<Script>],
}

/// What was proven.
pub(crate) struct Proven {
    /// How.
    pub(crate) proof: Proof,
    /// The schema that up leads to, where that is the declared one in every word.
    pub(crate) reached: Option<Schema>,
    /// What was locked otherwise than is declared.
    pub(crate) locks: Vec<LockMismatch>,
}

/// Proves that up leads to the declared schema, and down back to the current one.
///
/// In a large schema the objects that the change can touch, with those that they lean on, prove it. Where that fails, the whole
/// schema tells why.
pub(crate) fn prove(project: &Project, claim: &Claim<'_>, options: &ScratchOptions) -> Result<Proven, Error> {
    if let Some(closure) = closure_of(project, claim)
        && let Some(proven) = prove_in_part(project, claim, &closure, options)
    {
        return Ok(proven);
    }
    prove_whole(project, claim, options)
}

/// Schemas with fewer objects are always made and proven as a whole.
pub(crate) const SMALL: usize = 60;

/// The part of both sides that a change can touch, where that is worth while. SQLite makes the whole as fast.
fn closure_of(project: &Project, claim: &Claim<'_>) -> Option<Closure> {
    let count = claim.current.count();
    if project.full || claim.current.dialect == Dialect::Sqlite || count < SMALL {
        return None;
    }
    let mut current = claim.current.clone();
    project.retain_objects(&mut current);
    let schemas = Pair::new(&current, claim.declared);
    if database_names::meet(claim.current, schemas) {
        return None;
    }
    let closure = Closure::of(&diff(schemas), schemas);
    (closure.len() * 2 < count).then_some(closure)
}

/// Proves the same with a part of both sides; gives nothing when it does not come out.
fn prove_in_part(
    project: &Project,
    claim: &Claim<'_>,
    closure: &Closure,
    options: &ScratchOptions,
) -> Option<Proven> {
    let (current, declared) = (closure.part(claim.current), closure.part(claim.declared));
    let between: Vec<Schema> = claim.between.iter().map(|schema| closure.part(schema)).collect();
    let in_part = Claim { current: &current, between: &between, declared: &declared, stages: claim.stages };
    let Proven { reached, locks, .. } = prove_whole(project, &in_part, options).ok()?;
    let proof = Proof::Part { objects: closure.len(), of: claim.current.count() };
    let reached = reached.map(|part| narrowed(project, closure.replaced(claim.current, &part)));
    let declared = narrowed(project, writable(claim.declared));
    let reached = reached.filter(|reached| diff(Pair::new(reached, &declared)).is_empty());
    Some(Proven { proof, reached, locks })
}

fn prove_whole(project: &Project, claim: &Claim<'_>, options: &ScratchOptions) -> Result<Proven, Error> {
    let progress = Progress::of(project.observer(), Activity::Proving, 4);
    progress.step("making the current schema in a scratch database");
    let mut scratch = build(project, claim.current, options)?;
    let start = narrowed(project, scratch.introspect()?);
    let current = narrowed(project, writable(claim.current));
    let declared = narrowed(project, writable(claim.declared));
    same(&current, &start, "the current schema can't be made again in a scratch database")?;
    let mut end = None;
    let mut locks = Vec::new();
    for round in ["up", "up again"] {
        progress.step(round);
        for (i, stage) in claim.stages.iter().enumerate() {
            let is_first = round == "up";
            let watched = is_first.then_some(&mut locks).map(|found| LockFindings::new(i, Way::Up, found));
            run_watched(project, &mut scratch, &stage.from, "up.sql", watched)?;
            if is_first {
                reaches_between(project, &mut scratch, claim.between.get(i), "up")?;
            }
        }
        let reached = narrowed(project, scratch.introspect()?);
        same(&declared, &reached, &format!("{round} does not lead to the declared schema"))?;
        if round == "up" {
            same_is_shown(project, &mut scratch, claim.declared, options, "up")?;
            progress.step("down");
            for (i, stage) in claim.stages.iter().enumerate().rev() {
                let watched = LockFindings::new(i, Way::Down, &mut locks);
                run_watched(project, &mut scratch, &stage.to, "down.sql", Some(watched))?;
                let before = i.checked_sub(1).and_then(|i| claim.between.get(i));
                reaches_between(project, &mut scratch, before, "down")?;
            }
            let back = narrowed(project, scratch.introspect()?);
            same(&start, &back, "down does not lead back to the current schema")?;
            same_is_shown(project, &mut scratch, claim.current, options, "down")?;
        }
        end = diff(Pair::new(&reached, &declared)).is_empty().then_some(reached);
    }
    Ok(Proven { proof: Proof::Whole, reached: end, locks })
}

/// Each of several migrations leads where its header says.
fn reaches_between(
    project: &Project,
    scratch: &mut Scratch,
    wanted: Option<&Schema>,
    direction: &str,
) -> Result<(), Error> {
    let Some(wanted) = wanted else { return Ok(()) };
    let wanted = narrowed(project, writable(wanted));
    let reached = narrowed(project, scratch.introspect()?);
    same(&wanted, &reached, &format!("a part of {direction} does not lead where the next one begins"))
}

/// Two databases with the same catalog may show different rows where a view names columns by position, so what
/// such views show is compared with what they show in a database that was made at once.
fn same_is_shown(
    project: &Project,
    migrated: &mut Scratch,
    schema: &Schema,
    options: &ScratchOptions,
    direction: &str,
) -> Result<(), Error> {
    let queries = schema.views().map(|view| &view.query);
    let queries = queries.chain(schema.materialized_views().map(|view| &view.query));
    if schema.dialect != Dialect::Postgres || !queries.into_iter().any(names_by_position) {
        return Ok(());
    }
    let made = || build(project, schema, options).map(|mut scratch| scratch.shown_by_views());
    let (Some(shown), Some(wanted)) = (migrated.shown_by_views(), made()?) else {
        project.tell(&Event::ShownNotCompared);
        return Ok(());
    };
    if shown == wanted {
        return Ok(());
    }
    // What differs between two that were made alike says nothing: a clock, the name of the database.
    let again = made()?.unwrap_or_default();
    let differs =
        |view: &&String| wanted.get(*view) == again.get(*view) && shown.get(*view) != wanted.get(*view);
    let views: Vec<&str> = wanted.keys().filter(differs).map(String::as_str).collect();
    if views.is_empty() {
        return Ok(());
    }
    Err(Error::NotProven(format!(
        "{direction} leads to views that show other columns than they should: {}\n",
        views.join(", ")
    )))
}

fn names_by_position(query: &Expression) -> bool {
    !alias_lists(query.as_str()).is_empty()
}

fn narrowed(project: &Project, mut schema: Schema) -> Schema {
    project.scope.retain_managed(&mut schema);
    schema
}

/// Compares but for what a second reading of an expression changes.
fn same(wanted: &Schema, got: &Schema, otherwise: &str) -> Result<(), Error> {
    if diff(Pair::new(got, wanted)).is_empty() {
        return Ok(());
    }
    let left = diff(normalized(Pair::new(got, wanted)).as_ref());
    if left.is_empty() {
        return Ok(());
    }
    let mut text = format!("{otherwise}; what is left:\n");
    for entry in report::entries(got.dialect, &[], &left) {
        text.push_str(&format!("    {} {}\n", entry.verb, entry.object));
        for line in entry.details() {
            text.push_str(&format!("        {line}\n"));
        }
    }
    Err(Error::NotProven(text))
}
