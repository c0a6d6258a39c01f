//! What a shell is told that may stand where a command takes a name of the project's. No database is asked.

use std::ffi::OsStr;
use std::sync::Arc;

use autogen_codegen::hazards;
use autogen_diff_core::hazard::HazardCode;
use autogen_engine::request::Overrides;
use autogen_engine::{Candidate, Error, Project, Silence};
use clap_complete::engine::ValueCompleter as _;
use clap_complete::{CompletionCandidate, PathCompleter};

use crate::output::escape;

/// Revisions.
pub(crate) fn revisions(typed: &OsStr) -> Vec<CompletionCandidate> {
    of_project(typed, |project, typed| project.revision_candidates(typed))
}

/// Revisions, and files.
pub(crate) fn revisions_and_files(typed: &OsStr) -> Vec<CompletionCandidate> {
    and_files(revisions(typed), typed)
}

/// Where a schema comes from: the words for the project's own, and files.
pub(crate) fn sources(typed: &OsStr) -> Vec<CompletionCandidate> {
    let words = ["database", "model", "migrations"];
    let words = words.map(|word| Candidate { text: word.to_owned(), about: None });
    and_files(begun(typed, words.into()), typed)
}

fn and_files(mut found: Vec<CompletionCandidate>, typed: &OsStr) -> Vec<CompletionCandidate> {
    let files = PathCompleter::any().complete(typed);
    found.extend(files.into_iter().filter(|file| file.get_value().to_str().is_some_and(is_plain)));
    found
}

/// Whether a shell takes a word as it stands: what a name may hold beside that, some shells would run once it is on the line.
fn is_plain(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || "_-+.:/".contains(c))
}

/// Environments.
pub(crate) fn environments(typed: &OsStr) -> Vec<CompletionCandidate> {
    of_project(typed, |project, _| project.environment_candidates())
}

/// Fleets.
pub(crate) fn fleets(typed: &OsStr) -> Vec<CompletionCandidate> {
    of_project(typed, |project, _| Ok(project.fleet_candidates()))
}

/// Hazards, by their codes.
pub(crate) fn hazards(typed: &OsStr) -> Vec<CompletionCandidate> {
    let candidate = |code: &HazardCode| Candidate {
        text: code.code().to_owned(),
        about: Some(hazards::when(*code).to_owned()),
    };
    begun(typed, HazardCode::ALL.iter().map(candidate).collect())
}

/// What the project of the current folder knows. One that can't be read has nothing to offer; the command will say why.
fn of_project(
    typed: &OsStr,
    candidates: impl Fn(&Project, &str) -> Result<Vec<Candidate>, Error>,
) -> Vec<CompletionCandidate> {
    let found = || {
        let folder = std::env::current_dir().ok()?;
        let project = Project::discover(&folder, &Overrides::default(), Arc::new(Silence)).ok()?;
        candidates(&project, typed.to_str()?).ok()
    };
    begun(typed, found().unwrap_or_default())
}

/// Those that begin as what is typed, in their order.
fn begun(typed: &OsStr, candidates: Vec<Candidate>) -> Vec<CompletionCandidate> {
    let typed = typed.to_str().unwrap_or_default();
    let fits = candidates.into_iter();
    let fits = fits.filter(|candidate| candidate.text.starts_with(typed) && is_plain(&candidate.text));
    let shown = fits.enumerate().map(|(at, candidate)| {
        let about = candidate.about.map(|about| escape(&about).into());
        CompletionCandidate::new(candidate.text).help(about).display_order(Some(at))
    });
    shown.collect()
}
