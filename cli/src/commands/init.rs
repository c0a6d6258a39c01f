//! `autogen init`: settings, a migrations folder, and a model read from the database.

use autogen_engine::request::{FirstStep, InitRequest, Layout, RunnerTask};
use autogen_engine::{Error, Project};

use crate::args::InitArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

pub(crate) fn run(discover: impl Fn() -> Result<Project, Error>, args: &InitArgs) -> Result<Exit, Failure> {
    let project = discover()?;
    if !(args.git && project.is_set_up()) {
        set_up(&project, args)?;
    }
    if args.git {
        // The settings are there now.
        discover()?.install_merge_driver()?;
    }
    Ok(Exit::Success)
}

fn set_up(project: &Project, args: &InitArgs) -> Result<(), Failure> {
    let request = InitRequest {
        model: args.model.clone(),
        migrations: args.migrations.clone(),
        format: args.format.map(Into::into),
    };
    let next = match project.init(&request)? {
        FirstStep::Edit => {
            format!("edit {}, then run `autogen -m \"first tables\"`", args.model.display())
        }
        FirstStep::StampBaseline(layout) => {
            format!("the database has these objects already: once, {}", layout.command(RunnerTask::Stamp))
        }
        FirstStep::EditFurther => "edit the model, then run `autogen -m \"what changed\"`".to_owned(),
        FirstStep::Stamp { newest, layout: Layout::Diesel } => format!(
            "the database has tables and no migration is recorded there: if it has what they make up to {newest}, run `autogen \
             stamp head` once (or `autogen stamp REV`, the newest that it has)"
        ),
        FirstStep::Stamp {
            newest,
            layout:
                layout @ (Layout::Sqlx
                | Layout::Dbmate
                | Layout::GolangMigrate
                | Layout::Refinery
                | Layout::RusqliteMigration),
        } => format!(
            "the database has tables and {layout} records no migration there: if it has what they make up to {newest}, {}",
            layout.command(RunnerTask::Stamp)
        ),
    };
    output::hint(&escape(&next));
    Ok(())
}
