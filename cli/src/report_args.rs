//! What commands take that report to reviewers and CI.

use std::path::PathBuf;

use autogen_report::Format;
use clap::Args;
use clap_complete::ArgValueCompleter;

use crate::completion;
use crate::examples;
use crate::fleet_args::FleetArgs;

#[derive(Args)]
pub(crate) struct ReviewArgs {
    /// A migration, or a range A:B where A or B may be left out; all of them without it
    #[arg(add = ArgValueCompleter::new(completion::revisions))]
    pub(crate) range: Option<String>,
    /// Only the migrations that a git revision has not, such as origin/main
    #[arg(long, value_name = "REF", conflicts_with = "range")]
    pub(crate) base: Option<String>,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(Args)]
#[command(after_help = examples::LINT)]
pub(crate) struct LintArgs {
    /// Migrations, ranges A:B of them, files of SQL, or folders of such files; all migrations without it
    #[arg(value_name = "WHAT", add = ArgValueCompleter::new(completion::revisions_and_files))]
    pub(crate) what: Vec<String>,
    /// Judge the model instead: keys, indexes and types that people come to regret
    #[arg(long, conflicts_with_all = ["what", "base"])]
    pub(crate) model: bool,
    /// Only the migrations that a git revision has not, such as origin/main
    #[arg(long, value_name = "REF", conflicts_with = "what")]
    pub(crate) base: Option<String>,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(Args)]
pub(crate) struct ReportArgs {
    /// How to print it: text, json, markdown, html, github, sarif, gitlab or junit
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
    /// Write it to a file too, such as `--report sarif=review.sarif`; may be given more than once
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report_file)]
    pub(crate) reports: Vec<(Format, PathBuf)>,
}

fn report_file(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("give FORMAT=FILE")?;
    Ok((format.parse()?, file.into()))
}

#[derive(Args)]
pub(crate) struct CheckArgs {
    /// Compare all of it, also what `autogen.agreed` holds to be the same
    #[arg(long)]
    pub(crate) full: bool,
    /// Ask first whether the migrations are right once this branch is merged with a git revision, such as origin/main
    #[arg(long, value_name = "REF", conflicts_with = "fleet")]
    pub(crate) base: Option<String>,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}
