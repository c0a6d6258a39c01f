//! `autogen status`: where the database is, and whether anything is wrong with it.

use autogen_engine::Project;
use autogen_engine::report::Drift;
use autogen_engine::request::Access;
use autogen_runner::Unfinished;
use serde::Serialize;

use crate::args::{ListFormat, StatusArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

/// The answer for machines; `version` tells the layout.
#[derive(Serialize)]
struct Status {
    version: u32,
    /// Without its password.
    database: String,
    migrations: usize,
    path: String,
    current: Option<String>,
    pending: Vec<String>,
    /// Those of them that wait until no program of the release before runs.
    contract: Vec<String>,
    /// What is dangerous about what is pending, each with its place.
    hazards: Vec<String>,
    /// Applied migrations that have no folder.
    missing: Vec<String>,
    /// The migrations that nothing comes after.
    heads: Vec<String>,
    /// Migrations that are done in part.
    unfinished: Vec<Part>,
    /// `unchanged`, `changed`, or `unknown` where nothing comparable was recorded.
    schema: &'static str,
    /// What is wrong with the history, if anything is.
    problem: Option<String>,
}

#[derive(Serialize)]
struct Part {
    migration: String,
    file: &'static str,
}

pub(crate) fn run(project: &Project, args: &StatusArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    project.existing_database()?;
    let found = project.database(Access::Read)?.status(&migrations)?;
    let status = Status {
        version: 1,
        database: project.database_url()?.to_string(),
        migrations: directory.migrations.len(),
        path: directory.path.display().to_string(),
        current: found.history.current(directory).map(|migration| migration.name.clone()),
        pending: found.history.pending(directory).iter().map(|migration| migration.name.clone()).collect(),
        contract: found.contract(directory),
        hazards: found.hazards.clone(),
        missing: found.history.missing(directory),
        heads: directory.heads().iter().map(|head| head.name.clone()).collect(),
        unfinished: found.unfinished.iter().map(part).collect(),
        schema: match found.drift {
            Drift::Absent => "unchanged",
            Drift::Found => "changed",
            Drift::Unknown => "unknown",
        },
        problem: found.checked.as_ref().err().map(ToString::to_string),
    };
    match args.format {
        ListFormat::Text => print(&status),
        ListFormat::Json => {
            output::answer(&serde_json::to_string_pretty(&status).map_err(std::io::Error::from)?);
        }
    }
    found.into_result()?;
    Ok(Exit::Success)
}

fn part(unfinished: &Unfinished) -> Part {
    Part { migration: unfinished.version.clone(), file: unfinished.direction.file() }
}

/// What stands behind a pending migration whose phase is `contract`.
const WAITS: &str = " (contract: waits until no program of the release before runs)";

fn print(status: &Status) {
    let line = |label: &str, text: &str| output::answer(&escape(&format!("{label:<12}{text}")));
    line("database", &status.database);
    line("migrations", &format!("{} in {}", status.migrations, status.path));
    line("current", status.current.as_deref().unwrap_or("none"));
    line("pending", &status.pending.len().to_string());
    status.pending.iter().for_each(|name| {
        let waits = if status.contract.contains(name) { WAITS } else { "" };
        line("", &format!("{name}{waits}"));
    });
    status.hazards.iter().for_each(|text| line("hazard", text));
    status.missing.iter().for_each(|name| line("missing", &format!("{name}: applied, without a folder")));
    if status.heads.len() > 1 {
        line("heads", &format!("{}; see `autogen merge`", status.heads.len()));
        status.heads.iter().for_each(|name| line("", name));
    }
    for part in &status.unfinished {
        line("unfinished", &format!("{} of {}; see `autogen repair`", part.file, part.migration));
    }
    match status.schema {
        "unchanged" => line("schema", "unchanged since the last upgrade"),
        "changed" => line("schema", "changed since the last upgrade; see `autogen diff migrations database`"),
        _ => {}
    }
    if status.problem.is_none() {
        line("files", "checksums match");
    }
}
