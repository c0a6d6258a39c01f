//! What commands take for many databases.

use std::path::PathBuf;

use autogen_engine::request::{Canary, Pace, Selection, Shard};
use autogen_report::FleetFormat;
use clap::Args;
use clap_complete::ArgValueCompleter;

use crate::completion;

/// Which databases.
#[derive(Args, Clone)]
#[command(next_help_heading = "Many databases")]
pub(crate) struct FleetArgs {
    /// Do it for each database of [fleet.NAME] in autogen.toml
    #[arg(long = "fleet", id = "fleet", value_name = "NAME", add = ArgValueCompleter::new(completion::fleets))]
    name: Option<String>,
    /// How many databases at once
    #[arg(long, value_name = "N", default_value = "4", value_parser = count, requires = "fleet")]
    parallel: usize,
    /// Only databases whose name fits a pattern in which * stands for anything
    #[arg(long, value_name = "PATTERN", requires = "fleet")]
    only: Option<String>,
    /// Only one part of several, such as 3/8: for a job of a CI matrix
    #[arg(long, value_name = "I/N", requires = "fleet")]
    shard: Option<Shard>,
}

/// Where else the report is written.
#[derive(Args, Clone)]
#[command(next_help_heading = "Many databases")]
pub(crate) struct FleetReportArgs {
    /// Write the report to a file too, such as junit=fleet.xml; may be given more than once
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report_file, requires = "fleet")]
    pub(crate) reports: Vec<(FleetFormat, PathBuf)>,
}

/// How the report is printed.
#[derive(Args, Clone)]
#[command(next_help_heading = "Many databases")]
pub(crate) struct FleetFormatArgs {
    /// How to print the report: text, json, junit, markdown or html
    #[arg(long, default_value = "text", requires = "fleet")]
    pub(crate) format: FleetFormat,
    #[command(flatten)]
    pub(crate) reports: FleetReportArgs,
}

/// How what an upgrade would do, or did to a fleet, is printed.
#[derive(Args, Clone)]
pub(crate) struct UpgradeFormatArgs {
    /// How to print what --dry-run shows: text or json; for --fleet also junit, markdown or html
    #[arg(long, default_value = "text", requires = "reported")]
    pub(crate) format: FleetFormat,
    #[command(flatten)]
    pub(crate) reports: FleetReportArgs,
}

impl From<UpgradeFormatArgs> for FleetFormatArgs {
    fn from(args: UpgradeFormatArgs) -> Self {
        Self { format: args.format, reports: args.reports }
    }
}

/// How many are changed, and when no more are begun.
#[derive(Args, Clone)]
#[command(next_help_heading = "Many databases")]
pub(crate) struct PaceArgs {
    /// So many of the databases first, or such a part of them; when one fails, the others are not begun
    #[arg(long, value_name = "N|N%", requires = "fleet")]
    canary: Option<Canary>,
    /// Begin no more databases once so many have failed
    #[arg(long, value_name = "N", value_parser = count, requires = "fleet")]
    max_failures: Option<usize>,
}

impl FleetArgs {
    /// Whether a fleet is named.
    pub(crate) const fn is_named(&self) -> bool {
        self.name.is_some()
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// Which of its databases.
    pub(crate) fn selection(&self) -> Selection {
        Selection { only: self.only.clone(), shard: self.shard }
    }

    /// How many at once.
    pub(crate) const fn parallel(&self) -> usize {
        self.parallel
    }
}

impl PaceArgs {
    /// How many are changed, and when no more are begun.
    pub(crate) const fn pace(&self, fleet: &FleetArgs) -> Pace {
        Pace { parallel: fleet.parallel, canary: self.canary, max_failures: self.max_failures }
    }
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "give a number from 1".to_owned())
}

fn report_file(text: &str) -> Result<(FleetFormat, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("give FORMAT=FILE")?;
    Ok((format.parse()?, file.into()))
}
