//! Where the model, the migrations and the database are: flags beat the
//! environment, the environment beats the settings.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::ManagedScope;
use crate::advice::Advice;
use autogen_codegen::{Online, PlanOptions};
use autogen_diff_core::diagnostic::{Diagnostic, Severity};
use autogen_diff_core::stats::DatabaseStats;
use autogen_diff_core::{Capabilities, Dialect, Schema};
use autogen_introspect::{
    CodePolicy, DatabaseUrl, IntrospectError, Lifetime, Limits, Scratch, ScratchOptions, ScratchPlace,
};
use autogen_migration_files::{Layout, MigrationDirectory, RunnerTask, has_migrations};

use crate::connection::{self, Access, AnyConnection};
use crate::dotenv;
use crate::error::Error;
use crate::flavor;
use crate::idle_session::IdleSession;
use crate::observer::{Event, Observer};
use crate::overrides::Overrides;
use crate::scratch_ahead::ScratchAhead;
use crate::settings::{self, ScratchChoice, Settings};
use crate::shared_server::SharedServer;
use crate::stats_file::{STATS_FILE, StatsFile};

/// A project with everything resolved that could be: settings, the database, the migrations folder, what is managed.
pub struct Project {
    /// Where it was looked for, as the user would write it from here.
    pub(crate) folder: PathBuf,
    /// The folder of `autogen.toml`, or else the one where it was looked for.
    pub(crate) root: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) database: Option<DatabaseUrl>,
    /// The namespace that is the database, where it is one of several of a fleet (PostgreSQL).
    pub(crate) namespace: Option<String>,
    /// Whether it is one database of a fleet, whose upgrades write no files of the project.
    pub(crate) is_of_fleet: bool,
    scratch: ScratchPlace,
    limits: Limits,
    code: CodePolicy,
    /// Whether an `autogen.toml` was found.
    pub(crate) is_set_up: bool,
    /// What is managed.
    pub(crate) scope: ManagedScope,
    /// Whether everything is compared and proven as a whole.
    pub(crate) full: bool,
    /// What was asked for beyond the usual.
    pub(crate) plan_options: PlanOptions,
    observer: Arc<dyn Observer>,
    scratch_ahead: ScratchAhead,
    /// The session that reads the database.
    pub(crate) reading: IdleSession,
    /// A word for the server of the database, once it was asked for.
    pub(crate) server_word: OnceLock<String>,
    /// Read when it is first asked for.
    stats: OnceLock<StatsFile>,
    /// The server, which namespaces of one database share.
    pub(crate) server: Arc<SharedServer>,
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Project").field("root", &self.root).finish_non_exhaustive()
    }
}

