//! Which databases a fleet has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use autogen_diff_core::Dialect;
use autogen_introspect::{DatabaseUrl, program};
use autogen_runner::{RunError, Session as _};

use super::member::Member;
use crate::advice::Advice;
use crate::connection::{self, Access, with_connection};
use crate::dotenv;
use crate::error::Error;
use crate::fleet_settings::{FleetSettings, FleetSource};
use crate::name_pattern::matches;
use crate::project::Project;

/// The databases of a fleet, each once, in the order in which they are named.
pub(super) fn members(
    project: &Project,
    fleet: &str,
    settings: &FleetSettings,
) -> Result<Vec<Member>, Error> {
    let named = |texts: Vec<String>| of_urls(project, fleet, &texts);
    match &settings.source {
        FleetSource::Urls(urls) => named(urls.clone()),
        FleetSource::File(path) => named(lines(&fs_err::read_to_string(project.root.join(path))?)),
        FleetSource::Command(words) => {
            let failed = |error| {
                Error::usage(format!("the command of the fleet {fleet}: {error}"), Advice::CorrectFleet)
            };
            named(lines(&program::printed(words, &project.root).map_err(failed)?.text))
        }
        FleetSource::Query(query) => {
            let missing =
                || Error::usage(format!("the fleet {fleet} has no control database"), Advice::NameControl);
            named(answers(project, &control(project, settings)?.ok_or_else(missing)?, query)?)
        }
        FleetSource::Glob(pattern) => files(project, fleet, pattern),
        FleetSource::Schemas { pattern, search_path } => namespaces(project, pattern, search_path),
    }
}

/// The control database of a fleet, if it has one: what the environment says beats the settings.
pub(super) fn control(project: &Project, settings: &FleetSettings) -> Result<Option<DatabaseUrl>, Error> {
    let text = dotenv::variable("AUTOGEN_CONTROL_URL", &project.root).or_else(|| settings.control.clone());
    let url = text.map(|text| DatabaseUrl::parse(&text)).transpose()?;
    Ok(url.map(|url| url.relative_to(&project.root)))
}

/// Lines that are not empty and begin with no `#`.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// What a query on the control database gives.
fn answers(project: &Project, url: &DatabaseUrl, query: &str) -> Result<Vec<String>, Error> {
    url.must_be_there()?;
    let mut connection = connection::open(project.observer(), url, Access::Read)?;
    let rows = with_connection!(&mut connection, c => {
        // The other servers' sessions only read as they are.
        let read_only = url.dialect() == Dialect::Postgres;
        let begun = if read_only { c.execute("BEGIN READ ONLY") } else { Ok(()) };
        let rows = begun.and_then(|()| c.optional_texts(query));
        let ended = if read_only { c.execute("ROLLBACK") } else { Ok(()) };
        rows.and_then(|rows| ended.map(|()| rows)).map_err(RunError::from)?
    });
    let found = |(place, row): (usize, Option<String>)| {
        let message = || format!("row {} of the query is NULL: {query}", place + 1);
        row.ok_or_else(|| Error::usage(message(), Advice::CorrectFleet))
    };
    rows.into_iter().enumerate().map(found).collect()
}

fn of_urls(project: &Project, fleet: &str, texts: &[String]) -> Result<Vec<Member>, Error> {
    let mut urls: Vec<DatabaseUrl> = Vec::with_capacity(texts.len());
    for (place, text) in texts.iter().enumerate() {
        let url = DatabaseUrl::parse(text).map_err(|error| {
            Error::usage(
                format!("database {} of the fleet {fleet}: {error}", place + 1),
                Advice::CorrectFleet,
            )
        })?;
        urls.push(url.relative_to(&project.root).permitting(project.settings.flavor));
    }
    Ok(named(urls))
}

/// Gives each database a name of its own. What differs in secrets alone is told apart by a number.
fn named(urls: Vec<DatabaseUrl>) -> Vec<Member> {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut members = Vec::with_capacity(urls.len());
    for url in urls {
        let shown = url.to_string();
        let before = seen.entry(shown.clone()).or_default();
        if before.iter().any(|secret| secret == url.secret()) {
            continue;
        }
        before.push(url.secret().to_owned());
        let name = if before.len() == 1 { shown } else { format!("{shown} ({})", before.len()) };
        members.push(Member { name, url, namespace: None });
    }
    members
}

/// What SQLite keeps beside a file while it is in use.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

fn files(project: &Project, fleet: &str, pattern: &str) -> Result<Vec<Member>, Error> {
    let wrong = |error: &dyn std::fmt::Display| {
        Error::usage(format!("glob of the fleet {fleet}: {error}"), Advice::CorrectPathPattern)
    };
    let root = glob::Pattern::escape(&project.root.to_string_lossy());
    let whole = if Path::new(pattern).is_absolute() {
        PathBuf::from(pattern)
    } else {
        Path::new(&root).join(pattern)
    };
    // As for a shell, `*` stands for no name that begins with a dot.
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let found = glob::glob_with(&whole.to_string_lossy(), options).map_err(|error| wrong(&error))?;
    let mut members = Vec::new();
    for path in found {
        let path = path.map_err(|error| wrong(&error))?;
        let shown = path.strip_prefix(&project.root).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_file() && !COMPANIONS.iter().any(|end| shown.ends_with(end)) {
            let url = DatabaseUrl::of_sqlite_file(path.to_string_lossy());
            members.push(Member { name: shown, url, namespace: None });
        }
    }
    Ok(members)
}

/// The schemas of the project's own database that match a pattern, by name.
fn namespaces(project: &Project, pattern: &str, search_path: &[String]) -> Result<Vec<Member>, Error> {
    let url = project.database_url()?;
    if url.dialect() != Dialect::Postgres {
        return Err(Error::usage(
            format!("schemas of one database are a fleet on PostgreSQL alone, and {url} is none"),
            Advice::CorrectFleet,
        ));
    }
    let query = "SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_namespace n \
        WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' ORDER BY n.nspname COLLATE \"C\"";
    let names = answers(project, url, query)?;
    let fitting = names.into_iter().filter(|name| matches(pattern, name));
    fitting.map(|name| namespace(url, name, search_path)).collect()
}

#[cfg(feature = "postgres")]
fn namespace(url: &DatabaseUrl, name: String, search_path: &[String]) -> Result<Member, Error> {
    let quoted = |name: &String| format!("\"{}\"", name.replace('"', "\"\""));
    let path: Vec<String> = std::iter::once(&name).chain(search_path).map(quoted).collect();
    let settings = [("search_path", path.join(",")), (autogen_runner::NAMESPACE_SETTING, name.clone())];
    let settings = settings.each_ref().map(|(key, value)| (*key, value.as_str()));
    let url = url.with_session_settings(&settings)?;
    Ok(Member { name: name.clone(), url, namespace: Some(name) })
}

#[cfg(not(feature = "postgres"))]
fn namespace(_: &DatabaseUrl, _: String, _: &[String]) -> Result<Member, Error> {
    Err(autogen_introspect::IntrospectError::NoSupport(Dialect::Postgres).into())
}
