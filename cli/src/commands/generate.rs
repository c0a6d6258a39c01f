//! `autogen -m`: writes a migration.

use autogen_engine::request::{DraftRequest, Layout};
use autogen_engine::{Draft, Project};
use autogen_report::Generated;

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
        return empty(project, args, message);
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
        return answer(args, &Generated::default());
    };
    if args.dry_run {
        if !args.is_json() {
            output::answer_raw(&draft.up_sql());
        }
        return answer(args, &generated(&draft));
    }
    let folders = draft.write(project, message)?;
    folders.iter().for_each(|folder| output::status("Wrote", &folder.display().to_string()));
    answer(args, &Generated { migrations: project.written(&folders)?, ..generated(&draft) })
}

fn empty(project: &Project, args: &GenerateArgs, message: &str) -> Result<Exit, Failure> {
    let folder = project.write_empty(message)?;
    output::status("Wrote", &folder.display().to_string());
    let files = match project.layout() {
        Layout::Diesel | Layout::RusqliteMigration => "up.sql and down.sql",
        Layout::Sqlx | Layout::GolangMigrate => "it and its .down.sql",
        Layout::Dbmate | Layout::Refinery => "it",
    };
    output::hint(&format!("put your statements into {files}, then run `autogen rehash`"));
    answer(args, &Generated { migrations: project.written(&[folder])?, ..Generated::default() })
}

fn generated(draft: &Draft) -> Generated {
    Generated { changes: draft.changes(), sql: draft.up_sql(), ..Generated::default() }
}

/// Prints the answer where it is for machines.
fn answer(args: &GenerateArgs, generated: &Generated) -> Result<Exit, Failure> {
    if args.is_json() {
        output::json(generated)?;
    }
    Ok(Exit::Success)
}
