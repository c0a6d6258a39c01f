//! `autogen review` and `autogen lint`: what migrations do, for those who review them.

use std::io::Write as _;
use std::path::Path;

use autogen_engine::Project;
use autogen_engine::request::ReviewScope;
use autogen_report::{Format, Review, render};

use crate::args::{LintArgs, ReportArgs, ReviewArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Where GitHub shows what a step has to say, in markdown.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

pub(crate) fn run(project: &Project, args: &ReviewArgs) -> Result<Exit, Failure> {
    let scope = match (&args.range, &args.base) {
        (Some(range), _) => ReviewScope::Range(range),
        (None, Some(revision)) => ReviewScope::Since(revision),
        (None, None) => ReviewScope::All,
    };
    let review = project.existing_migrations()?.review(&scope)?;
    report(&review, &args.report)?;
    Ok(if review.is_proven() { Exit::Success } else { Exit::Findings })
}

pub(crate) fn lint(project: &Project, args: &LintArgs) -> Result<Exit, Failure> {
    let review = match (&args.what[..], &args.base) {
        ([], None) => project.existing_migrations()?.lint(&ReviewScope::All)?,
        ([], Some(revision)) => project.existing_migrations()?.lint(&ReviewScope::Since(revision))?,
        (words, _) => project.migrations()?.lint_named(words)?,
    };
    report(&review, &args.report)?;
    Ok(if review.is_clean() { Exit::Success } else { Exit::Findings })
}

/// Prints a review, and writes the files that were asked for.
fn report(review: &Review, args: &ReportArgs) -> Result<(), Failure> {
    output::answer_raw(&written(review, args.format)?);
    for (format, path) in &args.reports {
        std::fs::write(path, written(review, *format)?).map_err(|error| at(path, &error))?;
    }
    if let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|_| args.format == Format::Github) {
        let path = Path::new(&path);
        let mut file = std::fs::File::options()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|error| at(path, &error))?;
        file.write_all(written(review, Format::Markdown)?.as_bytes()).map_err(|error| at(path, &error))?;
    }
    Ok(())
}

fn written(review: &Review, format: Format) -> Result<String, Failure> {
    Ok(render(review, format, env!("CARGO_PKG_VERSION")).map_err(std::io::Error::other)?)
}

/// A failure that names its file.
fn at(path: &Path, error: &std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
