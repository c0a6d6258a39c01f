//! A schema as it is printed: SQL, Diesel's tables, or the catalog's facts as JSON.

use autogen_codegen::{RenderOptions, plan, render};
use autogen_diff_core::model::Table;
use autogen_diff_core::{Pair, QualifiedName, Schema, diff};
use autogen_introspect::SchemaSource;
use autogen_report::picture::Picture;

use crate::advice::Advice;
use crate::error::Error;
use crate::project::{Project, capabilities};
use crate::schema_rs;

impl Project {
    /// A schema as the statements that make it in an empty database.
    ///
    /// # Errors
    /// When it can't be read, or there is no order to make it in.
    pub fn schema_sql(&self, source: &SchemaSource) -> Result<String, Error> {
        let mut schema = self.read(source, &self.scratch_of(source)?)?.schema;
        let mut empty = schema.emptied_as_new();
        if self.is_set_up {
            self.scope.retain_own(&mut schema);
            self.scope.retain_own(&mut empty);
        } else {
            schema.owners.clear();
        }
        self.leave_out_unwritable(&mut schema);
        to_sql(Pair::new(&empty, &schema))
    }

    /// A schema as Diesel's `schema.rs`.
    ///
    /// # Errors
    /// When it can't be read, or Diesel's settings are wrong.
    pub fn schema_rust(&self, source: &SchemaSource) -> Result<String, Error> {
        let origin = self.read_whole(source, &self.scratch_of(source)?)?;
        self.tell_all(&origin.loaded.diagnostics);
        schema_rs::first(self, &origin.schema)
    }

    /// A schema as a snapshot, which is a source as well.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn schema_json(&self, source: &SchemaSource) -> Result<String, Error> {
        let schema = self.read_whole(source, &self.scratch_of(source)?)?.schema;
        Ok(autogen_introspect::snapshot::to_text(&schema)?)
    }

    /// A picture of a schema, or of some of its tables with their neighbours.
    ///
    /// # Errors
    /// When it can't be read, or has no table of a name.
    pub fn schema_picture(&self, source: &SchemaSource, around: &[String]) -> Result<Picture, Error> {
        let schema = self.read(source, &self.scratch_of(source)?)?.schema;
        let named = |word: &String| {
            let is_named =
                |table: &&Table| table.name.to_string() == *word || table.name.name.as_str() == word.as_str();
            let found = schema.tables().find(is_named).map(|table| table.name.clone());
            found.ok_or_else(|| Error::usage(format!("there is no table {word}"), Advice::NameTable))
        };
        let around: Vec<QualifiedName> = around.iter().map(named).collect::<Result<_, _>>()?;
        Ok(Picture::of_schema(&schema, &around))
    }

    fn scratch_of(&self, source: &SchemaSource) -> Result<autogen_introspect::ScratchOptions, Error> {
        self.scratch_for(&Pair::new(source.clone(), source.clone()))
    }
}

/// The statements that make a schema in an empty database.
pub(crate) fn to_sql(pair: Pair<&Schema>) -> Result<String, Error> {
    let plan = plan(&diff(pair), pair, &[], &capabilities(pair.to))?;
    let options =
        RenderOptions { default_namespace: pair.to.default_namespace.clone(), ..RenderOptions::default() };
    let texts: Vec<String> =
        render(&plan, pair, &options)?.iter().map(autogen_codegen::Script::to_sql).collect();
    Ok(texts.join("\n"))
}
