//! `autogen.toml`, and what is read from `diesel.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::ManagedScope;
use crate::advice::Advice;
use autogen_codegen::Online;
use autogen_diff_core::Dialect;
use autogen_diff_core::model::Aspect;
use autogen_migration_files::{FileTemplate, HistoryPlace, Layout};
use autogen_sql_text::{CompatibleServer, redact_connection};
use serde::Deserialize;
use serde_aux::serde_introspection::serde_introspect;

use crate::error::Error;
use crate::fleet_settings::{FleetSettings, FleetTable};

/// The settings file's name.
pub(crate) const FILE: &str = "autogen.toml";

/// `autogen.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Settings {
    /// Where the declared schema is.
    pub(crate) model: Option<ModelSource>,
    /// The name that several files had before `model` took them.
    sources: Option<Vec<PathBuf>>,
    /// The name that a program had before `model` took it.
    source: Option<ProgramSource>,
    /// Whether the model stands under a key from before.
    #[serde(skip)]
    pub(crate) names_model_as_before: bool,
    /// The migrations folder.
    pub(crate) migrations: Option<PathBuf>,
    /// The kind of database, for when none is named.
    pub(crate) dialect: Option<DialectChoice>,
    /// The tool that the migrations are for.
    #[serde(default)]
    pub(crate) format: Layout,
    /// What folders of migrations are called.
    #[serde(default)]
    pub(crate) file_template: FileTemplate,
    /// The database, when neither a flag nor the environment names it.
    pub(crate) database_url: Option<String>,
    /// The server that the migrations are for, where it only speaks the language of one.
    pub(crate) flavor: Option<CompatibleServer>,
    /// Where scratch databases are made: `server` or `local`.
    pub(crate) scratch: Option<ScratchChoice>,
    /// Where scratch databases are made, when not on the database's own server.
    pub(crate) scratch_url: Option<String>,
    /// Seconds that a batch of statements may take in a scratch database.
    pub(crate) scratch_timeout: Option<u64>,
    /// Mebibytes that a scratch database may grow to.
    pub(crate) scratch_size: Option<u64>,
    /// Whether a model may hold statements that run code: `DO`, `CALL`, `SELECT`.
    #[serde(default)]
    pub(crate) allow_code: bool,
    /// The namespaces (PostgreSQL schemas) that are managed; all without it.
    pub(crate) namespaces: Option<Vec<String>>,
    /// Tables, views and the like that are never touched; `*` stands for anything.
    #[serde(default)]
    pub(crate) ignore: Vec<String>,
    /// What is managed beyond structure.
    #[serde(default)]
    pub(crate) manage: Manage,
    /// What becomes of an upgrade of a schema that somebody else changed.
    #[serde(default)]
    pub(crate) drift: DriftChoice,
    /// What becomes of changes that programs would wait for.
    #[serde(default)]
    pub(crate) online: OnlineChoice,
    /// In whose words a migration makes what a model states as text.
    #[serde(default)]
    pub(crate) words: WordsChoice,
    /// The file of sizes and rates that estimates go by, when it is not `stats.json`.
    pub(crate) stats: Option<PathBuf>,
    /// Whether MySQL and MariaDB check foreign keys while migrations run.
    pub(crate) foreign_key_checks: Option<bool>,
    /// Commands around an upgrade.
    #[serde(default)]
    pub(crate) hooks: Hooks,
    /// How structs are read.
    #[serde(default)]
    pub(crate) rust: RustModels,
    /// Names of constraints and indexes, by kind.
    #[serde(default)]
    pub(crate) naming: BTreeMap<String, String>,
    /// Many databases with these migrations, by the fleet's name.
    #[serde(default)]
    pub(crate) fleet: BTreeMap<String, FleetSettings>,
}

/// The `[rust]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct RustModels {
    /// SQL types of the project's own types, by name or path.
    #[serde(default)]
    pub(crate) types: BTreeMap<String, String>,
    /// Whether documentation is the comment of tables and columns.
    #[serde(default)]
    pub(crate) doc_comments: bool,
}

/// What becomes of an upgrade of a schema that is not what the last one left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DriftChoice {
    /// It is refused.
    #[default]
    Refuse,
    /// It is told.
    Warn,
}

/// What becomes of changes that programs would wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnlineChoice {
    /// They are made, and announced.
    Off,
    /// The safer form stands beside them.
    #[default]
    Hint,
    /// They are made in the safer form, in several migrations, as `--online` does.
    Split,
}

/// In whose words a migration makes views, routines, triggers, policies, checks and defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WordsChoice {
    /// In the model's, where the server makes the same of them.
    #[default]
    Model,
    /// As the server spells them.
    Server,
}

impl From<OnlineChoice> for Online {
    fn from(choice: OnlineChoice) -> Self {
        match choice {
            OnlineChoice::Off => Self::Off,
            OnlineChoice::Hint => Self::Hint,
            OnlineChoice::Split => Self::Split,
        }
    }
}