impl Project {
    /// Finds the project that a folder is in, and resolves what the settings, the environment and the overrides say.
    ///
    /// # Errors
    /// Settings that can't be read, or that contradict what is named.
    pub fn discover(
        folder: &Path,
        overrides: &Overrides,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, Error> {
        let file = match &overrides.config {
            Some(path) => Some(path.clone()),
            None => find_upwards(folder, settings::FILE),
        };
        let mut settings = file.as_deref().map(settings::read).transpose()?.unwrap_or_default();
        settings.flavor = overrides.flavor.or(settings.flavor);
        if settings.names_model_as_before {
            observer.tell(&Event::Diagnostic(&Diagnostic {
                severity: Severity::Note,
                subject: None,
                message: "`sources` and `source` in autogen.toml are `model` now".to_owned(),
                help: Some("write model = [\"a.sql\", \"b.sql\"], or model = { command = [...] }".to_owned()),
            }));
        }
        let root = match file.as_deref().and_then(Path::parent) {
            Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
            Some(parent) => relative_root(parent),
            None => relative_root(folder),
        };
        let read_url = |text: &str| read_url(&*observer, text).map(|url| url.permitting(settings.flavor));
        let named = overrides.database_url.as_deref().map(read_url).transpose()?;
        let database = match named {
            Some(url) => Some(url),
            None => dotenv::variable("DATABASE_URL", folder)
                .or_else(|| settings.database_url.clone())
                .map(|text| read_url(&text).map(|url| url.relative_to(&root)))
                .transpose()?,
        };
        if let Some(url) = &database {
            aspects_are_apart(&settings, url.dialect())?;
            dialect_is_the_stated(&settings, url)?;
        }
        let dialect = database.as_ref().map(DatabaseUrl::dialect).or(settings.dialect.map(Dialect::from));
        dialect.map_or(Ok(()), |dialect| layout_is_for(settings.format, dialect))?;
        let scratch = scratch_place(&*observer, overrides, &settings, &root)?;
        let allowed = overrides.allow_code || settings.allow_code;
        let mut scope = settings.managed_scope(file.is_none());
        scope.owners |= overrides.owners;
        let online = match overrides.plan.online {
            Online::Split => Online::Split,
            Online::Off | Online::Hint => settings.online.into(),
        };
        Ok(Self {
            limits: limits(&settings),
            folder: clean(&relative_root(folder)),
            root,
            settings,
            namespace: None,
            is_of_fleet: false,
            scratch,
            code: if allowed { CodePolicy::Allowed } else { CodePolicy::Refused },
            is_set_up: file.is_some(),
            scope,
            full: overrides.full,
            plan_options: PlanOptions { online, ..overrides.plan },
            observer,
            scratch_ahead: ScratchAhead::default(),
            reading: IdleSession::default(),
            server_word: OnceLock::new(),
            stats: OnceLock::new(),
            server: Arc::new(SharedServer::new(database.clone())),
            database,
        })
    }

    /// The same project for one database of a fleet: all of the database, or one namespace of it.
    ///
    /// # Errors
    /// When the settings are for another kind of database.
    pub(crate) fn at(
        &self,
        database: DatabaseUrl,
        namespace: Option<&str>,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, Error> {
        aspects_are_apart(&self.settings, database.dialect())?;
        dialect_is_the_stated(&self.settings, &database)?;
        let (mut settings, mut scope) = (self.settings.clone(), self.scope.clone());
        if let Some(namespace) = namespace {
            settings.namespaces = Some(vec![namespace.to_owned()]);
            scope.namespaces.clone_from(&settings.namespaces);
        }
        Ok(Self {
            folder: self.folder.clone(),
            root: self.root.clone(),
            settings,
            namespace: namespace.map(str::to_owned),
            is_of_fleet: true,
            scratch: self.scratch.clone(),
            limits: self.limits,
            code: self.code,
            is_set_up: self.is_set_up,
            scope,
            full: self.full,
            plan_options: self.plan_options,
            observer,
            stats: OnceLock::new(),
            server: match namespace {
                Some(_) => Arc::clone(&self.server),
                None => Arc::new(SharedServer::new(Some(database.clone()))),
            },
            database: Some(database),
            scratch_ahead: ScratchAhead::default(),
            reading: IdleSession::default(),
            server_word: OnceLock::new(),
        })
    }

    /// How large the database's tables are and how fast its server is, if a file says so.
    pub(crate) fn stats(&self) -> Option<&DatabaseStats> {
        let read = || {
            let named = self.settings.stats.as_deref();
            let path = clean(&self.root.join(named.unwrap_or(Path::new(STATS_FILE))));
            // The one that nobody named need not be there.
            let is_read = named.is_some() || path.is_file();
            let file = if is_read { StatsFile::read(path) } else { StatsFile::default() };
            file.note.iter().for_each(|note| self.tell(&Event::Stats(note)));
            file
        };
        self.stats.get_or_init(read).stats.as_ref()
    }

    /// Tells what goes on.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        self.observer.tell(event);
    }

    /// Who hears what goes on.
    pub(crate) fn observer(&self) -> &dyn Observer {
        &*self.observer
    }

    /// The same, to be shared.
    pub(crate) fn shared_observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.observer)
    }

    /// Tells what a reader of schemas has to say.
    pub(crate) fn tell_all(&self, diagnostics: &[Diagnostic]) {
        diagnostics.iter().for_each(|found| self.tell(&Event::Diagnostic(found)));
    }

    /// Opens the database for the runner, which locks what it writes to: that needs a session of its own.
    pub(crate) fn open(&self, access: Access) -> Result<AnyConnection, Error> {
        let url = self.database_url()?;
        if access == Access::Read {
            return connection::open(self.observer(), url, access);
        }
        flavor::must_have_locks(self.settings.flavor)?;
        self.reading.end();
        let mut connection = connection::open(self.observer(), url, access)?;
        self.must_be_direct(&mut connection)?;
        Ok(connection)
    }

    /// Refuses a pooler that shares sessions between its clients, unless it is known that there is none.
    pub(crate) fn must_be_direct(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        if !self.server.is_known_direct() && connection::must_be_direct(self.database_url()?, connection)? {
            self.server.set_direct();
        }
        Ok(())
    }

    /// Whether it has settings.
    pub const fn is_set_up(&self) -> bool {
        self.is_set_up
    }

    /// Whether a database is named.
    pub const fn has_database(&self) -> bool {
        self.database.is_some()
    }

    /// The database that is named, which what was asked for can't do without.
    ///
    /// # Errors
    /// When none is named.
    pub fn database_url(&self) -> Result<&DatabaseUrl, Error> {
        self.database.as_ref().ok_or_else(|| Error::usage("no database is named", Advice::NameDatabase))
    }

    /// The same, of what has nothing to do where a SQLite file is not there.
    ///
    /// # Errors
    /// When none is named, or the file is not there.
    pub fn existing_database(&self) -> Result<&DatabaseUrl, Error> {
        let url = self.database_url()?;
        url.must_be_there()?;
        Ok(url)
    }

    /// The migrations folder, whether it is there or not.
    pub fn migrations_path(&self) -> PathBuf {
        let of_diesel = || match self.layout() {
            Layout::Diesel => settings::diesel_migrations(&self.root),
            Layout::Sqlx
            | Layout::Dbmate
            | Layout::GolangMigrate
            | Layout::Refinery
            | Layout::RusqliteMigration => None,
        };
        let named = self.settings.migrations.clone().or_else(of_diesel);
        clean(&self.root.join(named.unwrap_or_else(|| PathBuf::from(self.layout().usual_folder()))))
    }

    /// The layout of the migrations, which says whose tool runs them.
    pub const fn layout(&self) -> Layout {
        self.settings.format
    }

    /// The migrations in a folder of the project; one that is not there has none.
    pub(crate) fn read_migrations(&self, path: &Path) -> Result<MigrationDirectory, Error> {
        // What is compared with the project's own migrations may be Diesel's.
        let is_of_diesel = *path != self.migrations_path() && path.is_dir() && has_migrations(path)?;
        let layout = if is_of_diesel { Layout::Diesel } else { self.layout() };
        Ok(MigrationDirectory::read_or_empty(layout, path)?)
    }

    /// Refuses what another tool does for these migrations, since it alone keeps what is applied.
    ///
    /// # Errors
    /// When the migrations are another tool's.
    pub fn must_run_migrations(&self, task: RunnerTask) -> Result<(), Error> {
        let layout = self.layout();
        if layout == Layout::Diesel {
            return Ok(());
        }
        Err(Error::Refused {
            message: format!(
                "these migrations are {layout}'s (format in autogen.toml), which keeps itself what is applied"
            ),
            advice: Advice::UseRunner { layout, task },
        })
    }

    /// Refuses what is done to files in Diesel's layout alone.
    pub(crate) fn must_be_in_own_layout(&self, what: &str, advice: Advice) -> Result<(), Error> {
        match self.layout() {
            Layout::Diesel => Ok(()),
            layout @ (Layout::Sqlx
            | Layout::Dbmate
            | Layout::GolangMigrate
            | Layout::Refinery
            | Layout::RusqliteMigration) => Err(Error::Refused {
                message: format!(
                    "{what} is for migrations in Diesel's layout, and these are {layout}'s (format in autogen.toml)"
                ),
                advice,
            }),
        }
    }

    /// What a session is told before migrations run in it, besides what always holds.
    pub fn session(&self, dialect: Dialect) -> Option<&'static str> {
        let is_off = self.settings.foreign_key_checks == Some(false);
        (is_off && dialect == Dialect::Mysql).then_some("SET SESSION foreign_key_checks = 0")
    }

    /// The kind of database that the project is for: of the one that is named, as the settings say, or of the server that
    /// scratch databases are made on.
    ///
    /// # Errors
    /// When nothing tells.
    pub fn dialect(&self) -> Result<Dialect, Error> {
        let stated = self.settings.dialect.map(Dialect::from);
        let of_scratch = || match &self.scratch {
            ScratchPlace::Url(url) => Some(url.dialect()),
            ScratchPlace::Target | ScratchPlace::Local(_) => None,
        };
        let known = self.database.as_ref().map(DatabaseUrl::dialect).or(stated).or_else(of_scratch);
        known.ok_or_else(|| {
            Error::usage("nothing tells which kind of database this is for", Advice::NameDialect)
        })
    }

    /// What the meaning of a model hangs on beside its text.
    pub(crate) fn meaning(&self) -> String {
        format!("{:?} {:?} {:?}", self.scope, self.code, self.scratch)
    }

    /// How to make scratch databases for a dialect.
    pub(crate) fn scratch(&self, dialect: Dialect, target: Option<&DatabaseUrl>) -> ScratchOptions {
        let target = target.or(self.database.as_ref()).filter(|url| url.dialect() == dialect).cloned();
        ScratchOptions { dialect, target, place: self.scratch.clone(), limits: self.limits, code: self.code }
    }

    /// Begins with a scratch database that will be asked for in a moment.
    pub(crate) fn make_scratch_ahead(&self, options: &ScratchOptions) {
        self.scratch_ahead.begin(options);
    }

    /// An empty scratch database.
    ///
    /// # Errors
    /// When the server does not allow it.
    pub(crate) fn new_scratch(&self, options: &ScratchOptions) -> Result<Scratch, IntrospectError> {
        self.scratch_ahead.take_or_create(options)
    }

    /// Takes out of a schema what can't be printed as SQL, and says so.
    pub(crate) fn leave_out_unwritable(&self, schema: &mut Schema) {
        schema.take_unwritable().iter().for_each(|object| self.tell(&Event::Unwritable(&object.to_string())));
    }

    /// Takes out of a schema the objects that are not managed, and says so of other tools' tables.
    pub(crate) fn retain_objects(&self, schema: &mut Schema) {
        self.tell_all(&self.scope.retain_objects(schema));
    }
}

