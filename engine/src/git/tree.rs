//! What another git revision has.

use std::collections::BTreeSet;
use std::path::Path;

use super::git;
use crate::advice::Advice;
use crate::error::Error;

/// The names that a git revision has in a folder.
pub(crate) fn folders_at(folder: &Path, revision: &str) -> Result<BTreeSet<String>, Error> {
    // `--end-of-options` keeps a revision from being taken for an option.
    let listed = git(folder, &["ls-tree", "-z", "--name-only", "--end-of-options", revision, "./"])?;
    if !listed.status.success() {
        let said = String::from_utf8_lossy(&listed.stderr);
        return Err(wrong(format!("git does not know what {revision} has: {}", said.trim())));
    }
    let names = listed.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

/// The text of a file as a git revision has it; none where it has none.
pub(crate) fn file_at(folder: &Path, revision: &str, file: &str) -> Result<Option<String>, Error> {
    let shown = git(folder, &["cat-file", "blob", &format!("{revision}:./{file}")])?;
    Ok(shown.status.success().then(|| String::from_utf8_lossy(&shown.stdout).into_owned()))
}

fn wrong(message: String) -> Error {
    Error::usage(message, Advice::NameGitRevision)
}
