//! A new migration: reads both sides, compares, plans, proves and writes it.

use std::path::PathBuf;

use autogen_codegen::report::Entry;
use autogen_codegen::{OnlineStep, Part, PlanOptions, Script, Statement, TransactionMode, report};
use autogen_diff_core::diff::rename::{Rename, tables_first};
use autogen_diff_core::{Change, Dialect, Pair, Schema, diff};
use autogen_introspect::load::{Loaded, SourceFile};
use autogen_introspect::{Origin, SchemaSource, ScratchOptions, source};
use autogen_migration_files::{
    Fingerprints, Header, Layout, Phase, RunnerTask, lock_folder, next_version, next_versions,
    write_migrations,
};
use autogen_report::Written;
use autogen_runner::{Direction, Migration, MigrationDirectory, hazards_of};
use autogen_sql_text::{SourceStatement, for_server, split};

use crate::advice::Advice;
use crate::agreement::{self, DraftModel, Expected};
use crate::draft::{self, Draft};
use crate::edited::ModelStatements;
use crate::error::Error;
use crate::joined::Joined as _;
use crate::migration_file::{files, planned_files};
use crate::observer::{Event, Question};
use crate::project::Project;
use crate::settings::WordsChoice;
use crate::{drift, edited, renames, schema_rs_model};

/// What a migration should lead from and to.
#[derive(Clone, Debug, Default)]
pub struct DraftRequest {
    /// The current schema: a URL, a path, `database` or `migrations`; the database without it.
    pub from: Option<String>,
    /// The declared schema: a URL, a path, or `model`; the model without it.
    pub to: Option<String>,
    /// Renames, as `--rename` takes them.
    pub renames: Vec<String>,
    /// Whether a model that declares nothing may drop all that there is.
    pub drop_all: bool,
    /// Whether it is written without having run in a scratch database.
    pub unproven: bool,
}

impl Project {
    /// Reads, compares, plans and proves; `None` when nothing differs. Nothing is written.
    ///
    /// # Errors
    /// When a side can't be read, the change is refused, or the scripts do not do in a scratch database what they should.
    pub fn draft(&self, request: &DraftRequest) -> Result<Option<Draft>, Error> {
        let sources = Pair::new(
            self.source(request.from.as_deref().unwrap_or("database"))?,
            self.source(request.to.as_deref().unwrap_or("model"))?,
        );
        let migrations = self.migrations()?;
        migrations.one_head()?;
        must_be_at_head(self, &sources.from, migrations.directory())?;
        let scratch = self.scratch_for(&sources)?;
        let model = self.model_files(&sources.to, scratch.dialect)?;
        let asked = Asked { request, sources: &sources, model: model.as_deref(), scratch: &scratch };
        let Some(mut draft) = prepare(self, &asked, migrations.directory())? else { return Ok(None) };
        draft.behind = migrations.directory().head().map(|migration| migration.name.clone());
        if !request.unproven {
            prove(self, &asked, migrations.directory(), &mut draft)?;
        }
        Ok(Some(draft))
    }

    /// Writes a pair of files to fill in by hand, and gives their folder.
    ///
    /// Each holds a statement that fails on every server until it is replaced: Diesel takes no file
    /// without a statement, and one that did nothing would be recorded as done.
    ///
    /// # Errors
    /// When there are several heads, or the files can't be written.
    pub fn write_empty(&self, message: &str) -> Result<PathBuf, Error> {
        let _lock = lock_folder(&self.migrations_path());
        let migrations = self.migrations()?;
        migrations.one_head()?;
        let directory = migrations.directory();
        let todo =
            |file: &str| Statement::plain(format!("SELECT autogen_migration_{file}_is_still_to_be_written"));
        let script = |file: &str| Script {
            statements: vec![todo(file)],
            transaction: TransactionMode::Transaction,
            notes: vec!["write the statements here, then run `autogen rehash`".into()],
        };
        let version = next_version(directory);
        let header = Header {
            message: message.to_owned(),
            version: version.clone(),
            parents: directory.head().map(|migration| migration.number().to_owned()).into_iter().collect(),
            ..Header::default()
        };
        let layout = directory.layout;
        let name = self.settings.file_template.name(layout, &version, message);
        let written = [(name.clone(), files(&header, &script("up"), &script("down")))];
        write_migrations(layout, &directory.path, &written)?;
        Ok(directory.path.join(layout.entry(&name)))
    }
}

