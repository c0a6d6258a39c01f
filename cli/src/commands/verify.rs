//! `autogen verify`: do the migrations run from nothing to head, back, and to head again?

use autogen_diff_core::Pair;
use autogen_introspect::{ScratchOptions, Source};
use autogen_runner::MigrationDirectory;

use super::diff;
use crate::args::VerifyArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::known::{KNOWN_FILE, Known};
use crate::output::{self, escape};
use crate::project::Project;
use crate::replay::{Finding, FindingKind, replay};

pub(crate) fn run(project: &Project, args: &VerifyArgs) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    let options = scratch_options(project, &directory)?;
    let from = args.from.as_deref().unwrap_or("base");
    let from = autogen_runner::resolve(from, &directory, 0)?.0;
    let known = Known::read(&directory)?;
    let findings = replay(project, &directory, from, &options)?;
    let no_way_back: Vec<&Finding> =
        findings.iter().filter(|finding| finding.kind == FindingKind::Down).collect();
    if args.record {
        known.record(&directory.path, &directory.migrations[..from], &no_way_back)?;
        output::status("Recorded", &format!("{} in {KNOWN_FILE}", output::migrations(no_way_back.len())));
    }
    let is_passed =
        |finding: &Finding| finding.kind == FindingKind::Down && (args.record || known.has(finding));
    let (passed, new): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|f| is_passed(f));
    for finding in &new {
        finding.text().lines().for_each(|line| output::answer(&escape(line)));
        if finding.kind == FindingKind::Down && known.has_another(finding) {
            output::warning(&escape(&format!(
                "{} is in {KNOWN_FILE} for another difference than this one",
                finding.migration
            )));
        }
    }
    if !args.record && from == 0 {
        for name in known.without_finding(&findings) {
            output::warning(&escape(&format!("{name} leads back by now; take it out of {KNOWN_FILE}")));
        }
    }
    if !passed.is_empty() {
        output::status("Known", &format!("{} that do not lead back; see {KNOWN_FILE}", passed.len()));
    }
    if new.is_empty() {
        let count = output::migrations(directory.migrations.len() - from);
        output::status("Verified", &format!("{count}: up, down, up in a scratch database"));
        return Ok(Exit::Success);
    }
    let only_back = new.iter().all(|finding| finding.kind == FindingKind::Down);
    if only_back && !no_way_back.is_empty() {
        output::hint(
            "mend them; or, when they are others', `--from REV` judges what comes after one, and `--record` notes these as known",
        );
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
