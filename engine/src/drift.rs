//! Whether somebody changed the schema since the last upgrade: migrations are proven on a schema, and this is not it.

use autogen_codegen::report;
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::{Pair, Schema, diff};
use autogen_introspect::{ScratchOptions, Source};
use autogen_runner::{LeftBehind, Migration, MigrationDirectory};
use sha2::{Digest as _, Sha256};

use crate::connection::{AnyConnection, with_connection};
use crate::error::{ADOPT_HINT, Error};
use crate::observer::Event;
use crate::project::Project;
use crate::settings::DriftChoice;
use crate::{compare, replay};

/// What is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The schema is what the last upgrade left behind.
    Absent,
    /// It is another.
    Found,
    /// Nothing comparable was recorded at this place of the history.
    Unknown,
}

/// Refuses to go on from a schema that is another than the last upgrade left behind, unless the first
/// of the migrations that are to run was proven on just this one.
pub(crate) fn check(
    project: &Project,
    connection: &mut AnyConnection,
    first: Option<&Migration>,
    allowed: bool,
) -> Result<(), Error> {
    if first.is_none() || look(project, connection, first)? != Drift::Found {
        return Ok(());
    }
    if allowed || project.settings.drift == DriftChoice::Warn {
        project.tell(&Event::DriftAllowed);
        return Ok(());
    }
    Err(Error::Drift)
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
    let made = diff(Pair::new(&ours.emptied(), &ours));
    if directory.head().is_some() || made.is_empty() {
        return Ok(());
    }
    let entries = report::entries(&[], &made);
    let names: Vec<String> = entries.iter().take(NAMED).map(|entry| entry.object.to_string()).collect();
    let more = if entries.len() > NAMED { " …" } else { "" };
    let message = format!("the database has objects that no migration creates: {}{more}", names.join(", "));
    if project.settings.drift == DriftChoice::Warn {
        project.tell(&Event::NotFromMigrations(&message));
        return Ok(());
    }
    Err(Error::History { message, hint: ADOPT_HINT.to_owned() })
}

/// How many objects are named of many.
const NAMED: usize = 5;

/// Compares the live schema with what was recorded.
pub(crate) fn look(
    project: &Project,
    connection: &mut AnyConnection,
    first: Option<&Migration>,
) -> Result<Drift, Error> {
    let Some(recorded) = with_connection!(connection, c => autogen_runner::left_behind(c)?) else {
        return Ok(Drift::Unknown);
    };
    if mark(connection)?.as_ref() != Some(&recorded.history) {
        return Ok(Drift::Unknown);
    }
    let schema = narrowed(project, &read(project)?);
    if basis(project, &schema) != recorded.basis {
        return Ok(Drift::Unknown);
    }
    let found = fingerprint(&schema);
    let proven_on = first.and_then(Migration::header_fingerprints).map(|(from, _)| from);
    if found == recorded.fingerprint || proven_on.as_deref() == Some(found.as_str()) {
        return Ok(Drift::Absent);
    }
    // Another upgrade may have been at work while the schema was read.
    let is_same = mark(connection)?.as_ref() == Some(&recorded.history);
    Ok(if is_same { Drift::Found } else { Drift::Unknown })
}

/// Records the schema as it is now, and gives all of it. Where it can't be read, the upgrade was still one.
pub(crate) fn record(project: &Project, connection: &mut AnyConnection) -> Result<Option<Schema>, Error> {
    let Some(history) = mark(connection)? else { return Ok(None) };
    let whole = match read(project) {
        Ok(schema) => schema,
        Err(error) => {
            project.tell(&Event::NotRecorded(&error));
            return Ok(None);
        }
    };
    let schema = narrowed(project, &whole);
    if mark(connection)?.as_ref() != Some(&history) {
        // Who changed it meanwhile records it.
        return Ok(None);
    }
    let now = LeftBehind { history, basis: basis(project, &schema), fingerprint: fingerprint(&schema) };
    with_connection!(connection, c => autogen_runner::leave_behind(c, &now)?);
    Ok(Some(whole))
}

/// The place of the history; none within a migration.
fn mark(connection: &mut AnyConnection) -> Result<Option<String>, Error> {
    // In this order: whoever ends a migration between the two is seen in the history.
    let (unfinished, history) =
        with_connection!(connection, c => (autogen_runner::unfinished(c)?, autogen_runner::applied(c)?));
    Ok(unfinished.is_empty().then(|| history.mark()))
}

/// Whether the database holds nothing that is managed.
pub(crate) fn is_empty(project: &Project) -> Result<bool, Error> {
    let schema = narrowed(project, &read(project)?);
    Ok(diff(Pair::new(&schema.emptied(), &schema)).is_empty())
}

fn read(project: &Project) -> Result<Schema, Error> {
    let url = project.database_url()?.clone();
    let scratch = project.scratch(url.dialect(), Some(&url));
    Ok(Source::Database(url).read(&scratch)?.schema)
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
        "{} {:?} {} {:?} {:?} {:?}",
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