impl Project {
    /// The statements of a model whose words migrations are written in; none where that is not wanted, or they can't be told apart.
    fn statements_in_order(&self, files: Option<&[SourceFile]>) -> Vec<SourceStatement> {
        let files = files.filter(|_| self.settings.words == WordsChoice::Model).unwrap_or_default();
        let statements = files.iter().map(|file| {
            let script = for_server(Dialect::Postgres, &file.text).ok()?;
            split(Dialect::Postgres, &script.text).ok()
        });
        let statements: Option<Vec<_>> = statements.collect();
        statements.unwrap_or_default().into_iter().flatten().collect()
    }
}

/// A database that lacks migrations would get their changes a second time.
fn must_be_at_head(
    project: &Project,
    from: &SchemaSource,
    directory: &MigrationDirectory,
) -> Result<(), Error> {
    if !is_own_database(project, from) {
        return Ok(());
    }
    let history = project.history()?;
    autogen_runner::check(directory, &history)?;
    let pending: Vec<&str> = history.pending(directory).iter().map(|m| m.name.as_str()).collect();
    if pending.is_empty() {
        return Ok(());
    }
    let may_be_made_already = history.applied.is_empty() && !drift::is_empty(project)?;
    Err(Error::Refused {
        message: format!("the database is not at head; pending: {}", pending.join(", ")),
        advice: match directory.layout {
            Layout::Diesel if may_be_made_already => Advice::StampOrUpgrade,
            Layout::Diesel => Advice::UpgradeOrCompareWithMigrations,
            layout @ (Layout::Sqlx
            | Layout::Dbmate
            | Layout::GolangMigrate
            | Layout::Refinery
            | Layout::RusqliteMigration) => {
                let task = if may_be_made_already { RunnerTask::Stamp } else { RunnerTask::Upgrade };
                Advice::UseRunner { layout, task }
            }
        },
    })
}

/// Whether a source is the database that the migrations are for.
fn is_own_database(project: &Project, source: &SchemaSource) -> bool {
    match source {
        SchemaSource::Database(url) => project.database.as_ref() == Some(url),
        SchemaSource::Model(_)
        | SchemaSource::Program(..)
        | SchemaSource::Migrations(_)
        | SchemaSource::Snapshot(..) => false,
    }
}

/// What a draft is made for.
struct Asked<'a> {
    request: &'a DraftRequest,
    sources: &'a Pair<SchemaSource>,
    /// The SQL of the second one, if it has any.
    model: Option<&'a [SourceFile]>,
    scratch: &'a ScratchOptions,
}

impl Asked<'_> {
    /// Whether the model can have been edited since it was found equal to the database.
    fn may_be_read_in_part(&self, project: &Project) -> Result<bool, Error> {
        Ok(is_own_database(project, &self.sources.from) && agreement::possible_parts(project)?.is_some())
    }
}

/// Reads, compares and plans; `None` when nothing differs.
fn prepare(
    project: &Project,
    asked: &Asked<'_>,
    directory: &MigrationDirectory,
) -> Result<Option<Draft>, Error> {
    let Asked { request, sources, scratch, .. } = asked;
    let (current, parts) = read_current(project, asked)?;
    let server = server_of(&sources.from, &current.schema);
    project.tell(&Event::Reading { sources: sources.as_ref(), server });
    project.tell_all(&current.loaded.diagnostics);
    let mut current = current.schema;
    let mut current_is_live = is_own_database(project, &sources.from);
    if current_is_live && let Some(made) = drift::start(project, directory, &current, scratch)? {
        current = made;
        current_is_live = false;
    }
    let (declared, loaded) = declared(project, asked, &current, parts.as_ref())?;
    if !request.unproven && current.dialect == Dialect::Postgres {
        project.make_scratch_ahead(scratch);
    }
    tell_unmanaged(project, Pair::new(&current, &declared));
    let mut managed = current.clone();
    project.retain_objects(&mut managed);
    let mut to = declared;
    project.retain_objects(&mut to);
    to.default_namespace.clone_from(&managed.default_namespace);
    must_not_drop_all(project, Pair::new(&managed, &to), &sources.to, request.drop_all)?;
    let told = renames::DeclaredRenames { flags: &request.renames, hints: &loaded.hints };
    let mut declared_renames = renames::declared(project, Pair::new(&managed, &to), &told, scratch)?;
    let mut renamed = draft::renamed(project, &current, &declared_renames, scratch)?;
    resolve_again(project, sources, &current, &declared_renames, scratch, &mut to)?;
    project.scope.adopt_unmanaged(&renamed, &mut to);
    let confirmed = renames::ask(project, Pair::new(&renamed, &to));
    if !confirmed.is_empty() {
        declared_renames.extend(confirmed);
        tables_first(&mut declared_renames);
        renamed = draft::renamed(project, &current, &declared_renames, scratch)?;
        resolve_again(project, sources, &current, &declared_renames, scratch, &mut to)?;
        project.scope.adopt_unmanaged(&renamed, &mut to);
    }
    if let Some(model) = schema_rs_model::model_of(&sources.to) {
        model.check_dependents(&renamed, &to)?;
    }
    let schemas = Pair::new(managed, to);
    let plan = PlanOptions { current_is_live, ..project.plan_options };
    let mut draft = Draft::new(project, current, schemas, declared_renames, plan, scratch)?;
    draft.is_model_silent = loaded.is_silent();
    draft.is_model_in_order = loaded.is_in_order;
    draft.model_hashes = parts.map(ModelStatements::into_hashes);
    if draft.scripts.is_empty() {
        return Ok(None);
    }
    if is_own_database(project, &sources.from) {
        drift::must_come_from_migrations(project, directory, &draft.current)?;
    }
    tell(project, &draft);
    Ok(Some(draft))
}