/// The kind of database that a project is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DialectChoice {
    /// PostgreSQL.
    #[serde(alias = "postgresql")]
    Postgres,
    /// MySQL or MariaDB.
    #[serde(alias = "mariadb")]
    Mysql,
    /// SQLite.
    Sqlite,
}

impl From<DialectChoice> for Dialect {
    fn from(choice: DialectChoice) -> Self {
        match choice {
            DialectChoice::Postgres => Self::Postgres,
            DialectChoice::Mysql => Self::Mysql,
            DialectChoice::Sqlite => Self::Sqlite,
        }
    }
}

/// The word for a kind of database in the settings.
pub(crate) const fn dialect_word(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "postgres",
        Dialect::Mysql => "mysql",
        Dialect::Sqlite => "sqlite",
    }
}

/// What `model` names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "model is a path, a list of paths, or { command = [...] }")]
pub(crate) enum ModelSource {
    /// An SQL file, a folder of them, a crate's root with structs, or a schema.rs.
    Path(PathBuf),
    /// Several of them, each laid over those before it.
    Paths(Vec<PathBuf>),
    /// A program that prints the declared schema.
    Program(ProgramSource),
}

/// `{ command = [...] }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct ProgramSource {
    /// The program and its arguments.
    pub(crate) command: Vec<String>,
}

/// Where scratch databases are made, when no URL says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScratchChoice {
    /// On the database's own server.
    Server,
    /// On a throw-away server of this machine.
    Local,
    /// On one that stays for the next command.
    Warm,
}

/// The `[manage]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Manage {
    /// What no schema.rs tells of.
    #[serde(flatten)]
    pub(crate) beside: Beside,
    /// Whether an aspect is managed: false never, true also where a schema.rs is silent about it.
    #[serde(flatten)]
    aspects: BTreeMap<String, bool>,
}

/// The keys of `[manage]` that are no aspects of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Beside {
    /// Compare and write privileges.
    #[serde(default)]
    pub(crate) grants: bool,
    /// Compare and write owners.
    #[serde(default)]
    pub(crate) owners: bool,
    /// Manage the tables in which other migration tools keep what they applied.
    #[serde(default)]
    pub(crate) other_tools: bool,
}

impl Settings {
    /// Takes the model from where it stands.
    fn with_one_model(mut self, path: &Path) -> Result<Self, Error> {
        let before = [
            self.sources.take().filter(|paths| !paths.is_empty()).map(ModelSource::Paths),
            self.source.take().map(ModelSource::Program),
        ];
        for model in before.into_iter().flatten() {
            if self.model.is_some() {
                return Err(Error::usage(
                    format!("{}: model, sources and source name the model in several ways", path.display()),
                    Advice::KeepModelSettingOnly,
                ));
            }
            self.names_model_as_before = true;
            self.model = Some(model);
        }
        Ok(self)
    }

    /// What is managed; without a settings file, all that two schemas have.
    pub(crate) fn managed_scope(&self, is_outside_of_project: bool) -> ManagedScope {
        ManagedScope {
            namespaces: self.namespaces.clone(),
            ignore: self.ignore.clone(),
            other_tools: self.manage.beside.other_tools,
            own_history: match self.format.history_place() {
                HistoryPlace::Table(table) => Some(table),
                HistoryPlace::Runner | HistoryPlace::UserVersion => None,
            },
            grants: self.manage.beside.grants,
            owners: self.manage.beside.owners,
            unmanaged_aspects: self.manage.unmanaged().map(|(_, aspect)| aspect).collect(),
            is_outside_of_project,
        }
    }
}

impl Manage {
    /// What the settings say of an aspect.
    pub(crate) fn aspect(&self, aspect: Aspect) -> Option<bool> {
        let (name, _) = Aspect::ALL.iter().find(|(_, found)| *found == aspect)?;
        self.aspects.get(*name).copied()
    }

    /// The aspects that are managed of all tables of a schema.rs.
    pub(crate) fn whole(&self) -> impl Iterator<Item = Aspect> {
        let all = Aspect::ALL.into_iter().map(|(_, aspect)| aspect);
        all.filter(|aspect| self.aspect(*aspect) == Some(true))
    }

    /// The keys that are no aspect.
    fn unknown(&self) -> impl Iterator<Item = &String> {
        self.aspects.keys().filter(|name| !Aspect::ALL.iter().any(|(known, _)| known == name))
    }

    /// The aspects that others look after.
    pub(crate) fn unmanaged(&self) -> impl Iterator<Item = (&'static str, Aspect)> {
        Aspect::ALL.into_iter().filter(|(_, aspect)| self.aspect(*aspect) == Some(false))
    }
}

