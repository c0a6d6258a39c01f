//! `autogen -m`: writes a migration.

use autogen_engine::Project;
use autogen_engine::request::{DraftRequest, Layout};

use crate::args::GenerateArgs;
use crate::command_error::CommandError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(project: &Project, args: &GenerateArgs) -> Result<Exit, Failure> {
    let message = match &args.message {
        Some(message) => message.as_str(),
        None if args.dry_run => "",
        None => return Err(CommandError::NoMessage.into()),
    };
    if args.empty {
        let folder = project.write_empty(message)?;
        output::status("Wrote", &folder.display().to_string());
        let files = match project.layout() {
            Layout::Diesel => "up.sql and down.sql",
            Layout::Sqlx | Layout::GolangMigrate => "it and its .down.sql",
            Layout::Dbmate | Layout::Refinery => "it",
        };
        output::hint(&format!("put your statements into {files}, then run `autogen rehash`"));
        return Ok(Exit::Success);
    }
    let request = DraftRequest {
        from: args.from.clone(),
        to: args.to.clone(),
        renames: args.renames.clone(),
        drop_all: args.drop_all || args.dry_run,
        unproven: args.no_verify,
    };
    let Some(draft) = project.draft(&request)? else {
        output::status("Nothing", "differs; no migration is needed");
        return Ok(Exit::Success);
    };
    if args.dry_run {
        output::answer_raw(&draft.up_sql());
        return Ok(Exit::Success);
    }
    for folder in draft.write(project, message)? {
        output::status("Wrote", &folder.display().to_string());
    }
    Ok(Exit::Success)
}
