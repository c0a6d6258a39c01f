//! Whether somebody changed the schema since the last upgrade, and what a new migration starts from.

use autogen_codegen::report;
use autogen_diff_core::fingerprint::{fingerprint, fingerprint_apart_from};
use autogen_diff_core::{Pair, Schema, diff};
use autogen_introspect::ScratchOptions;
use autogen_runner::{
    Direction, Drift, Event as RunEvent, Migration, MigrationDirectory, RunError, SchemaState,
};
use sha2::{Digest as _, Sha256};

use crate::advice::Advice;
use crate::agreement::COMPARISON;
use crate::connection::{AnyConnection, with_connection};
use crate::error::Error;
use crate::live_schema::{LiveSchema as _, in_new_session};
use crate::observer::Event;
use crate::project::Project;
use crate::settings::DriftChoice;
use crate::{compare, replay};

/// Refuses to go on from a schema that is another than the last upgrade left behind, unless the first
/// of the migrations that are to run was proven on just this one.
pub(crate) fn check(
    project: &Project,
    connection: &mut AnyConnection,
    first: Option<&Migration>,
    direction: Direction,
    allowed: bool,
) -> Result<(), Error> {
    if first.is_none() || look(project, connection, first)? != Drift::Found {
        return Ok(());
    }
    if allowed || project.settings.drift == DriftChoice::Warn {
        project.tell(&Event::Run(direction, &RunEvent::DriftAllowed));
        return Ok(());
    }
    Err(RunError::Drift.into())
}

/// What a new migration starts from: what the migrations make, which the database has to be too. Gives their schema
/// where the settings only warn of a difference.
///
/// Where the header of the newest migration names the live schema, nothing has to be replayed. What the last upgrade recorded
/// does not tell: it may have been let through on a drifted schema.
pub(crate) fn start(
    project: &Project,
    directory: &MigrationDirectory,
    live: &Schema,
    scratch: &ScratchOptions,
) -> Result<Option<Schema>, Error> {
    let ours = narrowed(project, live);
    // Without any, it is the model that decides: see `must_come_from_migrations`.
    let Some(head) = directory.head() else { return Ok(None) };
    if head.header_fingerprints().is_some_and(|(_, to)| to == fingerprint(&ours)) {
        return Ok(None);
    }
    let all: Vec<&Migration> = directory.migrations.iter().collect();
    let made = replay::whole_schema_of(project, &all, scratch)?;
    let (mut from, mut to) = (narrowed(project, &made), ours);
    from.take_unwritable();
    to.take_unwritable();
    let schemas = compare::prepare(project, Pair::new(from, to), scratch)?;
    let lines = replay::differences(&schemas.from, &schemas.to);
    if lines.is_empty() {
        return Ok(None);
    }
    if project.settings.drift == DriftChoice::Warn {
        project.tell(&Event::DriftAtStart(&lines));
        return Ok(Some(made));
    }
    Err(Error::StartDrifted(lines))
}

/// Refuses a first migration behind a database that no migration made: every other database would lack what is there.
pub(crate) fn must_come_from_migrations(
    project: &Project,
    directory: &MigrationDirectory,
    live: &Schema,
) -> Result<(), Error> {
    let ours = narrowed(project, live);
    if directory.head().is_some() || project.scope.holds_nothing(live) {
        return Ok(());
    }
    let made = diff(Pair::new(&narrowed(project, &ours.emptied()), &ours));
    let entries = report::entries(ours.dialect, &[], &made);
    let names: Vec<String> = entries.iter().take(NAMED).map(|entry| entry.object.to_string()).collect();
    let more = if entries.len() > NAMED { " …" } else { "" };
    let message = format!("the database has objects that no migration creates: {}{more}", names.join(", "));
    if project.settings.drift == DriftChoice::Warn {
        project.tell(&Event::NotFromMigrations(&message));
        return Ok(());
    }
    Err(Error::History { message, advice: Advice::AdoptDatabase })
}

/// How many objects are named of many.
const NAMED: usize = 5;

