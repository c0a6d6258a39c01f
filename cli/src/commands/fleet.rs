//! The commands that take `--fleet`: each for many databases, with one report.

use autogen_engine::report::{FleetReport, MemberReport, Outcome, Stop};
use autogen_engine::{Fleet, Project};
use autogen_report::{DatabaseState, FleetDatabase, FleetFormat, FleetReview, Format, render_fleet};

use crate::args::{DowngradeArgs, ListFormat, StampArgs, StatusArgs, UpgradeArgs};
use crate::command_error::CommandError;
use crate::error::hint;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fleet_args::{FleetArgs, FleetFormatArgs, FleetReportArgs};
use crate::output::{self, escape};
use crate::report_args::CheckArgs;

pub(crate) fn up(project: &Project, args: &UpgradeArgs) -> Result<Exit, Failure> {
    let request = args.request();
    let (fleet, pace) = (open(project, &args.fleet)?, args.pace.pace(&args.fleet));
    if args.dry_run {
        let report = fleet.upgrade_needed(&pace, &request)?;
        return print("upgrade --dry-run", report, &args.format.clone().into());
    }
    print("upgrade", fleet.upgrade(&pace, &request)?, &args.format.clone().into())
}

pub(crate) fn down(project: &Project, args: &DowngradeArgs) -> Result<Exit, Failure> {
    let request = args.request()?;
    let (fleet, pace) = (open(project, &args.fleet)?, args.pace.pace(&args.fleet));
    if args.dry_run {
        let report = fleet.downgrade_needed(&pace, &request)?;
        return print("downgrade --dry-run", report, &args.fleet_format);
    }
    print("downgrade", fleet.downgrade(&pace, &request)?, &args.fleet_format)
}

pub(crate) fn stamp(project: &Project, args: &StampArgs) -> Result<Exit, Failure> {
    let (fleet, pace) = (open(project, &args.fleet)?, args.pace.pace(&args.fleet));
    let report = fleet.stamp(&pace, &args.revision, args.purge)?;
    print("stamp", report, &args.fleet_format)
}

pub(crate) fn status(project: &Project, args: &StatusArgs) -> Result<Exit, Failure> {
    let report = open(project, &args.fleet)?.status(args.fleet.parallel())?;
    let format = match args.format {
        ListFormat::Text => FleetFormat::Text,
        ListFormat::Json => FleetFormat::Json,
    };
    print("status", report, &FleetFormatArgs { format, reports: args.fleet_reports.clone() })
}

pub(crate) fn check(project: &Project, args: &CheckArgs) -> Result<Exit, Failure> {
    let format = of_fleet(args.report.format)?;
    let reports = args.report.reports.iter().map(|(format, path)| Ok((of_fleet(*format)?, path.clone())));
    let reports = FleetReportArgs { reports: reports.collect::<Result<_, CommandError>>()? };
    let report = open(project, &args.fleet)?.check(args.fleet.parallel())?;
    let is_clean = report.members.iter().all(|member| matches!(member.outcome, Outcome::Unchanged));
    match print("check", report, &FleetFormatArgs { format, reports })? {
        Exit::Success if !is_clean => Ok(Exit::Findings),
        exit => Ok(exit),
    }
}

/// The same format of a fleet's report.
const fn of_fleet(format: Format) -> Result<FleetFormat, CommandError> {
    match format {
        Format::Text => Ok(FleetFormat::Text),
        Format::Json => Ok(FleetFormat::Json),
        Format::Junit => Ok(FleetFormat::Junit),
        Format::Markdown => Ok(FleetFormat::Markdown),
        Format::Html => Ok(FleetFormat::Html),
        Format::Github | Format::Sarif | Format::Gitlab => Err(CommandError::NoFleetFormat),
    }
}

fn open<'a>(project: &'a Project, args: &FleetArgs) -> Result<Fleet<'a>, Failure> {
    let fleet = project.fleet(args.name(), &args.selection())?;
    if fleet.is_empty() {
        output::warning(&escape(&format!("no database of the fleet {} is meant", args.name())));
    }
    Ok(fleet)
}

/// Prints the report, and writes it where it is asked for too.
fn print(command: &str, report: FleetReport, args: &FleetFormatArgs) -> Result<Exit, Failure> {
    let is_whole = report.failures() == 0 && report.stop.is_none();
    let review = review(command, report);
    let written = |format| render_fleet(&review, format).map_err(std::io::Error::other);
    output::answer_raw(&written(args.format)?);
    for (format, path) in &args.reports.reports {
        std::fs::write(path, written(*format)?).map_err(|error| output::at(path, &error))?;
    }
    Ok(if is_whole { Exit::Success } else { Exit::SomeFailed })
}

fn review(command: &str, report: FleetReport) -> FleetReview {
    let stopped = report.stop.map(|stop| match stop {
        Stop::Canary => "a database that came first failed, so the others were not begun",
        Stop::MaxFailures => "as many databases failed as may, so no more were begun",
    });
    FleetReview {
        fleet: report.fleet,
        command: command.to_owned(),
        databases: report.members.into_iter().map(database).collect(),
        stopped: stopped.map(str::to_owned),
    }
}

fn database(member: MemberReport) -> FleetDatabase {
    let MemberReport { name, standing, fingerprint, outcome } = member;
    let (state, ran, error) = match outcome {
        Outcome::Unchanged => (DatabaseState::Unchanged, Vec::new(), None),
        Outcome::Changed(ran) => (DatabaseState::Changed, ran, None),
        Outcome::Behind => (DatabaseState::Behind, Vec::new(), None),
        Outcome::NotBegun => (DatabaseState::NotBegun, Vec::new(), None),
        Outcome::Drifted => (DatabaseState::Drifted, Vec::new(), None),
        Outcome::Differs => (DatabaseState::Differs, Vec::new(), None),
        Outcome::Failed(error) if error.is_unreachable() => {
            (DatabaseState::Unreachable, Vec::new(), Some(error))
        }
        Outcome::Failed(error) => (DatabaseState::Failed, Vec::new(), Some(error)),
    };
    FleetDatabase {
        name,
        state,
        pending: standing.as_ref().map(|standing| standing.pending),
        plan: standing.as_ref().and_then(|standing| standing.plan.clone()),
        current: standing.and_then(|standing| standing.current),
        ran,
        fingerprint,
        message: error.as_ref().map(ToString::to_string),
        help: error.as_ref().and_then(hint),
    }
}
