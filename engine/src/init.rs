//! Sets a project up: settings, a migrations folder, and a model read from the database.

use std::path::{Path, PathBuf};

use autogen_codegen::{RenderOptions, Script, plan, render};
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::{Dialect, Pair, Schema, diff};
use autogen_introspect::{DatabaseUrl, Origin, SchemaSource};
use autogen_migration_files::{
    AGREEMENT_FILE, Fingerprints, Header, Layout, SUM_FILE, let_version_control_merge, next_version,
    write_migrations,
};
use autogen_runner::MigrationDirectory;

use crate::advice::Advice;
use crate::applied;
use crate::error::Error;
use crate::managed_scope::leave_out_other_tools;
use crate::migration_file::planned_files;
use crate::observer::Event;
use crate::printed::to_sql;
use crate::project::{Project, capabilities};
use crate::settings::dialect_word;
use crate::{schema_rs, settings, structs};

const EMPTY_MODEL: &str = "-- The schema that the database shall have, as plain SQL.\n\
    -- Edit it, then run: autogen -m \"what changed\"\n";

/// What to set up.
#[derive(Clone, Debug)]
pub struct InitRequest {
    /// The model: an SQL file or a folder, a crate's root with structs, or a schema.rs.
    pub model: PathBuf,
    /// The migrations folder; what Diesel's settings say, or the usual one, without it.
    pub migrations: Option<PathBuf>,
    /// The tool that the migrations are for; what the folder tells without it.
    pub format: Option<Layout>,
}

/// What there was when a project was set up, which tells what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstStep {
    /// The database is empty, or none is named.
    Edit,
    /// A baseline was written, and the database has what it makes.
    StampBaseline(Layout),
    /// There were migrations, which are applied.
    EditFurther,
    /// There were migrations, and none is recorded in the database: up to which it may have them.
    Stamp {
        /// The newest of them.
        newest: String,
        /// Whose they are.
        layout: Layout,
    },
}

impl Project {
    /// Writes settings, a migrations folder, and a model read from the database, all in the folder that it was discovered from.
    ///
    /// # Errors
    /// When there are settings already, or a file can't be written.
    pub fn init(&self, request: &InitRequest) -> Result<FirstStep, Error> {
        let file = self.folder.join(settings::FILE);
        if file.exists() {
            return Err(Error::usage(
                format!("{} is there already", file.display()),
                Advice::EditOrRemoveSettings,
            ));
        }
        let model = &self.folder.join(&request.model);
        if !model.exists() && structs::is_root(model) {
            return Err(Error::usage(format!("there is no {}", model.display()), Advice::WriteStructs));
        }
        let live = live_schema(self)?;
        let (layout, migrations) = layout_and_folder(self, request)?;
        if !model.exists() {
            write_model(self, model, live.as_ref())?;
        }
        fs_err::create_dir_all(&migrations)?;
        for file in [SUM_FILE, AGREEMENT_FILE] {
            let_version_control_merge(&migrations, file)?;
        }
        let directory = layout.read(&migrations)?;
        let has_migrations = !directory.migrations.is_empty();
        if let Some(schema) = live.as_ref().filter(|_| !has_migrations) {
            let path = baseline(&directory, schema)?;
            self.tell(&Event::WroteBaseline(&path));
        }
        let dialect = self.database.as_ref().map(DatabaseUrl::dialect);
        fs_err::write(&file, settings_text(&request.model, (layout, self.below(&migrations)), dialect))?;
        self.tell(&Event::Wrote(&file));
        first_step(self, live.is_some(), &directory)
    }
}

impl Project {
    /// A path as the settings have it, from their folder.
    fn below<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.folder).unwrap_or(path)
    }
}

/// Writes the first model: what the database has, or what is to be filled in.
fn write_model(project: &Project, model: &Path, live: Option<&Schema>) -> Result<(), Error> {
    let is_rust = model.extension().is_some_and(|extension| extension == "rs");
    let text = match live {
        Some(schema) if is_rust => schema_rs::first(project, schema)?,
        None if is_rust => String::new(),
        Some(schema) => to_sql(Pair::new(&schema.emptied_as_new(), schema))?,
        None => EMPTY_MODEL.to_owned(),
    };
    if let Some(folder) = model.parent() {
        fs_err::create_dir_all(folder)?;
    }
    fs_err::write(model, text)?;
    project.tell(&Event::WroteModel(model));
    Ok(())
}

fn first_step(
    project: &Project,
    is_filled: bool,
    directory: &MigrationDirectory,
) -> Result<FirstStep, Error> {
    if !is_filled {
        return Ok(FirstStep::Edit);
    }
    let (Some(newest), Some(_)) = (directory.head(), &project.database) else {
        return Ok(FirstStep::StampBaseline(directory.layout));
    };
    let dialect = project.database_url()?.dialect();
    let history = project.ask(|connection| applied::read(directory, dialect, connection))?;
    if !history.applied.is_empty() {
        return Ok(FirstStep::EditFurther);
    }
    Ok(FirstStep::Stamp { newest: newest.name.clone(), layout: directory.layout })
}