/// Compares the live schema with what was recorded.
pub(crate) fn look(
    project: &Project,
    connection: &mut AnyConnection,
    first: Option<&Migration>,
) -> Result<Drift, Error> {
    with_connection!(connection, c => autogen_runner::drift(c, first, |c| Ok(state(project, &c.live_schema(project)?))))
}

/// The schema's fingerprint, in which the name of a fleet's namespace has no part, and what is known of drift.
pub(crate) fn look_and_tell(
    project: &Project,
    connection: &mut AnyConnection,
) -> Result<(String, Drift), Error> {
    let whole = with_connection!(&mut *connection, c => c.live_schema(project)?);
    let state = state(project, &whole);
    let fingerprint = match &project.namespace {
        None => state.fingerprint.clone(),
        Some(namespace) => fingerprint_apart_from(&narrowed(project, &whole), namespace),
    };
    let drift = with_connection!(connection, c => autogen_runner::drift(c, None, |_| Ok::<_, Error>(state))?);
    Ok((fingerprint, drift))
}

/// Records the schema as it is now, and gives all of it. Where it can't be read, the upgrade was still one.
pub(crate) fn record(
    project: &Project,
    connection: &mut AnyConnection,
    direction: Direction,
) -> Result<Option<Schema>, Error> {
    let mut whole = None;
    let mut note = |read: Result<Schema, Error>| match read {
        Ok(schema) => {
            let state = state(project, &schema);
            whole = Some(schema);
            Some(state)
        }
        Err(error) => {
            project.tell(&Event::Run(direction, &RunEvent::NotRecorded(&error.to_string())));
            None
        }
    };
    // What a migration sets of a role or of the database holds in new sessions alone, such as a search path. A namespace has its own.
    let is_for_namespace = project.namespace.is_some();
    let is_recorded = with_connection!(connection, c => autogen_runner::record_schema(c, |c| {
        note(if is_for_namespace { c.live_schema(project) } else { in_new_session(project) })
    })?);
    Ok(whole.filter(|_| is_recorded))
}

/// Records the schema where an upgrade was killed before it did. A database that can't be written is no hindrance: nothing is to be
/// applied there.
pub(crate) fn make_up_for_record(
    project: &Project,
    connection: &mut AnyConnection,
    directory: &MigrationDirectory,
) {
    let made_up: Result<bool, RunError> = with_connection!(connection, c => {
        autogen_runner::make_up_for_record(c, directory, |c| Some(state(project, &c.live_schema(project).ok()?)))
    });
    if let Err(error) = made_up {
        project.tell(&Event::Run(Direction::Up, &RunEvent::NotRecorded(&error.to_string())));
    }
}

impl Project {
    /// What the managed part of the live schema is, for the drift guard of [`autogen_runner::Runner::guard_drift`].
    ///
    /// # Errors
    /// When no database is named, or it can't be read.
    pub fn schema_state(&self) -> Result<SchemaState, Error> {
        Ok(state(self, &in_new_session(self)?))
    }
}

fn state(project: &Project, whole: &Schema) -> SchemaState {
    let schema = narrowed(project, whole);
    SchemaState { basis: basis(project, &schema), fingerprint: fingerprint(&schema) }
}

/// Whether the database holds nothing that is managed.
pub(crate) fn is_empty(project: &Project) -> Result<bool, Error> {
    Ok(project.scope.holds_nothing(&in_new_session(project)?))
}

fn narrowed(project: &Project, schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    project.scope.retain_own(&mut schema);
    schema
}

/// What a fingerprint depends on besides the schema: who reads it, whose spelling it has, and what is managed.
fn basis(project: &Project, schema: &Schema) -> String {
    let settings = &project.settings;
    let text = format!(
        "{COMPARISON} {} {:?} {} {:?} {:?} {:?}",
        env!("CARGO_PKG_VERSION"),
        schema.flavor,
        schema.version,
        settings.namespaces,
        settings.ignore,
        settings.manage
    );
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
