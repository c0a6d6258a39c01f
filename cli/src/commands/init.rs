//! `autogen init`: settings, a migrations folder, and a model read from the database.

use autogen_codegen::migration_file::{Header, files};
use autogen_codegen::{RenderOptions, Script, plan, render};
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::{Pair, Schema, diff};
use autogen_introspect::{Origin, Source};
use autogen_runner::MigrationDirectory;

use super::schema;
use crate::args::InitArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::folders::write_folders;
use crate::output;
use crate::project::{Project, capabilities};
use crate::{schema_rs, settings, structs};

const EMPTY_MODEL: &str = "-- The schema that the database shall have, as plain SQL.\n\
    -- Edit it, then run: autogen -m \"what changed\"\n";

pub(crate) fn run(project: &Project, args: &InitArgs) -> Result<Exit, CliError> {
    let root = std::path::Path::new("");
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
    let migrations = args.migrations.clone().unwrap_or_else(|| project.migrations_path());
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
    let has_migrations = !MigrationDirectory::read(&migrations)?.migrations.is_empty();
    if let Some(schema) = live.as_ref().filter(|_| !has_migrations) {
        let name = baseline(&migrations, schema)?;
        output::status("Wrote", &format!("{}, what the database has now", migrations.join(name).display()));
    }
    fs_err::write(&file, settings_text(&args.model, &migrations))?;
    output::status("Wrote", &file.display().to_string());
    match (&live, has_migrations) {
        (Some(_), false) => {
            output::hint("the database has these objects already: run `autogen stamp head` once")
        }
        (Some(_), true) => output::hint("edit the model, then run `autogen -m \"what changed\"`"),
        (None, _) => {
            output::hint(&format!("edit {}, then run `autogen -m \"first tables\"`", args.model.display()));
        }
    }
    Ok(Exit::Success)
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
    Project::leave_out_unwritable(&mut schema);
    let nothing = diff(Pair::new(&schema.emptied(), &schema)).is_empty();
    Ok((!nothing).then_some(schema))
}

/// Writes the migration that makes what is there.
fn baseline(path: &std::path::Path, schema: &Schema) -> Result<String, CliError> {
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
    };
    let name = format!("{version}_baseline");
    write_folders(path, &[(name.clone(), files(&header, &up, &down))])?;
    Ok(name)
}

fn settings_text(model: &std::path::Path, migrations: &std::path::Path) -> String {
    let quoted = |path: &std::path::Path| toml::Value::from(path.to_string_lossy().into_owned());
    format!(
        "# Settings of autogen. The database is named by DATABASE_URL, also in .env.\n\n\
         # The schema that the database shall have: an SQL file or a folder of them, a crate's root with structs, or a schema.rs.\n\
         model = {}\n\n\
         # Where migrations are, in Diesel's layout.\n\
         migrations = {}\n\n\
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
