//! What another git revision has. Only `git` itself is asked, for names.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::advice::Advice;
use crate::error::Error;

/// The names of the folders that a git revision has in a folder.
pub(super) fn folders_at(folder: &Path, revision: &str) -> Result<BTreeSet<String>, Error> {
    let wrong = |message: String| Error::usage(message, Advice::NameGitRevision);
    // `--end-of-options` keeps a revision from being taken for an option.
    let listed = Command::new("git")
        .current_dir(folder)
        .args(["ls-tree", "-z", "--name-only", "--end-of-options", revision, "./"])
        .output()
        .map_err(|error| wrong(format!("git can't be run: {error}")))?;
    if !listed.status.success() {
        let said = String::from_utf8_lossy(&listed.stderr);
        return Err(wrong(format!("git does not know what {revision} has: {}", said.trim())));
    }
    let names = listed.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}
