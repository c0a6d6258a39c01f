//! The merge driver, as a clone of the repository is told of it. What all clones share stays as it is (`.gitattributes` with
//! `merge=union`), so that one without the driver, and a server that merges, do without it as before.

use std::path::{Path, PathBuf};

use autogen_migration_files::{
    AGREEMENT_FILE, PARTS_FILE, REFS_FILE, SUM_FILE, let_version_control_merge, write_atomic,
};

use super::git;
use crate::advice::Advice;
use crate::error::Error;
use crate::known::KNOWN_FILE;
use crate::observer::Event;
use crate::project::Project;
use crate::schema_rs;

/// What git runs to merge one of the files. Where the program is gone, git merges as it would have without the driver.
const COMMAND: &str = "if command -v autogen >/dev/null 2>&1; then autogen git-merge %O %A %B %P; else git merge-file %A %O %B; fi";

impl Project {
    /// Tells this clone of the repository to have autogen merge the files that it writes.
    ///
    /// # Errors
    /// When the project is in no repository, or git's files can't be written.
    pub fn install_merge_driver(&self) -> Result<(), Error> {
        let folder = if self.root.as_os_str().is_empty() { Path::new(".") } else { &self.root };
        let prefix = asked(folder, &["rev-parse", "--show-prefix"])?;
        let attributes = folder.join(asked(folder, &["rev-parse", "--git-path", "info/attributes"])?);
        asked(folder, &["config", "merge.autogen.name", "files that autogen writes"])?;
        asked(folder, &["config", "merge.autogen.driver", COMMAND])?;
        let migrations = self.migrations_path();
        if migrations.is_dir() {
            for file in [SUM_FILE, AGREEMENT_FILE] {
                let_version_control_merge(&migrations, file)?;
            }
        }
        let own = [SUM_FILE, AGREEMENT_FILE, PARTS_FILE, REFS_FILE, KNOWN_FILE];
        let own = own.map(|file| migrations.join(file)).into_iter().chain(schema_rs::named_files(self)?);
        let lines = own.filter_map(|path| pattern(&prefix, &self.root, &path));
        add_lines(&attributes, lines.map(|pattern| format!("{pattern} merge=autogen")))?;
        self.tell(&Event::Wrote(&attributes));
        Ok(())
    }
}

/// What git answers.
fn asked(folder: &Path, arguments: &[&str]) -> Result<String, Error> {
    let ran = git(folder, arguments)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches(['\r', '\n']).to_owned();
    if ran.status.success() {
        return Ok(text(&ran.stdout));
    }
    let message = format!("git {} failed: {}", arguments[0], text(&ran.stderr));
    Err(Error::usage(message, Advice::MakeRepository))
}

/// A path as a pattern that fits it alone, from the top of the repository; none for what is outside of it.
fn pattern(prefix: &str, root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).unwrap_or(path);
    let path: PathBuf = Path::new(prefix).join(path);
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            std::path::Component::Normal(part) => parts.push(part.to_str()?.to_owned()),
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(parts.pop()?),
            std::path::Component::RootDir | std::path::Component::Prefix(_) => return None,
        }
    }
    let mut pattern = String::from("/");
    for c in parts.join("/").chars() {
        if matches!(c, '*' | '?' | '[' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    let is_plain = !pattern.contains(|c: char| c.is_whitespace() || c == '"');
    Some(if is_plain {
        pattern
    } else {
        format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""))
    })
}

/// Adds the lines that a file lacks.
fn add_lines(file: &Path, lines: impl Iterator<Item = String>) -> Result<(), Error> {
    let mut text = if file.is_file() { fs_err::read_to_string(file)? } else { String::new() };
    for line in lines {
        if text.lines().any(|own| own == line) {
            continue;
        }
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&line);
        text.push('\n');
    }
    if let Some(folder) = file.parent() {
        fs_err::create_dir_all(folder)?;
    }
    Ok(write_atomic(file, &text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_one_path() {
        let of = |prefix, path| pattern(prefix, Path::new("."), Path::new(path));
        assert_eq!(of("", "migrations/autogen.sum").as_deref(), Some("/migrations/autogen.sum"));
        assert_eq!(of("a b/", "./m[1]/x").as_deref(), Some("\"/a b/m\\\\[1]/x\""));
        assert_eq!(of("app/", "../db/x").as_deref(), Some("/db/x"));
        assert_eq!((of("", "../x"), of("", "/tmp/x")), (None, None));
    }
}
