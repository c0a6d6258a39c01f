//! `autogen check`: for CI. Are the model, the migrations and the database the same?

use autogen_codegen::report::Entry;
use autogen_engine::Project;
use autogen_report::{Check, Format, Report};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};
use crate::report_args::CheckArgs;
use crate::reports;

pub(crate) fn run(project: &Project, args: &CheckArgs) -> Result<Exit, Failure> {
    if let Some(revision) = &args.base {
        project.migrations()?.check_merged(revision)?;
    }
    let found = project.check()?;
    if args.report.format == Format::Text {
        tell(&found);
        reports::write_files(Report::Check(&found), &args.report)?;
    } else {
        reports::give(Report::Check(&found), &args.report)?;
    }
    Ok(if found.is_clean() { Exit::Success } else { Exit::Findings })
}

/// Says it on a terminal, where what differs within a text is marked.
fn tell(found: &Check) {
    if found.is_clean() {
        output::status("Same", &escape(&found.summary()));
        if found.without_database {
            output::status("Note", "no database is named, so none was looked at");
        }
    }
    for environment in &found.environments {
        output::status("Expected", &escape(&environment.summary()));
    }
    for pending in &found.pending {
        output::answer(&escape(&format!("pending {}", pending.name)));
    }
    for difference in &found.differences {
        output::status("Differs", &escape(&format!("{} from {}", difference.words, found.model)));
        let entries: Vec<Entry> = difference.entries.iter().map(|own| own.entry.clone()).collect();
        output::entries(&entries);
    }
    for environment in &found.environments {
        environment.lines().for_each(|line| output::answer(&escape(&line)));
    }
    for path in &found.stale_files {
        output::answer(&escape(&format!("stale {path}")));
        output::hint(
            "the next `autogen upgrade` that applies a migration writes it; `autogen schema --format rust` prints it now",
        );
    }
}
