//! Where a model declares its objects, for reports that point at a line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use autogen_introspect::SchemaSource;
use autogen_introspect::load::SourceFile;
use autogen_report::Place;
use autogen_sql_text::{Dialect, LineIndex, VerbClass, split};

use crate::project::Project;

/// The places of a model's objects, by kind and name: `table users`.
pub(crate) struct ModelPlaces {
    known: BTreeMap<String, Place>,
    /// Where what has none is said to be: the first line of the model.
    other: Place,
}

impl ModelPlaces {
    /// Reads the model's files again, if it has any. One that can't be read has told why by now.
    pub(crate) fn of(project: &Project, model: &SchemaSource, dialect: Dialect) -> Self {
        let files = project.model_files(model, dialect).ok().flatten().unwrap_or_default();
        let first = match model {
            SchemaSource::Model(paths) => paths.first().cloned().unwrap_or_default(),
            SchemaSource::Database(_)
            | SchemaSource::Migrations(_)
            | SchemaSource::Program(..)
            | SchemaSource::Snapshot(..) => PathBuf::from("autogen.toml"),
        };
        let mut known = BTreeMap::new();
        files.iter().for_each(|file| add_places(&mut known, dialect, file));
        Self { known, other: Place { file: shown(&first), line: 1, is_exact: false } }
    }

    /// Where an object of a report is declared.
    pub(crate) fn of_object(&self, object: &str) -> Place {
        self.known.get(object).unwrap_or(&self.other).clone()
    }
}

fn add_places(known: &mut BTreeMap<String, Place>, dialect: Dialect, file: &SourceFile) {
    let lines = LineIndex::new(&file.text);
    for statement in split(dialect, &file.text).unwrap_or_default() {
        let found = statement.classify(dialect);
        let Some(object) = found.object.filter(|_| found.class == VerbClass::Create) else { continue };
        let place = match file.written_at(statement.offset) {
            Some((path, line)) => Place { file: shown(path), line, is_exact: true },
            None => {
                let line = lines.line_at(statement.offset);
                Place { file: shown(&file.path), line, is_exact: true }
            }
        };
        let name = format!("{} {}", object.kind.to_lowercase(), object.name.join("."));
        known.entry(name).or_insert(place);
    }
}

/// A path as CI takes it: from the folder that the command runs in, with `/` between folders.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(".").unwrap_or(path);
    let path = path.strip_prefix(&here).unwrap_or(path);
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
