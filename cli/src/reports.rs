//! Reports for people and CI: printed in a format, and written to files beside that.

use std::io::Write as _;
use std::path::Path;

use autogen_report::{Format, Report, render};

use crate::failure::Failure;
use crate::output;
use crate::report_args::ReportArgs;

/// Where GitHub shows what a step has to say, in markdown.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Prints a report, and writes the files that were asked for.
pub(crate) fn give(report: Report<'_>, args: &ReportArgs) -> Result<(), Failure> {
    output::answer_raw(&written(report, args.format)?);
    write_files(report, args)
}

/// Writes the files that were asked for, and the summary of a step on GitHub.
pub(crate) fn write_files(report: Report<'_>, args: &ReportArgs) -> Result<(), Failure> {
    for (format, path) in &args.reports {
        std::fs::write(path, written(report, *format)?).map_err(|error| output::at(path, &error))?;
    }
    if let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|_| args.format == Format::Github) {
        let path = Path::new(&path);
        let mut file = std::fs::File::options()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|error| output::at(path, &error))?;
        file.write_all(written(report, Format::Markdown)?.as_bytes())
            .map_err(|error| output::at(path, &error))?;
    }
    Ok(())
}

fn written(report: Report<'_>, format: Format) -> Result<String, Failure> {
    Ok(render(report, format, env!("CARGO_PKG_VERSION")).map_err(std::io::Error::other)?)
}