/// Reads a URL, and tells what is left out of it.
fn read_url(observer: &dyn Observer, text: &str) -> Result<DatabaseUrl, IntrospectError> {
    tell_driver(observer, text);
    DatabaseUrl::parse(text)
}

/// Tells, with `-v`, that the driver of a URL of SQLAlchemy is left out.
pub(crate) fn tell_driver(observer: &dyn Observer, text: &str) {
    let Some(driver) = DatabaseUrl::driver(text) else { return };
    observer.tell(&Event::Diagnostic(&Diagnostic {
        severity: Severity::Detail,
        subject: None,
        message: format!("the driver {driver} in the database URL is left out; autogen has its own"),
        help: None,
    }));
}

/// What a server of this schema's release can do.
pub(crate) const fn capabilities(schema: &Schema) -> Capabilities {
    Capabilities::of(schema.dialect, schema.version)
}

/// The settings say what the migrations are for, so a database of another kind is the wrong one.
fn dialect_is_the_stated(settings: &Settings, url: &DatabaseUrl) -> Result<(), Error> {
    match settings.dialect.map(Dialect::from) {
        Some(stated) if stated != url.dialect() => Err(Error::usage(
            format!(
                "autogen.toml says that the project is for {}, and {url} is a database of {}",
                stated.name(),
                url.dialect().name()
            ),
            Advice::NameOtherDatabaseOrSettings,
        )),
        Some(_) | None => Ok(()),
    }
}

