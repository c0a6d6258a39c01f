//! What was once compared as a whole and found equal is not compared again while it is the same.
//!
//! An agreement is believed only where nothing can have changed that the comparison hung on: the model's text, what is managed,
//! the release and the settings of the server, this program's release, and all of the schema or all texts of the migrations. Whatever
//! does not fit is compared as a whole.

use std::collections::BTreeMap;

use autogen_diff_core::{Dialect, Pair, Schema};
use autogen_introspect::load::SourceFile;
use autogen_introspect::{DatabaseUrl, Origin, SchemaSource, snapshot};
use autogen_migration_files::{Agreed, Agreement, Agreements, ModelParts, sha256_hex};
use autogen_runner::{MigrationDirectory, RunError, Session as _};

use crate::connection::{self, Access, with_connection};
use crate::edited::ModelStatements;
use crate::error::Error;
use crate::observer::Event;
use crate::project::Project;
use crate::proof;

/// Raised whenever what is read of a schema, or how it is compared, changes within a release.
pub(crate) const COMPARISON: u32 = 5;

/// A model on a kind of server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModelKey {
    /// The kind of server, with all that makes a difference to what a statement makes there.
    server: String,
    /// A hash of the model and of all that its meaning hangs on.
    model: String,
}

/// What is known of two sides before they are compared.
pub(crate) enum Known {
    /// They are equal.
    Equal,
    /// The first side was read to look, and is another than those that are known.
    Read(Origin),
    /// Nothing.
    Nothing,
}

impl ModelKey {
    fn agreement(self, with: Agreed) -> Agreement {
        Agreement { server: self.server, model: self.model, with }
    }
}

/// Looks whether a database, or what the migrations make, is known to be equal to a model.
pub(crate) fn known(
    project: &Project,
    sources: &Pair<SchemaSource>,
    model: Option<&[SourceFile]>,
) -> Result<Known, Error> {
    if !project.is_set_up || project.full {
        return Ok(Known::Nothing);
    }
    let agreements = Agreements::read(&project.migrations_path())?;
    let Some(key) =
        model_key(project, &sources.from, model)?.filter(|key| agreements.knows(&key.server, &key.model))
    else {
        return Ok(Known::Nothing);
    };
    let is_known = |with: Agreed| agreements.holds(&key.clone().agreement(with));
    match &sources.from {
        SchemaSource::Database(url) => {
            let read = project.read(&sources.from, &project.scratch(url.dialect(), Some(url)))?;
            let is_equal = is_known(Agreed::Schema(hash(project, &read.schema)?));
            Ok(if is_equal { told(project, sources) } else { Known::Read(read) })
        }
        SchemaSource::Migrations(path) => {
            let directory = project.read_migrations(path)?;
            let is_equal = is_known(Agreed::Migrations(hash_of_migrations(&directory)));
            Ok(if is_equal { told(project, sources) } else { Known::Nothing })
        }
        SchemaSource::Model(_) | SchemaSource::Program(..) | SchemaSource::Snapshot(..) => Ok(Known::Nothing),
    }
}

fn told(project: &Project, sources: &Pair<SchemaSource>) -> Known {
    project.tell(&Event::KnownEqual(sources.as_ref()));
    Known::Equal
}

/// That a model was found equal to something, and the model by its parts where an edit of it may be read by them.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    agreement: Agreement,
    parts: Option<ModelParts>,
}

/// That two sides are equal, if it can be told apart from others. `from` is the first side as it was read; `is_in_order` says
/// whether the model ran in the order in which it stands.
pub(crate) fn of(
    project: &Project,
    sources: &Pair<SchemaSource>,
    from: &Schema,
    model: Option<&[SourceFile]>,
    is_in_order: bool,
) -> Result<Option<Found>, Error> {
    if !project.is_set_up {
        return Ok(None);
    }
    let Some(key) = model_key(project, &sources.from, model)? else { return Ok(None) };
    let with = match &sources.from {
        SchemaSource::Database(_) => Agreed::Schema(hash(project, from)?),
        SchemaSource::Migrations(path) => {
            Agreed::Migrations(hash_of_migrations(&project.read_migrations(path)?))
        }
        SchemaSource::Model(_) | SchemaSource::Program(..) | SchemaSource::Snapshot(..) => return Ok(None),
    };
    let parts = parts_of(project, &key, model.filter(|_| is_in_order), from);
    Ok(Some(Found { agreement: key.agreement(with), parts }))
}

/// A model by its parts, where it can be told by them, and is so large that it pays.
fn parts_of(
    project: &Project,
    key: &ModelKey,
    model: Option<&[SourceFile]>,
    schema: &Schema,
) -> Option<ModelParts> {
    if !is_read_in_part(schema) {
        return None;
    }
    let hashes = ModelStatements::of(schema.dialect, model?)?.into_hashes();
    Some(parts_by(project, key, hashes))
}

