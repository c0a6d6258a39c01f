//! `autogen review` and `autogen lint`: what migrations do, for those who review them.

use autogen_engine::Project;
use autogen_engine::request::ReviewScope;
use autogen_report::Report;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::report_args::{LintArgs, ReviewArgs};
use crate::reports;

pub(crate) fn run(project: &Project, args: &ReviewArgs) -> Result<Exit, Failure> {
    let scope = match (&args.range, &args.base) {
        (Some(range), _) => ReviewScope::Range(range),
        (None, Some(revision)) => ReviewScope::Since(revision),
        (None, None) => ReviewScope::All,
    };
    let review = project.existing_migrations()?.review(&scope)?;
    reports::give(Report::Review(&review), &args.report)?;
    Ok(if review.is_proven() { Exit::Success } else { Exit::Findings })
}

pub(crate) fn lint(project: &Project, args: &LintArgs) -> Result<Exit, Failure> {
    let review = match (&args.what[..], &args.base) {
        _ if args.model => project.lint_model()?,
        ([], None) => project.existing_migrations()?.lint(&ReviewScope::All)?,
        ([], Some(revision)) => project.existing_migrations()?.lint(&ReviewScope::Since(revision))?,
        (words, _) => project.migrations()?.lint_named(words)?,
    };
    reports::give(Report::Review(&review), &args.report)?;
    Ok(if review.is_clean() { Exit::Success } else { Exit::Findings })
}