/// Proves a draft, and notes what will be known once it is written.
fn prove(
    project: &Project,
    asked: &Asked<'_>,
    directory: &MigrationDirectory,
    draft: &mut Draft,
) -> Result<(), Error> {
    let Asked { sources, model, scratch, .. } = asked;
    let statements = project.statements_in_order(*model);
    draft.use_words_of(statements.iter().map(|statement| statement.text.as_str()));
    let (schemas, hashes) =
        (Pair::new(draft.current.clone(), draft.input.to.clone()), draft.model_hashes.take());
    let model = DraftModel { files: *model, hashes: hashes.as_ref(), is_in_order: draft.is_model_in_order };
    let key = if draft.is_model_silent { agreement::key_of(project, &sources.from, model)? } else { None };
    std::thread::scope(|scope| {
        // A proof mostly waits for its server.
        let expected = key.map(|key| {
            let schemas = schemas.as_ref();
            scope.spawn(move || Expected::of(project, &sources.from, schemas, (key, model), directory))
        });
        draft.prove(project, scratch)?;
        let Some((expected, reached)) = expected.zip(draft.reached.as_ref()) else { return Ok(()) };
        draft.upcoming = Some(expected.joined()?.reaching(project, reached)?);
        Ok(())
    })
}

/// An empty model over a full database is a mistake more often than a wish.
fn must_not_drop_all(
    project: &Project,
    schemas: Pair<&Schema>,
    model: &SchemaSource,
    is_meant: bool,
) -> Result<(), Error> {
    let is_empty = |schema: &Schema| project.scope.holds_nothing(schema);
    if is_meant || is_empty(schemas.from) || !is_empty(schemas.to) {
        return Ok(());
    }
    let count = schemas.from.tables().count();
    let tables = if count == 1 { "1 table".to_owned() } else { format!("{count} tables") };
    if project.observer().ask(&Question::DropAll { model, tables: count }) == Some(true) {
        return Ok(());
    }
    Err(Error::Refused {
        message: format!("the {model} declares nothing, so the migration would drop {tables} and all else"),
        advice: Advice::ConfirmDropAll,
    })
}

/// The schema that the draft starts from, and the model by its parts where it may be read by them.
fn read_current(project: &Project, asked: &Asked<'_>) -> Result<(Origin, Option<ModelStatements>), Error> {
    let Asked { sources, model, scratch, .. } = asked;
    let read = || {
        // The first migration of a SQLite project is written before there is a file.
        if is_own_database(project, &sources.from) {
            Ok(sources.from.read(scratch)?)
        } else {
            project.read_whole(&sources.from, scratch)
        }
    };
    match model {
        Some(files) if asked.may_be_read_in_part(project)? => {
            project.make_scratch_ahead(scratch);
            edited::apart_beside(scratch.dialect, files, read)
        }
        Some(_) | None => Ok((read()?, None)),
    }
}