fn parts_by(project: &Project, key: &ModelKey, hashes: BTreeMap<String, String>) -> ModelParts {
    ModelParts { model: key.model.clone(), meaning: meaning(project), hashes }
}

/// Whether an edit of its model is read by what changed. SQLite makes the whole as fast.
fn is_read_in_part(schema: &Schema) -> bool {
    schema.dialect != Dialect::Sqlite && schema.count() >= proof::SMALL
}

/// The parts of the model that a database was found equal to, if it is still as it was then.
pub(crate) fn known_parts(
    project: &Project,
    from: &SchemaSource,
    current: &Schema,
) -> Result<Option<ModelParts>, Error> {
    let SchemaSource::Database(url) = from else { return Ok(None) };
    if !is_read_in_part(current) {
        return Ok(None);
    }
    let Some(parts) = possible_parts(project)? else { return Ok(None) };
    let agreements = Agreements::read(&project.migrations_path())?;
    let Some(server) = server(project, url)? else { return Ok(None) };
    let schema = Agreed::Schema(hash(project, current)?);
    let mut models = agreements.models(&server, &schema);
    Ok(models.any(|model| model == parts.model).then_some(parts))
}

/// The parts of a model that meant the same in this project, if they were kept.
pub(crate) fn possible_parts(project: &Project) -> Result<Option<ModelParts>, Error> {
    if !project.is_set_up || project.full {
        return Ok(None);
    }
    let parts = ModelParts::read(&project.migrations_path())?;
    Ok(parts.filter(|parts| parts.meaning == meaning(project)))
}

/// A hash of all that the meaning of a model hangs on, but for its text and the server.
fn meaning(project: &Project) -> String {
    sha256_hex(&meaning_text(project))
}

fn meaning_text(project: &Project) -> String {
    format!("{COMPARISON} {}\n{}", env!("CARGO_PKG_VERSION"), project.meaning())
}

/// What is known of a draft before it is proven: its model, and whether it starts from what the migrations make.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    key: ModelKey,
    parts: Option<ModelParts>,
    starts_from_migrations: bool,
}

/// What will be known once a draft is written: what was expected of it, and the schema that it leads to.
#[derive(Clone, Debug)]
pub(crate) struct Upcoming {
    expected: Expected,
    reached: String,
}

/// The model of a draft.
#[derive(Clone, Copy)]
pub(crate) struct DraftModel<'a> {
    /// Its SQL, if it has any.
    pub(crate) files: Option<&'a [SourceFile]>,
    /// The hashes of its parts, where it was taken apart before.
    pub(crate) hashes: Option<&'a BTreeMap<String, String>>,
    /// Whether it ran in the order in which it stands.
    pub(crate) is_in_order: bool,
}

/// The key of a draft's model, where something will be known of it. Asks the server.
pub(crate) fn key_of(
    project: &Project,
    from: &SchemaSource,
    model: DraftModel<'_>,
) -> Result<Option<ModelKey>, Error> {
    if project.is_set_up { model_key(project, from, model.files) } else { Ok(None) }
}