/// The `[hooks]` table: a program and its arguments each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Hooks {
    /// Runs first.
    #[serde(default)]
    pub(crate) backup: Vec<String>,
    /// Runs before the first migration.
    #[serde(default)]
    pub(crate) before: Vec<String>,
    /// Runs after the last one.
    #[serde(default)]
    pub(crate) after: Vec<String>,
}

/// Reads a settings file.
pub(crate) fn read(path: &Path) -> Result<Settings, Error> {
    let text = fs_err::read_to_string(path)?;
    let wrong = |error: &toml::de::Error| {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        // A value that is wrong may be a URL with its password.
        let message = redact_connection(error.message());
        Error::usage(format!("{}{line}: {message}", path.display()), Advice::CorrectSettingsLine)
    };
    let mut unknown = Vec::new();
    let parsed = toml::Deserializer::parse(&text).map_err(|error| wrong(&error))?;
    let read: Result<Settings, _> = serde_ignored::deserialize(parsed, |key| unknown.push(key.to_string()));
    // A key that nobody knows explains best why one that is needed has the wrong kind of value.
    let settings = read.map_err(|error| wrong(&error));
    if let Ok(settings) = &settings {
        unknown.extend(settings.manage.unknown().map(|name| format!("manage.{name}")));
    }
    match unknown.first() {
        Some(key) => Err(unknown_key(path, &text, key)),
        None => settings?.with_one_model(path),
    }
}

/// An unknown key, with the known one that it is most like.
fn unknown_key(path: &Path, text: &str, key: &str) -> Error {
    let (table, name) = key.rsplit_once('.').map_or(("", key), |(table, name)| (table, name));
    let known = match table {
        "" => serde_introspect::<Settings>().to_vec(),
        "hooks" => serde_introspect::<Hooks>().to_vec(),
        "rust" => serde_introspect::<RustModels>().to_vec(),
        "manage" => {
            let aspects = Aspect::ALL.map(|(name, _)| name);
            serde_introspect::<Beside>().iter().copied().chain(aspects).collect()
        }
        fleet if fleet.starts_with("fleet.") => serde_introspect::<FleetTable>().to_vec(),
        _ => serde_introspect::<ProgramSource>().to_vec(),
    };
    let shown = redact_connection(key);
    // The part before a dot may be a piece of a password.
    let prefix = if table.is_empty() || shown != key { String::new() } else { format!("{table}.") };
    let is_here = |line: &str| line.trim_start().trim_start_matches('"').starts_with(name);
    let line = text.lines().position(is_here);
    let line = line.map(|line| format!(":{}", line + 1)).unwrap_or_default();
    Error::usage(
        format!("{}{line}: unknown setting {shown}", path.display()),
        Advice::UseSetting { name: format!("{prefix}{}", nearest(name, &known)) },
    )
}

/// The known word that is most like another.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> &'a str {
    let like = |candidate: &str| strsim::jaro_winkler(word, candidate);
    known.iter().copied().max_by(|a, b| like(a).total_cmp(&like(b))).unwrap_or_default()
}

/// What `diesel.toml` says that concerns us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct DieselToml {
    #[serde(default)]
    migrations_directory: MigrationsDirectory,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct MigrationsDirectory {
    dir: Option<PathBuf>,
}

/// The migrations folder that `diesel.toml` in a folder names.
pub(crate) fn diesel_migrations(root: &Path) -> Option<PathBuf> {
    let text = fs_err::read_to_string(root.join("diesel.toml")).ok()?;
    let parsed: DieselToml = toml::from_str(&text).ok()?;
    parsed.migrations_directory.dir
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that `docs/settings.md` has in the first column of its tables.
    fn documented() -> Vec<String> {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/settings.md");
        let page = fs_err::read_to_string(page).expect("the page");
        let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
        let keys = cells.flat_map(|cell| cell.split(", ")).map(|key| key.trim_matches('`').to_owned());
        keys.collect()
    }

    #[test]
    fn the_page_of_settings_has_each_key_once() {
        let below = |table: &str, keys: &[&str]| -> Vec<String> {
            keys.iter().map(|key| format!("{table}.{key}")).collect()
        };
        let tables = ["manage", "hooks", "rust", "naming", "fleet"];
        let is_plain = |key: &&str| !tables.contains(key) && !["sources", "source"].contains(key);
        let top = serde_introspect::<Settings>().iter().copied().filter(is_plain);
        let mut known: Vec<String> = top.map(str::to_owned).collect();
        known.extend(below("manage", serde_introspect::<Beside>()));
        known.extend(below("manage", &Aspect::ALL.map(|(name, _)| name)));
        known.extend(below("hooks", serde_introspect::<Hooks>()));
        known.extend(below("rust", serde_introspect::<RustModels>()));
        known.extend(below("naming", &["ix", "uq", "ck", "fk", "pk"]));
        known.extend(below("fleet.NAME", serde_introspect::<FleetTable>()));
        let mut documented = documented();
        known.sort();
        documented.sort();
        assert_eq!(documented, known);
    }
}