/// The declared schema, and what was noticed beside it. `parts` is the model by its parts, if it was taken apart.
fn declared(
    project: &Project,
    asked: &Asked<'_>,
    current: &Schema,
    parts: Option<&ModelStatements>,
) -> Result<(Schema, Loaded), Error> {
    let Asked { sources, model, scratch, .. } = asked;
    let (schema, loaded) = match (schema_rs_model::model_of(&sources.to), model) {
        (Some(model), _) => model.declared(project, current, scratch)?,
        (None, Some(files)) => {
            let known = agreement::known_parts(project, &sources.from, current)?;
            let edited = |(known, parts): (_, &_)| edited::declared(project, &known, current, parts, scratch);
            let declared = match known.zip(parts).and_then(edited) {
                Some(declared) => declared,
                None => source::declared(project.new_scratch(scratch)?, files)?,
            };
            (declared.schema, declared.loaded)
        }
        (None, None) => {
            let declared = project.read_whole(&sources.to, scratch)?;
            (declared.schema, declared.loaded)
        }
    };
    project.tell_all(&loaded.diagnostics);
    Ok((schema, loaded))
}

/// What a schema.rs can't state of a renamed object is what it had under its old name.
fn resolve_again(
    project: &Project,
    sources: &Pair<SchemaSource>,
    current: &Schema,
    declared_renames: &[Rename],
    scratch: &ScratchOptions,
    to: &mut Schema,
) -> Result<(), Error> {
    let (Some(model), false) = (schema_rs_model::model_of(&sources.to), declared_renames.is_empty()) else {
        return Ok(());
    };
    let renamed = renames::applied(project, current, declared_renames, scratch)?;
    (*to, _) = model.declared(project, &renamed, scratch)?;
    project.retain_objects(to);
    Ok(())
}

/// What differs but is not managed is counted, so that nobody takes it for equal.
fn tell_unmanaged(project: &Project, all: Pair<&Schema>) {
    let managed = all.map(|schema| project.scope.own(schema));
    let all = all.map(|schema| {
        let mut all = schema.clone();
        project.scope.leave_out_own_history(&mut all);
        all
    });
    // Whoever reads a model owns it, so owners tell nothing unless they are managed.
    let differences = |schemas: Pair<&Schema>| {
        let changes = diff(schemas).changes;
        changes.iter().filter(|change| !matches!(change, Change::Owner(_))).count()
    };
    let count = differences(all.as_ref()).saturating_sub(differences(managed.as_ref()));
    if count > 0 {
        project.tell(&Event::Unmanaged(count));
    }
}

/// The flavor and release of a database.
fn server_of(source: &SchemaSource, schema: &Schema) -> Option<String> {
    match source {
        SchemaSource::Database(_) => Some(format!("{} {}", schema.flavor.name(), schema.version)),
        SchemaSource::Model(_)
        | SchemaSource::Program(..)
        | SchemaSource::Migrations(_)
        | SchemaSource::Snapshot(..) => None,
    }
}

/// What was found, and what is dangerous about it.
fn tell(project: &Project, draft: &Draft) {
    draft.input.renames.iter().for_each(|rename| project.tell(&Event::Renamed(rename)));
    draft.changes().iter().for_each(|entry| project.tell(&Event::Detected(entry)));
    let hazards = draft.scripts.iter().flat_map(|scripts| scripts.from.hazards());
    hazards.for_each(|hazard| project.tell(&Event::Hazard(hazard)));
}

/// Whoever writes a migration meanwhile has another one follow theirs.
fn must_still_be_head(directory: &MigrationDirectory, behind: Option<&str>) -> Result<(), Error> {
    match directory.head().map(|head| head.name.as_str()) {
        now if now == behind => Ok(()),
        now => Err(Error::Refused {
            message: match now {
                Some(now) => format!("{now} was written while this migration was planned"),
                None => "the migrations were deleted while this one was planned".to_owned(),
            },
            advice: Advice::PlanAgain,
        }),
    }
}

impl Project {
    /// What was written in some folders, as it is read again.
    ///
    /// # Errors
    /// When the folder of migrations can't be read.
    pub fn written(&self, folders: &[PathBuf]) -> Result<Vec<Written>, Error> {
        let (migrations, dialect) = (self.migrations()?, self.dialect().ok());
        let hazards = |own: &Migration, dialect| hazards_of(dialect, own, Direction::Up);
        let entry = |own: &Migration| Written {
            name: own.name.clone(),
            version: own.version.clone(),
            path: own.path.clone(),
            hash: dialect.map(|dialect| own.statements_hash(dialect)),
            proven: own.header().map(|header| header.proof.to_string()),
            hazards: dialect.map(|dialect| hazards(own, dialect)).unwrap_or_default(),
        };
        let all = &migrations.directory().migrations;
        Ok(all.iter().filter(|own| folders.contains(&own.path)).map(entry).collect())
    }
}

