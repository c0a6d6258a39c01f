//! Are the model, the migrations and the database the same?

use std::path::PathBuf;

use autogen_codegen::report::Entry;
use autogen_diff_core::Pair;
use autogen_introspect::{DatabaseUrl, SchemaSource};
use autogen_report::{Check, ComparedSide, Difference, DifferingObject, Pending, Place};
use autogen_runner::Direction;

use crate::agreement::{self, Found};
use crate::error::Error;
use crate::migrations::{Migrations, counted};
use crate::model_places::{ModelPlaces, shown};
use crate::project::Project;
use crate::schema_rs::{self, FileState};
use crate::schema_rs_model;

impl Project {
    /// Compares the model with the database and with what the migrations produce.
    ///
    /// # Errors
    /// When one of them can't be read, or the history is not what it should be. What differs is no error.
    pub fn check(&self) -> Result<Check, Error> {
        let migrations = self.migrations()?;
        let directory = migrations.directory();
        directory.check_sum()?;
        migrations.tell_not_covered();
        migrations.one_head()?;
        let model = self.source("model")?;
        let mut report =
            Check { model: model.to_string(), without_database: self.database.is_none(), ..Check::default() };
        report.environments = migrations.environments()?;
        let (mut of_database, mut of_migrations) = (Differing::default(), Differing::default());
        let mut agreements = Vec::new();
        if let Some(url) = &self.database {
            must_be_there(self, url, &model)?;
            report.pending = pending(&migrations)?;
            if report.pending.is_empty() {
                let database = SchemaSource::Database(url.clone());
                report.compared.push(database.to_string());
                of_database = Differing::of(self, database, &model)?;
                report.stale_files = stale_files(self)?.iter().map(|path| shown(path)).collect();
            }
        }
        // Without a database, migrations are what there is to compare with, be it none.
        if !directory.migrations.is_empty() || self.database.is_none() {
            report.compared.push(counted(directory.migrations.len()));
            let words = counted(directory.migrations.len());
            let source = SchemaSource::Migrations(directory.path.clone());
            of_migrations = Differing { words, ..Differing::of(self, source, &model)? };
        }
        agreements.extend(of_database.agreement.take());
        agreements.extend(of_migrations.agreement.take());
        if !of_database.entries.is_empty() || !of_migrations.entries.is_empty() {
            let places = ModelPlaces::of(self, &model, self.dialect()?);
            report.differences = once_each(of_database, of_migrations, &places);
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
fn stale_files(project: &Project) -> Result<Vec<PathBuf>, Error> {
    if !schema_rs::is_wanted(project)? {
        return Ok(Vec::new());
    }
    let schema = project.live_schema()?;
    let mut stale = Vec::new();
    for file in schema_rs::files(project, &schema)? {
        match schema_rs::state(&file)? {
            FileState::Current | FileState::WrittenByHand => {}
            FileState::Stale => stale.push(file.path),
        }
    }
    Ok(stale)
}

/// The migrations that the database lacks.
fn pending(migrations: &Migrations<'_>) -> Result<Vec<Pending>, Error> {
    let names = migrations.pending()?;
    let all = &migrations.directory().migrations;
    let place = |name: &str| {
        let own = all.iter().find(|migration| migration.name == name);
        let file = own.map_or_else(|| migrations.directory().path.clone(), |own| own.file(Direction::Up));
        let file = shown(&file);
        Place { file, line: 1, is_exact: true }
    };
    Ok(names.into_iter().map(|name| Pending { place: place(&name), name }).collect())
}

/// What differs between a place and the model.
#[derive(Default)]
struct Differing {
    words: String,
    entries: Vec<Entry>,
    /// What holds for the next time.
    agreement: Option<Found>,
}

impl Differing {
    fn of(project: &Project, from: SchemaSource, model: &SchemaSource) -> Result<Self, Error> {
        let words = from.to_string();
        let found = project.compare(&Pair::new(from, model.clone()), &[])?;
        let entries = if found.is_empty() { Vec::new() } else { found.entries() };
        Ok(Self { words, entries, agreement: found.agreement })
    }
}

/// Each difference once: what both places lack is said of both.
fn once_each(database: Differing, migrations: Differing, places: &ModelPlaces) -> Vec<Difference> {
    let (both, database_alone): (Vec<Entry>, Vec<Entry>) =
        database.entries.into_iter().partition(|entry| migrations.entries.contains(entry));
    let migrations_alone: Vec<Entry> =
        migrations.entries.into_iter().filter(|entry| !both.contains(entry)).collect();
    let words = format!("{} and {}", database.words, migrations.words);
    let found = [
        (ComparedSide::Both, words, both),
        (ComparedSide::Database, database.words, database_alone),
        (ComparedSide::Migrations, migrations.words, migrations_alone),
    ];
    let difference = |(side, words, entries): (ComparedSide, String, Vec<Entry>)| {
        let object = |entry: Entry| DifferingObject { place: places.of_object(&entry.object), entry };
        Difference { side, words, entries: entries.into_iter().map(object).collect() }
    };
    found.into_iter().filter(|(_, _, entries)| !entries.is_empty()).map(difference).collect()
}
