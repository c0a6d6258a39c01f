//! Commands of the settings that run around an upgrade: a backup first, say.

use std::process::{Command, Stdio};

use crate::advice::Advice;
use crate::error::Error;
use crate::hook_point::HookPoint;
use crate::observer::Event;
use crate::project::Project;

/// Runs the command of a moment, if there is one, in the project's folder. It gets the database
/// as `DATABASE_URL` and the migrations that run, one a line, as `AUTOGEN_MIGRATIONS`.
///
/// What it prints goes to stderr, since stdout is the answer's.
pub(crate) fn run(project: &Project, moment: HookPoint, migrations: &[String]) -> Result<(), Error> {
    let hooks = &project.settings.hooks;
    let words = match moment {
        HookPoint::Backup => &hooks.backup,
        HookPoint::Before => &hooks.before,
        HookPoint::After => &hooks.after,
    };
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    project.tell(&Event::Hook(moment, words));
    let ended = Command::new(program)
        .args(arguments)
        .current_dir(&project.root)
        .env("DATABASE_URL", project.database_url()?.for_programs())
        .env("AUTOGEN_MIGRATIONS", migrations.join("\n"))
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status();
    let how = match ended {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    Err(Error::Refused {
        message: format!("the hook {} ({program}) failed: {how}", moment.word()),
        advice: Advice::CorrectHook { moment },
    })
}
