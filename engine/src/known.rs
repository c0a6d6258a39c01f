//! `autogen.known`: migrations of others that are known not to lead back, so that `verify` is red only for what is new.

use std::path::Path;

use autogen_diff_core::fingerprint::fingerprint_of_text;
use autogen_migration_files::write_atomic;
use autogen_runner::{Migration, MigrationDirectory};

use crate::error::Error;
use crate::replay::Finding;

/// The file's name inside the migrations folder. Diesel ignores plain files there.
pub const KNOWN_FILE: &str = "autogen.known";

const HEADER: &str = "# Migrations that are known not to lead back, a hash of what differs, and why; `autogen verify` passes them over\n\
    # as long as nothing else differs. Written by `autogen verify --record`. A line can be taken out by hand.\n";

/// The migrations that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// Their folders' names, what differs as a hash, and why, as the file has them. The hash was not always there.
    lines: Vec<String>,
}

impl Known {
    /// Reads the file of a migrations folder; one that is not there is empty.
    pub(crate) fn read(directory: &MigrationDirectory) -> Result<Self, Error> {
        let path = directory.path.join(KNOWN_FILE);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = fs_err::read_to_string(path)?;
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        Ok(Self { lines: lines.map(str::to_owned).collect() })
    }

    /// Whether a finding is known.
    pub(crate) fn has(&self, finding: &Finding) -> bool {
        let is_same =
            |line: &String| hash_of(line).is_none_or(|hash| hash == fingerprint_of_text(&finding.key));
        self.lines.iter().any(|line| name_of(line) == finding.migration && is_same(line))
    }

    /// Whether a migration is known, and for something else.
    pub(crate) fn has_another(&self, finding: &Finding) -> bool {
        let is_named = self.lines.iter().any(|line| name_of(line) == finding.migration);
        is_named && !self.has(finding)
    }

    /// The names that nothing was found of.
    pub(crate) fn without_finding(&self, findings: &[Finding]) -> Vec<&str> {
        let is_found = |name: &&str| findings.iter().any(|finding| finding.migration == *name);
        self.lines.iter().map(|line| name_of(line)).filter(|name| !is_found(name)).collect()
    }

    /// Writes the findings of migrations that do not lead back, behind the lines of those that were not judged.
    pub(crate) fn record(
        &self,
        path: &Path,
        not_judged: &[Migration],
        findings: &[&Finding],
    ) -> Result<(), Error> {
        let is_kept = |line: &&String| not_judged.iter().any(|migration| migration.name == name_of(line));
        let line = |finding: &&Finding| {
            let why = finding.lines.first().map(String::as_str).unwrap_or_default();
            let hash = fingerprint_of_text(&finding.key);
            format!("{}  {hash}  {}", finding.migration, why.lines().next().unwrap_or_default())
        };
        let lines = self.lines.iter().filter(is_kept).cloned().chain(findings.iter().map(line));
        let text = lines.fold(HEADER.to_owned(), |text, line| format!("{text}{line}\n"));
        Ok(write_atomic(&path.join(KNOWN_FILE), &text)?)
    }
}

/// The hash in a line.
fn hash_of(line: &str) -> Option<&str> {
    const DIGITS: usize = 12;
    let hash = line.split("  ").nth(1)?.trim();
    (hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hash)
}

/// The folder's name in a line. It may hold spaces; why it is known comes behind two.
fn name_of(line: &str) -> &str {
    line.split("  ").next().unwrap_or_default().trim()
}
