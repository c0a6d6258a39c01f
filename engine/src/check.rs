//! Are the model, the migrations and the database the same?

use std::fmt;
use std::path::PathBuf;

use autogen_codegen::report::Entry;
use autogen_diff_core::Pair;
use autogen_introspect::{DatabaseUrl, SchemaSource};

use crate::agreement::{self, Found};
use crate::error::Error;
use crate::migrations::counted;
use crate::project::Project;
use crate::schema_rs::{self, FileState};
use crate::schema_rs_model;

/// What a check found. Shown, it is the list of what differs, one line each.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// The migrations that the database lacks, by name.
    pub pending: Vec<String>,
    /// Where something differs from the model.
    pub differences: Vec<Difference>,
    /// The files of Diesel's tables that an upgrade would write otherwise.
    pub stale_files: Vec<PathBuf>,
    /// What was compared with the model, in words.
    pub compared: Vec<String>,
    /// The model, in words.
    pub model: String,
    /// Whether no database is named, so that none was looked at.
    pub without_database: bool,
}

/// What differs between a place and the model.
#[derive(Debug)]
pub struct Difference {
    /// The database or the migrations, in words.
    pub place: String,
    /// What would have to be done there, one entry an object.
    pub entries: Vec<Entry>,
}

impl CheckReport {
    /// Whether all three are the same.
    pub fn is_clean(&self) -> bool {
        self.pending.is_empty() && self.differences.is_empty() && self.stale_files.is_empty()
    }
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return write!(
                f,
                "nothing differs: {}, compared with {}",
                self.compared.join(" and "),
                self.model
            );
        }
        let pending = self.pending.iter().map(|name| format!("pending {name}"));
        let differs = self.differences.iter().flat_map(|found| {
            let head = format!("{} differs from {}", found.place, self.model);
            std::iter::once(head).chain(found.entries.iter().flat_map(entry_lines))
        });
        let stale = self.stale_files.iter().map(|path| format!("stale {}", schema_rs::shown(path)));
        let lines: Vec<String> = pending.chain(differs).chain(stale).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// What an entry says, the details below its object.
fn entry_lines(entry: &Entry) -> Vec<String> {
    let head = format!("{} {}", entry.verb, entry.object);
    std::iter::once(head).chain(entry.details().map(|line| format!("    {line}"))).collect()
}

impl Project {
    /// Compares the model with the database and with what the migrations produce.
    ///
    /// # Errors
    /// When one of them can't be read, or the history is not what it should be. What differs is no error.
    pub fn check(&self) -> Result<CheckReport, Error> {
        let migrations = self.migrations()?;
        let directory = migrations.directory();
        directory.check_sum()?;
        migrations.tell_not_covered();
        migrations.one_head()?;
        let model = self.source("model")?;
        let mut report = CheckReport {
            model: model.to_string(),
            without_database: self.database.is_none(),
            ..CheckReport::default()
        };
        let mut agreements = Vec::new();
        if let Some(url) = &self.database {
            must_be_there(self, url, &model)?;
            report.pending = migrations.pending()?;
            if report.pending.is_empty() {
                report.compared.push(SchemaSource::Database(url.clone()).to_string());
                agreements.extend(compare(self, &mut report, SchemaSource::Database(url.clone()), &model)?);
                report.stale_files = stale_files(self, url)?;
            }
        }
        // Without a database, migrations are what there is to compare with, be it none.
        if !directory.migrations.is_empty() || self.database.is_none() {
            report.compared.push(counted(directory.migrations.len()));
            let found = compare(self, &mut report, SchemaSource::Migrations(directory.path.clone()), &model)?;
            agreements.extend(found);
        }
        agreement::keep(self, agreements)?;
        Ok(report)
    }
}

/// A database file that is not there is told behind what is wrong with the model.
fn must_be_there(project: &Project, url: &DatabaseUrl, model: &SchemaSource) -> Result<(), Error> {
    if url.missing_file().is_some() && schema_rs_model::model_of(model).is_none() {
        project.read(model, &project.scratch(url.dialect(), None))?;
    }
    Ok(url.must_be_there()?)
}

/// Diesel's files that are not what they would be written as now. What a person wrote is compared when it is the model.
fn stale_files(project: &Project, url: &DatabaseUrl) -> Result<Vec<PathBuf>, Error> {
    if !schema_rs::is_wanted(project)? {
        return Ok(Vec::new());
    }
    let scratch = project.scratch(url.dialect(), Some(url));
    let schema = SchemaSource::Database(url.clone()).read(&scratch)?.schema;
    let mut stale = Vec::new();
    for file in schema_rs::files(project, &schema)? {
        match schema_rs::state(&file)? {
            FileState::Current | FileState::WrittenByHand => {}
            FileState::Stale => stale.push(file.path),
        }
    }
    Ok(stale)
}

/// Notes what differs between a place and the model, and gives what holds for the next time.
fn compare(
    project: &Project,
    report: &mut CheckReport,
    from: SchemaSource,
    model: &SchemaSource,
) -> Result<Option<Found>, Error> {
    let found = project.compare(&Pair::new(from.clone(), model.clone()), &[])?;
    if !found.is_empty() {
        report.differences.push(Difference { place: from.to_string(), entries: found.entries() });
    }
    Ok(found.agreement)
}