impl Expected {
    /// Of a draft that shall lead from one schema to another one. No server is asked.
    pub(crate) fn of(
        project: &Project,
        from: &SchemaSource,
        Pair { from: current, to: declared }: Pair<&Schema>,
        (key, model): (ModelKey, DraftModel<'_>),
        directory: &MigrationDirectory,
    ) -> Result<Self, Error> {
        let starts_empty = || project.scope.holds_nothing(current);
        let starts_from_migrations = match from {
            // Those of another folder are none of what is kept here.
            SchemaSource::Migrations(path) => *path == directory.path,
            SchemaSource::Database(_) if directory.migrations.is_empty() => starts_empty(),
            SchemaSource::Database(_) => {
                let agreements = Agreements::read(&directory.path)?;
                let schema = Agreed::Schema(hash(project, current)?);
                let migrations = Agreed::Migrations(hash_of_migrations(directory));
                let mut models = agreements.models(&key.server, &schema);
                models.any(|model| {
                    let key = ModelKey { server: key.server.clone(), model: model.to_owned() };
                    agreements.holds(&key.agreement(migrations.clone()))
                })
            }
            SchemaSource::Model(_) | SchemaSource::Program(..) | SchemaSource::Snapshot(..) => false,
        };
        let parts = match model.hashes.filter(|_| model.is_in_order && is_read_in_part(declared)) {
            Some(hashes) => Some(parts_by(project, &key, hashes.clone())),
            None => parts_of(project, &key, model.files.filter(|_| model.is_in_order), declared),
        };
        Ok(Self { key, parts, starts_from_migrations })
    }

    /// With the schema that the draft was proven to lead to.
    pub(crate) fn reaching(self, project: &Project, schema: &Schema) -> Result<Upcoming, Error> {
        Ok(Upcoming { expected: self, reached: hash(project, schema)? })
    }
}

impl Upcoming {
    /// What is known now that it is written.
    pub(crate) fn agreements(&self, written: &MigrationDirectory) -> Vec<Found> {
        let Expected { key, parts, starts_from_migrations } = &self.expected;
        let migrations = starts_from_migrations.then(|| Agreed::Migrations(hash_of_migrations(written)));
        let all = std::iter::once(Agreed::Schema(self.reached.clone())).chain(migrations);
        let found = |with| Found { agreement: key.clone().agreement(with), parts: parts.clone() };
        all.map(found).collect()
    }
}

/// Keeps agreements with the migrations. Where the folder is not there, or nobody may write it, the next check is as long as
/// this one.
pub(crate) fn keep(project: &Project, new: Vec<Found>) -> Result<(), Error> {
    let folder = project.migrations_path();
    let Some(parts) = new.last().map(|found| found.parts.clone()).filter(|_| folder.is_dir()) else {
        return Ok(());
    };
    let known = Agreements::read(&folder)?;
    let all = new.into_iter().fold(known, |all, found| all.with(found.agreement));
    // A check of what is mounted read-only is still one.
    let _ = all.write(&folder);
    let _ = parts.map(|parts| parts.write(&folder));
    Ok(())
}

/// The key of a model on the server of the database that it is compared with, or of the project's.
fn model_key(
    project: &Project,
    from: &SchemaSource,
    model: Option<&[SourceFile]>,
) -> Result<Option<ModelKey>, Error> {
    let url = match from {
        SchemaSource::Database(url) => Some(url),
        SchemaSource::Migrations(_) => project.database.as_ref(),
        SchemaSource::Model(_) | SchemaSource::Program(..) | SchemaSource::Snapshot(..) => None,
    };
    let (Some(url), Some(files)) = (url, model) else { return Ok(None) };
    let texts = files.iter().map(|file| file.text.replace("\r\n", "\n"));
    // The lengths part the texts, so that what goes from one file to another is another model.
    let text: String = texts.map(|text| format!("{} {text}\n", text.len())).collect();
    let model = sha256_hex(&format!("{}\n{text}", meaning_text(project)));
    Ok(server(project, url)?.map(|server| ModelKey { server, model }))
}

/// A word for a server: two with one word make the same of a statement. A server that only speaks the language of one may not tell.
fn server(project: &Project, url: &DatabaseUrl) -> Result<Option<String>, Error> {
    let is_own = project.database.as_ref() == Some(url);
    if let (true, Some(known)) = (is_own, project.server_word.get()) {
        return Ok(Some(known.clone()));
    }
    let found = match is_own {
        true => word(url.dialect(), |sql| project.text(sql)),
        false => word(url.dialect(), |sql| asked(project, url, sql)),
    };
    match found {
        Ok(word) if is_own => Ok(Some(project.server_word.get_or_init(|| word).clone())),
        Err(_) if project.settings.flavor.is_some() => Ok(None),
        found => found.map(Some),
    }
}

fn word(dialect: Dialect, asked: impl Fn(&str) -> Result<Option<String>, Error>) -> Result<String, Error> {
    let text = match dialect {
        Dialect::Sqlite => Some(sqlite_release()?),
        Dialect::Postgres => asked(include_str!("server/postgres.sql"))?,
        Dialect::Mysql => asked(include_str!("server/mysql.sql"))?,
    };
    let text = text.unwrap_or_default();
    let release = text.split(' ').next().unwrap_or_default();
    Ok(format!("{}-{release}-{}", dialect.name().to_lowercase(), &sha256_hex(&text)[..12]))
}

fn asked(project: &Project, url: &DatabaseUrl, sql: &str) -> Result<Option<String>, Error> {
    let mut connection = connection::open(project.observer(), url, Access::Read)?;
    Ok(with_connection!(&mut connection, c => c.text(sql).map_err(RunError::from)?))
}

/// The library's, which reads every file.
#[cfg(feature = "sqlite")]
fn sqlite_release() -> Result<String, Error> {
    use autogen_introspect::sqlite::{in_memory, library_version};
    Ok(library_version(&mut in_memory()?)?)
}

#[cfg(not(feature = "sqlite"))]
fn sqlite_release() -> Result<String, Error> {
    Err(autogen_introspect::IntrospectError::NoSupport(Dialect::Sqlite).into())
}

/// A hash of what the project manages of a schema.
fn hash(project: &Project, schema: &Schema) -> Result<String, Error> {
    Ok(snapshot::hash(project.scope.own(schema))?)
}

/// A hash of all that a replay runs.
fn hash_of_migrations(directory: &MigrationDirectory) -> String {
    let lines = directory.migrations.iter().map(|migration| {
        let metadata = sha256_hex(migration.metadata.as_deref().unwrap_or_default());
        format!("{} {} {metadata}\n", migration.name, migration.hash())
    });
    sha256_hex(&lines.collect::<String>())
}