/// A tool may be for one kind of database alone.
fn layout_is_for(layout: Layout, dialect: Dialect) -> Result<(), Error> {
    match layout.only_dialect() {
        Some(only) if only != dialect => Err(Error::usage(
            format!("{layout} (format in autogen.toml) is for {} alone", only.name()),
            Advice::NameOtherDatabaseOrSettings,
        )),
        Some(_) | None => Ok(()),
    }
}

/// What is left to others must be told from what is not.
fn aspects_are_apart(settings: &Settings, dialect: Dialect) -> Result<(), Error> {
    match settings.manage.unmanaged().find(|(_, aspect)| !aspect.is_separable_on(dialect)) {
        None => Ok(()),
        Some((name, _)) => Err(Error::usage(
            format!("autogen.toml: manage.{name} can't be left to others on {}", dialect.name()),
            Advice::RemoveManageLine,
        )),
    }
}

/// Flags beat the environment, which beats the file.
fn scratch_place(
    observer: &dyn Observer,
    overrides: &Overrides,
    settings: &Settings,
    root: &Path,
) -> Result<ScratchPlace, Error> {
    let place = |choice: ScratchChoice| match choice {
        ScratchChoice::Server => ScratchPlace::Target,
        ScratchChoice::Local => ScratchPlace::Local(Lifetime::Process),
        ScratchChoice::Warm => ScratchPlace::Local(Lifetime::Warm),
    };
    let url = |text: String| read_url(observer, &text).map(ScratchPlace::Url);
    if let Some(choice) = overrides.scratch {
        return Ok(place(choice));
    }
    let named = overrides.scratch_url.clone().or_else(|| dotenv::variable("AUTOGEN_SCRATCH_URL", root));
    match (named, &settings.scratch_url, settings.scratch) {
        (Some(text), _, _) => Ok(url(text)?),
        (None, Some(text), _) => Ok(url(text.clone())?),
        (None, None, Some(choice)) => Ok(place(choice)),
        (None, None, None) => Ok(ScratchPlace::Target),
    }
}

/// What scratch databases may use: what the settings say, or else the usual limits.
fn limits(settings: &Settings) -> Limits {
    let usual = Limits::default();
    Limits {
        time: settings.scratch_timeout.map_or(usual.time, Duration::from_secs),
        size: settings.scratch_size.map_or(usual.size, |mebibytes| mebibytes << 20),
    }
}

fn find_upwards(start: &Path, name: &str) -> Option<PathBuf> {
    start.ancestors().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// A folder as the user would write it from here, where that is shorter.
fn relative_root(folder: &Path) -> PathBuf {
    match std::env::current_dir() {
        Ok(current) if current == folder => PathBuf::from("."),
        Ok(_) | Err(_) => folder.to_owned(),
    }
}

/// A path without a leading `./`.
pub(crate) fn clean(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}
