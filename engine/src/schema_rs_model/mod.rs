//! A `schema.rs` as the model: what it states is laid over the schema that is there, and what it can't state stays as
//! it is. The difference between what Diesel would print now and what the file says is what has to be done.

mod created;
mod edit;
mod mysql;
mod postgres;
mod sql_files;
mod sqlite;
mod sqlite_key;

use std::path::{Path, PathBuf};

use autogen_codegen::quote::Quoter;
use autogen_diesel_schema::{Edit, SchemaFile, Table, edits, read};
use autogen_diff_core::model::{Aspect, Constraint};
use autogen_diff_core::object::ObjectId;
use autogen_diff_core::{Dialect, Schema};
use autogen_introspect::load::{self, Loaded};
use autogen_introspect::{SchemaSource, ScratchOptions};

use self::edit::{SchemaRsEdit, column_name, name_in};
use self::sql_files::FullyManaged;
use crate::advice::Advice;
use crate::error::Error;
use crate::project::Project;
use crate::{rebuilt, schema_rs, structs};

/// A model that begins with a `schema.rs`, and the SQL files that are laid over it.
#[derive(Clone, Copy)]
pub(crate) struct Model<'a> {
    path: &'a Path,
    sql_files: &'a [PathBuf],
}

/// The model, when a source is one.
pub(crate) fn model_of(source: &SchemaSource) -> Option<Model<'_>> {
    match source {
        SchemaSource::Model(paths) => {
            let (path, sql_files) = paths.split_first()?;
            let is_rust = path.extension().is_some_and(|extension| extension == "rs");
            (is_rust && structs::of(source).is_none()).then_some(Model { path, sql_files })
        }
        SchemaSource::Program(..)
        | SchemaSource::Database(_)
        | SchemaSource::Migrations(_)
        | SchemaSource::Snapshot(..) => None,
    }
}

impl Model<'_> {
    /// For messages.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The schema that it declares for a database that is now like another schema. What is renamed is
    /// not known here, so the caller asks whether it can stand.
    pub(crate) fn declared(
        &self,
        project: &Project,
        now: &Schema,
        options: &ScratchOptions,
    ) -> Result<(Schema, Loaded), Error> {
        // Foreign keys are stated by `joinable!`, and none is dropped for being silent.
        let whole = project.settings.manage.whole();
        let aspects: Vec<Aspect> = whole.filter(|aspect| *aspect != Aspect::ForeignKeys).collect();
        if self.sql_files.is_empty() && aspects.is_empty() {
            return Ok((declared(project, now, self.path, options)?, Loaded::default()));
        }
        let mut files = Vec::new();
        for path in self.sql_files {
            files.extend(load::sql_files(path)?);
        }
        let types = sql_files::types(&files, options)?;
        let with_types = types.added_to(now);
        let declared = declared(project, &with_types, self.path, options)?;
        let tables = self.stated()?.tables.iter().map(|table| name_in(now, table)).collect();
        sql_files::merge_sql_files(project, declared, &types.rest, options, &FullyManaged { tables, aspects })
    }

    /// What the file says.
    fn stated(&self) -> Result<SchemaFile, Error> {
        stated(self.path)
    }

    /// Nothing may lean on what the files take away: a view of a column that goes, say.
    pub(crate) fn check_dependents(&self, now: &Schema, declared: &Schema) -> Result<(), Error> {
        let is_part = |id: &ObjectId| matches!(id, ObjectId::Table(_) | ObjectId::Column(..));
        let is_gone = |id: &&ObjectId| is_part(id) && now.contains(id) && !declared.contains(id);
        let leaning =
            declared.dependencies.iter().filter(|(user, _)| !is_part(user) && declared.contains(user));
        let found = leaning.filter_map(|(user, needs)| Some((user, needs.iter().find(is_gone)?)));
        let lines: Vec<String> = found.map(|(user, need)| format!("{user} needs {need}")).collect();
        if lines.is_empty() {
            return Ok(());
        }
        Err(Error::Refused {
            message: format!("{} takes away what others need: {}", self.name(), lines.join("; ")),
            advice: Advice::DeclareOrDropDependents,
        })
    }
}

/// What a file says.
fn stated(path: &Path) -> Result<SchemaFile, Error> {
    read(&fs_err::read_to_string(path)?).map_err(|error| {
        let place = format!("{}:{}:{}", path.display(), error.line, error.column);
        Error::usage(format!("{place}: {}", error.message), Advice::WriteSchemaRsAsPrinted)
    })
}

/// The schema that a file declares for a database that is now like another schema.
fn declared(project: &Project, now: &Schema, path: &Path, options: &ScratchOptions) -> Result<Schema, Error> {
    let mut stated = stated(path)?;
    let printed = schema_rs::for_file(project, now, path)?;
    let mut found =
        read(&printed).map_err(|error| Error::usage(error.to_string(), Advice::CheckPatchFile))?;
    // A table that gets its first key is there already; one that stays without is not the file's.
    let is_stated = |table: &Table| stated.tables.iter().any(|other| other.sql_name == table.sql_name);
    found.tables.extend(schema_rs::keyless(project, now, path)?.into_iter().filter(is_stated));
    let joins = stated.joinables.clone();
    if project.settings.manage.aspect(Aspect::ForeignKeys) != Some(true) {
        // Diesel joins along what is no foreign key too.
        stated.joinables.clear();
    }
    let mut edits = edits(&found, &stated, now.dialect);
    edits.retain(|edit| !is_foreign_key_there(now, edit));
    if edits.is_empty() {
        return Ok(now.clone());
    }
    let mut work = SchemaRsEdit {
        now,
        path,
        joins,
        quoter: Quoter::new(now.dialect, None),
        scratch: rebuilt::build(project, now, options)?,
    };
    let mut declared = match now.dialect {
        Dialect::Postgres => postgres::declared(&mut work, &edits),
        Dialect::Mysql => mysql::declared(&mut work, &edits),
        Dialect::Sqlite => sqlite::declared(&mut work, &edits),
    }?;
    declared.default_namespace.clone_from(&now.default_namespace);
    Ok(declared)
}

/// Whether a foreign key is there already. Diesel prints none where a table has two to the same parent.
fn is_foreign_key_there(now: &Schema, edit: &Edit) -> bool {
    let Edit::AddForeignKey(child, column, parent) = edit else { return false };
    let (column, parent) = (column_name(now, &column.sql_name), name_in(now, parent));
    let child = now.table(&name_in(now, child));
    let mut keys = child.into_iter().flat_map(|child| &child.constraints).filter_map(Constraint::foreign_key);
    keys.any(|key| key.columns == std::slice::from_ref(&column) && key.target == parent)
}
