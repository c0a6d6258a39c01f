//! `autogen verify`: do the migrations run from nothing to head, back, and to head again?

use autogen_diff_core::Pair;
use autogen_introspect::{ScratchOptions, Source};
use autogen_runner::MigrationDirectory;

use super::diff;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, escape};
use crate::project::Project;
use crate::replay::replay;

pub(crate) fn run(project: &Project) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    let options = scratch_options(project, &directory)?;
    let findings = replay(project, &directory, 0, &options)?;
    for finding in &findings {
        finding.text().lines().for_each(|line| output::answer(&escape(line)));
    }
    if findings.is_empty() {
        let count = directory.migrations.len();
        output::status("Verified", &format!("{count} migrations: up, down, up in a scratch database"));
        return Ok(Exit::Success);
    }
    Ok(Exit::Findings)
}

/// Where a folder's migrations are replayed.
pub(super) fn scratch_options(
    project: &Project,
    directory: &MigrationDirectory,
) -> Result<ScratchOptions, CliError> {
    let folder = Source::Migrations(directory.path.clone());
    diff::scratch_options(project, &Pair::new(folder.clone(), folder))
}