/// Whose migrations they are, and where: what was asked for, or what a folder at one of the usual places tells.
fn layout_and_folder(project: &Project, request: &InitRequest) -> Result<(Layout, PathBuf), Error> {
    let is_go = project.folder.join("go.mod").is_file();
    let found_in = |path: &Path| match path.is_dir() {
        true => Layout::found_in(path, is_go),
        false => Ok(None),
    };
    if let Some(path) = &request.migrations {
        let path = project.folder.join(path);
        let layout = request.format.map_or_else(|| found_in(&path), |format| Ok(Some(format)))?;
        return Ok((layout.unwrap_or_default(), path));
    }
    let of_diesel = || (Layout::Diesel, migrations_path(project));
    match request.format {
        Some(Layout::Diesel) => Ok(of_diesel()),
        Some(format) => Ok((format, project.folder.join(format.usual_folder()))),
        None => {
            for layout in Layout::ALL {
                let path = project.folder.join(layout.usual_folder());
                match found_in(&path)? {
                    None | Some(Layout::Diesel) => {}
                    Some(found) => return Ok((found, path)),
                }
            }
            Ok(of_diesel())
        }
    }
}

/// The migrations folder of Diesel: what the settings of Diesel say, or a folder of this kind of database in `migrations`.
fn migrations_path(project: &Project) -> PathBuf {
    let named = settings::diesel_migrations(&project.folder);
    let usual = project.folder.join(named.unwrap_or_else(|| PathBuf::from("migrations")));
    let holds_migrations =
        |path: &Path| MigrationDirectory::read(path).is_ok_and(|directory| !directory.migrations.is_empty());
    let names: &[&str] = match project.database.as_ref().map(DatabaseUrl::dialect) {
        Some(Dialect::Postgres) => &["postgresql", "postgres", "pg"],
        Some(Dialect::Mysql) => &["mysql", "mariadb"],
        Some(Dialect::Sqlite) => &["sqlite", "sqlite3"],
        None => &[],
    };
    if holds_migrations(&usual) {
        return usual;
    }
    let own = names.iter().map(|name| usual.join(name)).find(|path| holds_migrations(path));
    own.unwrap_or(usual)
}

/// The schema of the database, when one is named and it holds anything.
fn live_schema(project: &Project) -> Result<Option<Schema>, Error> {
    let Some(url) = &project.database else { return Ok(None) };
    let source = SchemaSource::Database(url.clone());
    let Origin { mut schema, loaded } = source.read(&project.scratch(url.dialect(), None))?;
    project.tell_all(&loaded.diagnostics);
    // What `init` writes leaves grants out, so the model does too.
    schema.privileges.clear();
    schema.owners.clear();
    project.tell_all(&leave_out_other_tools(&mut schema));
    project.leave_out_unwritable(&mut schema);
    let nothing = schema.holds_nothing();
    Ok((!nothing).then_some(schema))
}

/// Writes the migration that makes what is there.
fn baseline(directory: &MigrationDirectory, schema: &Schema) -> Result<PathBuf, Error> {
    let layout = directory.layout;
    let empty = schema.emptied();
    let options =
        RenderOptions { default_namespace: schema.default_namespace.clone(), ..RenderOptions::default() };
    let script = |pair: Pair<&Schema>| -> Result<Script, Error> {
        let plan = plan(&diff(pair), pair, &[], &capabilities(schema))?;
        let first = render(&plan, pair, &options)?.into_iter().next();
        first.ok_or_else(|| Error::NotProven("a schema that is not empty has statements".to_owned()))
    };
    let (up, down) = (script(Pair::new(&empty, schema))?, script(Pair::new(schema, &empty))?);
    let version = match layout {
        Layout::Diesel => "0000-01-01-000000-0000".to_owned(),
        Layout::Sqlx
        | Layout::Dbmate
        | Layout::GolangMigrate
        | Layout::Refinery
        | Layout::RusqliteMigration => next_version(directory),
    };
    let header = Header {
        message: "baseline".to_owned(),
        version: version.clone(),
        fingerprints: Some(Fingerprints { before: fingerprint(&empty), after: fingerprint(schema) }),
        ..Header::default()
    };
    let name = layout.name(&version, "baseline");
    let path = directory.path.join(layout.entry(&name));
    write_migrations(layout, &directory.path, &[(name, planned_files(&header, &up, &down))])?;
    Ok(path)
}

fn settings_text(model: &Path, (layout, migrations): (Layout, &Path), dialect: Option<Dialect>) -> String {
    let quoted = |path: &Path| toml::Value::from(path.to_string_lossy().into_owned());
    let dialect = match dialect {
        Some(dialect) => format!("dialect = \"{}\"", dialect_word(dialect)),
        None => "# dialect = \"postgres\"".to_owned(),
    };
    let migrations = match layout {
        Layout::Diesel => {
            format!("# Where migrations are, in Diesel's layout.\nmigrations = {}", quoted(migrations))
        }
        Layout::Sqlx
        | Layout::Dbmate
        | Layout::GolangMigrate
        | Layout::Refinery
        | Layout::RusqliteMigration => format!(
            "# Where migrations are, and whose: diesel (autogen upgrade), sqlx, dbmate, golang-migrate, refinery or\n# rusqlite-migration.\n\
             migrations = {}\nformat = \"{layout}\"",
            quoted(migrations)
        ),
    };
    format!(
        "# Settings of autogen. The database is named by DATABASE_URL, also in .env.\n\n\
         # The schema that the database shall have: an SQL file or a folder of them, a crate's root with structs, or a schema.rs.\n\
         model = {}\n\n\
         {migrations}\n\n\
         # The kind of database: postgres, mysql (MariaDB too) or sqlite.\n\
         {dialect}\n\n\
         # Tables and the like that are never touched; * stands for anything.\n\
         # ignore = [\"legacy_*\"]\n\n\
         # The PostgreSQL schemas to manage; all without it.\n\
         # namespaces = [\"public\"]\n\n\
         [manage]\n\
         # Privileges are left alone unless this is true.\n\
         grants = false\n\
         # So are owners.\n\
         owners = false\n",
        quoted(model)
    )
}
