//! `autogen.known`: migrations of others that are known not to lead back, so that `verify` is red only for what is new.

use std::path::Path;

use autogen_runner::MigrationDirectory;

use crate::error::CliError;
use crate::folders::write_whole;
use crate::replay::Finding;

/// The file's name inside the migrations folder. Diesel ignores plain files there.
pub(crate) const KNOWN_FILE: &str = "autogen.known";

const HEADER: &str = "# Migrations that are known not to lead back, and why; `autogen verify` passes them over.\n\
    # Written by `autogen verify --record`. A line can be taken out by hand.\n";

/// The migrations that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// Their folders' names.
    names: Vec<String>,
}

impl Known {
    /// Reads the file of a migrations folder; one that is not there is empty.
    pub(crate) fn read(directory: &MigrationDirectory) -> Result<Self, CliError> {
        let path = directory.path.join(KNOWN_FILE);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = fs_err::read_to_string(path)?;
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        // A folder's name may hold spaces; what is known of it comes behind two.
        let names = lines.map(|line| line.split("  ").next().unwrap_or_default().trim().to_owned());
        Ok(Self { names: names.collect() })
    }

    /// Whether a finding is known.
    pub(crate) fn has(&self, finding: &Finding) -> bool {
        self.names.contains(&finding.migration)
    }

    /// The names that nothing was found of.
    pub(crate) fn without_finding(&self, findings: &[Finding]) -> Vec<&str> {
        let is_found = |name: &&String| findings.iter().any(|finding| finding.migration == **name);
        self.names.iter().filter(|name| !is_found(name)).map(String::as_str).collect()
    }

    /// Writes the findings of migrations that do not lead back.
    pub(crate) fn record(path: &Path, findings: &[&Finding]) -> Result<(), CliError> {
        let line = |finding: &&Finding| {
            let why = finding.lines.first().map(String::as_str).unwrap_or_default();
            format!("{}  {}\n", finding.migration, why.lines().next().unwrap_or_default())
        };
        let text = findings.iter().map(line).fold(HEADER.to_owned(), |text, line| text + &line);
        write_whole(&path.join(KNOWN_FILE), &text)
    }
}
