//! `autogen check`: for CI. Are the model, the migrations and the database the same?

use autogen_engine::Project;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};
use crate::terminal::shown;

pub(crate) fn run(project: &Project) -> Result<Exit, Failure> {
    let report = project.check()?;
    if report.is_clean() {
        output::status("Same", &escape(&report.to_string()));
        if report.without_database {
            output::status("Note", "no database is named, so none was looked at");
        }
        return Ok(Exit::Success);
    }
    for name in &report.pending {
        output::answer(&escape(&format!("pending {name}")));
    }
    for found in &report.differences {
        output::status("Differs", &escape(&format!("{} from {}", found.place, report.model)));
        output::entries(&found.entries);
    }
    for path in &report.stale_files {
        output::answer(&escape(&format!("stale {}", shown(path))));
        output::hint(
            "the next `autogen upgrade` that applies a migration writes it; `autogen schema --format rust` prints it now",
        );
    }
    Ok(Exit::Findings)
}