impl Draft {
    /// What changes, one entry an object; renames stand apart.
    pub fn changes(&self) -> Vec<Entry> {
        let found = diff(Pair::new(&self.input.renamed, &self.input.to));
        report::entries(self.input.to.dialect, &[], &found)
    }

    /// Writes all folders and the sum file, or nothing; gives the folders.
    ///
    /// # Errors
    /// When the files can't be written, or others were edited.
    pub fn write(&self, project: &Project, message: &str) -> Result<Vec<PathBuf>, Error> {
        let _lock = lock_folder(&project.migrations_path());
        let migrations = project.migrations()?;
        let directory = migrations.directory();
        must_still_be_head(directory, self.behind.as_deref())?;
        let (template, layout) = (&project.settings.file_template, directory.layout);
        let dialect = self.input.to.dialect;
        self.scripts.iter().try_for_each(|scripts| must_be_runnable(layout, dialect, scripts))?;
        let mut parent = directory.head().map(|migration| migration.number().to_owned());
        let mut folders = Vec::new();
        let count = self.scripts.len();
        let versions = next_versions(directory, count);
        for (i, scripts) in self.scripts.iter().enumerate() {
            let part = self.parts.get(i);
            let message = titled(message, Pair::new(i + 1, count), part);
            let version = versions[i].clone();
            let header = Header {
                message: message.clone(),
                version: version.clone(),
                parents: parent.replace(version.clone()).into_iter().collect(),
                fingerprints: Some(Fingerprints {
                    before: self.fingerprints[i].clone(),
                    after: self.fingerprints[i + 1].clone(),
                }),
                phase: part.map(phase),
                restartable: part.is_some_and(|part| part.step == OnlineStep::Fill),
                proof: self.proof,
                notes: note_outside(layout, dialect, scripts).into_iter().collect(),
                ..Header::default()
            };
            let written = planned_files(&header, &scripts.from, &scripts.to);
            folders.push((template.name(layout, &version, &message), written));
        }
        write_migrations(layout, &directory.path, &folders)?;
        if let Some(upcoming) = &self.upcoming {
            agreement::keep(project, upcoming.agreements(project.migrations()?.directory()))?;
        }
        Ok(folders.iter().map(|(name, _)| directory.path.join(layout.entry(name))).collect())
    }
}

/// Whether a migration's files run in no transaction of the runner's.
fn is_outside(scripts: &Pair<Script>) -> bool {
    [&scripts.from, &scripts.to].iter().any(|script| script.transaction == TransactionMode::None)
}

/// Other tools send a file as one text, of which PostgreSQL makes a transaction unless it is one statement.
fn must_be_runnable(layout: Layout, dialect: Dialect, scripts: &Pair<Script>) -> Result<(), Error> {
    let several = [&scripts.from, &scripts.to]
        .into_iter()
        .find(|script| script.transaction == TransactionMode::None && script.statements.len() > 1);
    match (layout, dialect, several) {
        (
            Layout::Sqlx
            | Layout::Dbmate
            | Layout::GolangMigrate
            | Layout::Refinery
            | Layout::RusqliteMigration,
            Dialect::Postgres,
            Some(script),
        ) => Err(Error::Refused {
            message: format!(
                "{} statements have to run outside of a transaction, and {layout} sends them at once, which PostgreSQL takes for one",
                script.statements.len()
            ),
            advice: Advice::ChangeLessAtOnce,
        }),
        (_, _, Some(_) | None) => Ok(()),
    }
}

/// What the tool has to be told for a migration outside of a transaction.
fn note_outside(layout: Layout, dialect: Dialect, scripts: &Pair<Script>) -> Option<String> {
    layout.note_outside(dialect).filter(|_| is_outside(scripts)).map(str::to_owned)
}

/// The message of one of several migrations.
fn titled(message: &str, Pair { from: number, to: count }: Pair<usize>, part: Option<&Part>) -> String {
    match part {
        _ if count == 1 => message.to_owned(),
        Some(part) => format!("{message} ({number} of {count}: {})", part.step.words()),
        None => format!("{message} ({number} of {count})"),
    }
}

const fn phase(part: &Part) -> Phase {
    if part.contracts { Phase::Contract } else { Phase::Expand }
}
