//! `autogen init`: settings, a migrations folder, and a model read from the database.

use std::path::{Path, PathBuf};

use autogen_codegen::migration_file::{Header, files};
use autogen_codegen::{RenderOptions, Script, plan, render};
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::{Dialect, Pair, Schema, diff};
use autogen_engine::leave_out_other_tools;
use autogen_introspect::{DatabaseUrl, Origin, Source};
use autogen_runner::MigrationDirectory;

use super::{history, schema};
use crate::args::InitArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::folders::{let_version_control_merge, write_folders};
use crate::output;
use crate::project::{Project, capabilities, leave_out_unwritable};
use crate::settings::dialect_word;
use crate::{schema_rs, settings, structs};

const EMPTY_MODEL: &str = "-- The schema that the database shall have, as plain SQL.\n\
    -- Edit it, then run: autogen -m \"what changed\"\n";

pub(crate) fn run(project: &Project, args: &InitArgs) -> Result<Exit, CliError> {
    let root = Path::new("");
    let file = root.join(settings::FILE);
    if file.exists() {
        return Err(CliError::usage(
            format!("{} is there already", file.display()),
            "edit it, or remove it to start again",
        ));
    }
    let is_model_there = args.model.exists();
    if !is_model_there && structs::is_root(&args.model) {
        return Err(CliError::usage(
            format!("there is no {}", args.model.display()),
            "write it with the structs that are the model; `--model src/schema.rs` writes Diesel's tables",
        ));
    }
    let live = live_schema(project)?;
    let migrations = args.migrations.clone().unwrap_or_else(|| migrations_path(project));
    if !is_model_there {
        let is_rust = args.model.extension().is_some_and(|extension| extension == "rs");
        let text = match &live {
            Some(schema) if is_rust => schema_rs::first(project, schema)?,
            None if is_rust => String::new(),
            Some(schema) => schema::to_sql(schema)?,
            None => EMPTY_MODEL.to_owned(),
        };
        if let Some(folder) = args.model.parent() {
            fs_err::create_dir_all(folder)?;
        }
        fs_err::write(&args.model, text)?;
        output::status("Wrote", &format!("{}, the model", args.model.display()));
    }
    fs_err::create_dir_all(&migrations)?;
    let_version_control_merge(&migrations)?;
    let directory = MigrationDirectory::read(&migrations)?;
    let has_migrations = !directory.migrations.is_empty();
    if let Some(schema) = live.as_ref().filter(|_| !has_migrations) {
        let name = baseline(&migrations, schema)?;
        output::status("Wrote", &format!("{}, what the database has now", migrations.join(name).display()));
    }
    let dialect = project.database.as_ref().map(DatabaseUrl::dialect);
    fs_err::write(&file, settings_text(&args.model, &migrations, dialect))?;
    output::status("Wrote", &file.display().to_string());
    output::hint(&next_step(project, args, live.is_some(), &directory)?);
    Ok(Exit::Success)
}

/// What to do after this.
fn next_step(
    project: &Project,
    args: &InitArgs,
    is_filled: bool,
    directory: &MigrationDirectory,
) -> Result<String, CliError> {
    let model = args.model.display();
    if !is_filled {
        return Ok(format!("edit {model}, then run `autogen -m \"first tables\"`"));
    }
    let (Some(newest), Some(_)) = (directory.head(), &project.database) else {
        return Ok("the database has these objects already: run `autogen stamp head` once".to_owned());
    };
    let applied = history::read(project)?;
    if !applied.applied.is_empty() {
        return Ok("edit the model, then run `autogen -m \"what changed\"`".to_owned());
    }
    Ok(format!(
        "the database has tables and no migration is recorded there: if it has what they make up to {}, run `autogen stamp \
         head` once (or `autogen stamp REV`, the newest that it has)",
        newest.name
    ))
}

/// The migrations folder: what the settings of Diesel say, or a folder of this kind of database in `migrations`.
fn migrations_path(project: &Project) -> PathBuf {
    let usual = project.migrations_path();
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
fn live_schema(project: &Project) -> Result<Option<Schema>, CliError> {
    let Some(url) = &project.database else { return Ok(None) };
    let source = Source::Database(url.clone());
    let Origin { mut schema, loaded } = source.read(&project.scratch(url.dialect(), None))?;
    loaded.diagnostics.iter().for_each(output::diagnostic);
    // What `init` writes leaves grants out, so the model does too.
    schema.privileges.clear();
    schema.owners.clear();
    leave_out_other_tools(&mut schema).iter().for_each(output::diagnostic);
    leave_out_unwritable(&mut schema);
    let nothing = diff(Pair::new(&schema.emptied(), &schema)).is_empty();
    Ok((!nothing).then_some(schema))
}

/// Writes the migration that makes what is there.
fn baseline(path: &Path, schema: &Schema) -> Result<String, CliError> {
    let empty = schema.emptied();
    let options =
        RenderOptions { default_namespace: schema.default_namespace.clone(), ..RenderOptions::default() };
    let script = |pair: Pair<&Schema>| -> Result<Script, CliError> {
        let plan = plan(&diff(pair), pair, &[], &capabilities(schema))?;
        let first = render(&plan, pair, &options).into_iter().next();
        first.ok_or_else(|| CliError::NotProven("a schema that is not empty has statements".to_owned()))
    };
    let (up, down) = (script(Pair::new(&empty, schema))?, script(Pair::new(schema, &empty))?);
    let version = "0000-01-01-000000-0000";
    let header = Header {
        message: "baseline".to_owned(),
        version: version.to_owned(),
        parent: None,
        replaces: Vec::new(),
        fingerprints: Some((fingerprint(&empty), fingerprint(schema))),
        proven: false,
        planned: true,
    };
    let name = format!("{version}_baseline");
    write_folders(path, &[(name.clone(), files(&header, &up, &down))])?;
    Ok(name)
}

fn settings_text(model: &Path, migrations: &Path, dialect: Option<Dialect>) -> String {
    let quoted = |path: &Path| toml::Value::from(path.to_string_lossy().into_owned());
    let dialect = match dialect {
        Some(dialect) => format!("dialect = \"{}\"", dialect_word(dialect)),
        None => "# dialect = \"postgres\"".to_owned(),
    };
    format!(
        "# Settings of autogen. The database is named by DATABASE_URL, also in .env.\n\n\
         # The schema that the database shall have: an SQL file or a folder of them, a crate's root with structs, or a schema.rs.\n\
         model = {}\n\n\
         # Where migrations are, in Diesel's layout.\n\
         migrations = {}\n\n\
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
        quoted(model),
        quoted(migrations)
    )
}
