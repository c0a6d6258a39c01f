//! Do the migrations run from nothing to head, back, and to head again?

use crate::error::Error;
use crate::known::Known;
use crate::migrations::Migrations;
use crate::replay::{Finding, FindingKind, replay};

/// What a replay of the folder found.
#[derive(Debug)]
pub struct Verification {
    /// How many migrations were judged.
    pub count: usize,
    /// What is wrong with them.
    pub findings: Vec<Judged>,
    /// Migrations that are noted as known and lead back by now.
    pub outdated: Vec<String>,
    /// How many were noted as known just now, where that was asked for.
    pub recorded: Option<usize>,
}

/// A finding, and whether it was known.
#[derive(Debug)]
pub struct Judged {
    /// What was found.
    pub finding: Finding,
    /// Whether it is in the file of what is known.
    pub is_known: bool,
    /// Whether that file has its migration for another difference.
    pub is_known_for_another: bool,
}

impl Migrations<'_> {
    /// Runs the migrations behind a revision up, down and up in a scratch database; `record` notes those that do not lead back
    /// as known.
    ///
    /// # Errors
    /// When a way up fails, or there is no scratch database.
    pub fn verify(&self, from: &str, record: bool) -> Result<Verification, Error> {
        let directory = self.directory();
        let options = self.scratch()?;
        let from = autogen_runner::resolve(from, directory, 0)?.0;
        let known = Known::read(directory)?;
        let findings = replay(self.project, directory, from, &options)?.findings;
        self.tell_not_covered();
        let is_way_back = |finding: &&Finding| finding.kind == FindingKind::Down;
        let no_way_back: Vec<&Finding> = findings.iter().filter(is_way_back).collect();
        if record {
            known.record(&directory.path, &directory.migrations[..from], &no_way_back)?;
        }
        let recorded = record.then_some(no_way_back.len());
        let outdated = match !record && from == 0 {
            true => known.without_finding(&findings).into_iter().map(str::to_owned).collect(),
            false => Vec::new(),
        };
        let judged = |finding: Finding| {
            let is_back = finding.kind == FindingKind::Down;
            Judged {
                is_known: is_back && (record || known.has(&finding)),
                is_known_for_another: is_back && known.has_another(&finding),
                finding,
            }
        };
        let count = directory.migrations.len() - from;
        Ok(Verification { count, findings: findings.into_iter().map(judged).collect(), outdated, recorded })
    }
}
