//! `autogen review`: what migrations do, for those who review them.

use std::io::Write as _;
use std::path::Path;

use autogen_engine::Project;
use autogen_engine::request::ReviewScope;
use autogen_report::{Format, Review, render};

use crate::args::ReviewArgs;
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
    output::answer_raw(&written(&review, args.format)?);
    for (format, path) in &args.reports {
        std::fs::write(path, written(&review, *format)?).map_err(|error| output::at(path, &error))?;
    }
    if let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|_| args.format == Format::Github) {
        let path = Path::new(&path);
        let mut file = std::fs::File::options()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|error| output::at(path, &error))?;
        file.write_all(written(&review, Format::Markdown)?.as_bytes())
            .map_err(|error| output::at(path, &error))?;
    }
    Ok(if review.is_proven() { Exit::Success } else { Exit::Findings })
}

fn written(review: &Review, format: Format) -> Result<String, Failure> {
    Ok(render(review, format, env!("CARGO_PKG_VERSION")).map_err(std::io::Error::other)?)
}
