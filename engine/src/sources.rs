//! Where schemas come from, and what they are once they are read.

use std::path::{Path, PathBuf};

use autogen_diff_core::Dialect;
use autogen_introspect::load::{self, Loaded, SourceFile};
use autogen_introspect::source::{Origin, declared};
use autogen_introspect::{SchemaSource, ScratchOptions, program};
use autogen_runner::Migration;

use crate::advice::Advice;
use crate::error::Error;
use crate::project::{Project, clean, tell_driver};
use crate::settings::ModelSource;
use crate::{replay, schema_rs_model, structs};

impl Project {
    /// The place that a word, a URL or a path means: `database`, `model` and `migrations` are the project's own.
    ///
    /// # Errors
    /// When it means none.
    pub fn source(&self, text: &str) -> Result<SchemaSource, Error> {
        match text {
            "database" => Ok(SchemaSource::Database(self.database_url()?.clone())),
            "model" => self.model(),
            "migrations" => Ok(SchemaSource::Migrations(self.migrations_path())),
            other if self.is_own_folder(other) => Ok(SchemaSource::Migrations(self.migrations_path())),
            other => {
                tell_driver(self.observer(), other);
                Ok(match SchemaSource::parse(other)? {
                    SchemaSource::Database(url) => {
                        SchemaSource::Database(url.permitting(self.settings.flavor))
                    }
                    other => other,
                })
            }
        }
    }

    /// Whether a path is that of the project's migrations. Files of another layout than Diesel's don't tell it by themselves.
    fn is_own_folder(&self, path: &str) -> bool {
        let path = Path::new(path);
        let is_same = |own: PathBuf| path.canonicalize().is_ok_and(|path| path == own);
        path.is_dir() && self.migrations_path().canonicalize().is_ok_and(is_same)
    }

    /// Reads a source with all that it holds.
    pub(crate) fn read_whole(
        &self,
        source: &SchemaSource,
        scratch: &ScratchOptions,
    ) -> Result<Origin, Error> {
        if let Some(model) = schema_rs_model::model_of(source) {
            return Err(Error::usage(
                format!("{} says too little to be a schema by itself", model.name()),
                Advice::CompareWithWholeSchema,
            ));
        }
        if let SchemaSource::Database(url) = source {
            url.must_be_there()?;
        }
        if let SchemaSource::Migrations(path) = source {
            let directory = self.read_migrations(path)?;
            let all: Vec<&Migration> = directory.migrations.iter().collect();
            return Ok(Origin::new(replay::whole_schema_of(self, &all, scratch)?, Loaded::default()));
        }
        if let SchemaSource::Database(url) = source
            && self.database.as_ref() == Some(url)
        {
            return Ok(Origin::new(self.live_schema()?, Loaded::default()));
        }
        match self.model_files(source, scratch.dialect)? {
            Some(files) => Ok(declared(self.new_scratch(scratch)?, &files)?),
            None => Ok(source.read(scratch)?),
        }
    }

    /// The SQL of a model: its own files, what structs are, what a program prints. A `schema.rs`, and whatever is no model,
    /// has none.
    pub(crate) fn model_files(
        &self,
        source: &SchemaSource,
        dialect: Dialect,
    ) -> Result<Option<Vec<SourceFile>>, Error> {
        let paths = match source {
            SchemaSource::Model(_) if schema_rs_model::model_of(source).is_some() => return Ok(None),
            SchemaSource::Model(paths) => paths,
            SchemaSource::Program(words, folder) => return Ok(Some(vec![program::printed(words, folder)?])),
            SchemaSource::Database(_) | SchemaSource::Migrations(_) | SchemaSource::Snapshot(..) => {
                return Ok(None);
            }
        };
        let Some((structs, others)) = structs::of(source) else {
            let files: Result<Vec<_>, _> = paths.iter().map(|path| load::sql_files(path)).collect();
            return Ok(Some(files?.concat()));
        };
        if let Some(path) = others.iter().find(|path| path.extension().is_some_and(|found| found == "rs")) {
            return Err(Error::usage(
                format!(
                    "{} is no file of structs, and beside structs it would be one of two models",
                    path.display()
                ),
                Advice::NameOneKindOfModel,
            ));
        }
        let mut files = vec![structs::sql(self, &structs, dialect)?];
        for path in others {
            files.extend(load::sql_files(path)?);
        }
        Ok(Some(files))
    }

    /// Reads a source as far as the project manages it.
    pub(crate) fn read(&self, source: &SchemaSource, scratch: &ScratchOptions) -> Result<Origin, Error> {
        Ok(self.managed(self.read_whole(source, scratch)?))
    }

    /// What the project manages of what was read.
    pub(crate) fn managed(&self, mut origin: Origin) -> Origin {
        self.tell_all(&origin.loaded.diagnostics);
        if self.is_set_up {
            self.retain_objects(&mut origin.schema);
        }
        origin
    }

    /// Where the declared schema is.
    fn model(&self) -> Result<SchemaSource, Error> {
        let named = match &self.settings.model {
            Some(ModelSource::Program(program)) => {
                return Ok(SchemaSource::Program(program.command.clone(), self.root.clone()));
            }
            Some(ModelSource::Paths(paths)) => paths.clone(),
            Some(ModelSource::Path(path)) => vec![path.clone()],
            None => vec![PathBuf::from("schema.sql")],
        };
        let paths: Vec<PathBuf> = named.iter().map(|path| clean(&self.root.join(path))).collect();
        match paths.iter().find(|path| !path.exists() && !structs::is_pattern(path)) {
            None => Ok(SchemaSource::Model(paths)),
            Some(missing) => Err(Error::usage(
                format!("there is no model at {}", missing.display()),
                Advice::WriteFirstModel,
            )),
        }
    }
}
