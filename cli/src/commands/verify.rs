//! `autogen verify`: do the migrations run from nothing to head, back, and to head again?

use autogen_engine::Project;
use autogen_engine::files::KNOWN_FILE;
use autogen_engine::report::{FindingKind, Judged, counted};

use crate::args::VerifyArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

pub(crate) fn run(project: &Project, args: &VerifyArgs) -> Result<Exit, Failure> {
    let found = project.migrations()?.verify(args.from.as_deref().unwrap_or("base"), args.record)?;
    if let Some(count) = found.recorded {
        output::status("Recorded", &format!("{} in {KNOWN_FILE}", counted(count)));
    }
    let (passed, new): (Vec<&Judged>, Vec<&Judged>) = found.findings.iter().partition(|f| f.is_known);
    for judged in &new {
        judged.finding.text().lines().for_each(|line| output::answer(&escape(line)));
        if judged.is_known_for_another {
            output::warning(&escape(&format!(
                "{} is in {KNOWN_FILE} for another difference than this one",
                judged.finding.migration
            )));
        }
    }
    for name in &found.outdated {
        output::warning(&escape(&format!("{name} leads back by now; take it out of {KNOWN_FILE}")));
    }
    if !passed.is_empty() {
        output::status("Known", &format!("{} that do not lead back; see {KNOWN_FILE}", passed.len()));
    }
    if new.is_empty() {
        let ways = project.layout().proven_ways();
        output::status("Verified", &format!("{}: {ways} in a scratch database", counted(found.count)));
        return Ok(Exit::Success);
    }
    if new.iter().all(|judged| judged.finding.kind == FindingKind::Down) {
        output::hint(
            "mend them; or, when they are others', `--from REV` judges what comes after one, and `--record` notes these as known",
        );
    }
    Ok(Exit::Findings)
}
