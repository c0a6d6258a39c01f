//! Two schemas side by side: what differs, as a project sees it.

use autogen_codegen::report::{self, Entry};
use autogen_codegen::{Estimator, RenderOptions, Script, Statement, plan_with, render};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::{Change, ObjectChange, Pair, Schema, SchemaDiff, diff};
use autogen_introspect::load::{Loaded, SourceFile};
use autogen_introspect::source::declared;
use autogen_introspect::{Origin, SchemaSource, ScratchOptions};
use autogen_sql_text::RenameHint;

use crate::advice::Advice;
use crate::agreement::{self, Found, Known};
use crate::error::Error;
use crate::joined::Joined as _;
use crate::observer::Event;
use crate::project::{Project, capabilities};
use crate::{compare, draft, edited, flavor, renames, schema_rs_model};

/// Two sides that can be compared, the first one after the renames, and what differs.
#[derive(Debug)]
pub struct Comparison {
    /// None where they are known to be equal, and were not read for it.
    schemas: Option<Pair<Schema>>,
    /// That nothing differs, if it was found out and holds for the next time.
    pub(crate) agreement: Option<Found>,
    /// The renames that are declared and not made yet.
    renames: Vec<Rename>,
    differences: SchemaDiff,
}

impl Project {
    /// Compares two sources. `renames` are as `--rename` takes them: `old=new` for a table, `table.old=table.new` for a column.
    ///
    /// # Errors
    /// When a source can't be read, or a rename is none.
    pub fn compare(&self, sources: &Pair<SchemaSource>, renames: &[String]) -> Result<Comparison, Error> {
        let scratch = self.scratch_for(sources)?;
        let model = self.model_files(&sources.to, scratch.dialect)?;
        let from = match agreement::known(self, sources, model.as_deref())? {
            Known::Equal if renames.is_empty() => return Ok(Comparison::equal()),
            Known::Read(read) => Some(read),
            Known::Equal | Known::Nothing => None,
        };
        let sides = read_sides(self, sources, from, model.as_deref(), &scratch)?;
        let (is_silent, is_in_order) = (sides.is_silent, sides.is_in_order);
        let before = self.is_set_up.then(|| sides.schemas.from.clone());
        let (schemas, renames) = behind_renames(self, sources, sides, renames, &scratch)?;
        let mut differences = diff(schemas.as_ref());
        if !self.is_set_up {
            leave_out_versions(self, &mut differences);
        }
        let is_equal = differences.is_empty() && renames.is_empty() && is_silent;
        let agreement = match before.filter(|_| is_equal) {
            Some(from) => agreement::of(self, sources, &from, model.as_deref(), is_in_order)?,
            None => None,
        };
        Ok(Comparison { schemas: Some(schemas), agreement, renames, differences })
    }

    /// Scratch databases are made on the server of whichever side is a database.
    pub(crate) fn scratch_for(&self, sources: &Pair<SchemaSource>) -> Result<ScratchOptions, Error> {
        let url = |source: &SchemaSource| match source {
            SchemaSource::Database(url) => Some(url.clone()),
            SchemaSource::Model(_)
            | SchemaSource::Program(..)
            | SchemaSource::Migrations(_)
            | SchemaSource::Snapshot(..) => None,
        };
        let named = url(&sources.from).or_else(|| url(&sources.to));
        let dialects = sources.as_ref().map(SchemaSource::dialect);
        if let (Some(from), Some(to)) = (dialects.from, dialects.to)
            && from != to
        {
            return Err(Error::usage(
                format!("{} can't be compared with {}", from.name(), to.name()),
                Advice::CompareSameDialect,
            ));
        }
        let dialect = dialects.from.or(dialects.to);
        let dialect = dialect.map_or_else(|| self.dialect(), Ok)?;
        Ok(self.scratch(dialect, named.as_ref()))
    }
}

impl Comparison {
    /// Two sides that are known to be equal.
    fn equal() -> Self {
        let differences = SchemaDiff::default();
        Self { schemas: None, agreement: None, renames: Vec::new(), differences }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty() && self.renames.is_empty()
    }

    /// What differs, one entry an object.
    pub fn entries(&self) -> Vec<Entry> {
        let Some(schemas) = &self.schemas else { return Vec::new() };
        report::entries(schemas.to.dialect, &self.renames, &self.differences)
    }

    /// The statements that take the first side to the second; empty when nothing differs.
    ///
    /// # Errors
    /// When there is no plan.
    pub fn to_sql(&self, project: &Project) -> Result<String, Error> {
        Ok(self.scripts(project)?.iter().map(Script::to_sql).collect())
    }

    /// The statements of the same SQL, each with what it locks and its hazards.
    ///
    /// # Errors
    /// When there is no plan.
    pub fn statements(&self, project: &Project) -> Result<Vec<Statement>, Error> {
        Ok(self.scripts(project)?.into_iter().flat_map(|script| script.statements).collect())
    }

    fn scripts(&self, project: &Project) -> Result<Vec<Script>, Error> {
        let Some(schemas) = self.schemas.as_ref().map(Pair::as_ref) else { return Ok(Vec::new()) };
        let facts = capabilities(schemas.from);
        let plan = plan_with(&self.differences, schemas, &self.renames, &facts, project.plan_options)?;
        let mut scripts = render(&plan, schemas, &RenderOptions::default())?;
        if let Some(estimator) = project.stats().and_then(|stats| Estimator::of(stats, &self.renames)) {
            scripts.iter_mut().for_each(|script| estimator.annotate(script));
        }
        scripts.iter().try_for_each(|script| flavor::must_take_one(project.settings.flavor, script))?;
        Ok(scripts)
    }
}

/// Outside of a project only what a dump would show is compared, and no dump names the
/// versions of extensions: they are told instead.
fn leave_out_versions(project: &Project, differences: &mut SchemaDiff) {
    differences.changes.retain(|change| match change {
        Change::Extension(ObjectChange::Alter(pair)) if pair.from.namespace == pair.to.namespace => {
            project.tell(&Event::OtherVersion(pair.as_ref()));
            false
        }
        _ => true,
    });
}

/// Renames what flags and hints say, and makes the sides comparable.
fn behind_renames(
    project: &Project,
    sources: &Pair<SchemaSource>,
    sides: Sides,
    flags: &[String],
    scratch: &ScratchOptions,
) -> Result<(Pair<Schema>, Vec<Rename>), Error> {
    let Sides { schemas, hints, .. } = sides;
    let told = renames::DeclaredRenames { flags, hints: &hints };
    let renames = renames::declared(project, schemas.as_ref(), &told, scratch)?;
    let Pair { from, mut to } = schemas;
    let from = draft::renamed(project, &from, &renames, scratch)?;
    if let (Some(model), false) = (schema_rs_model::model_of(&sources.to), renames.is_empty()) {
        (to, _) = model.declared(project, &from, scratch)?;
    }
    Ok((compare::prepare(project, Pair::new(from, to), scratch)?, renames))
}

/// Two sides as they were read, and the hints about renames on the second one.
struct Sides {
    schemas: Pair<Schema>,
    hints: Vec<RenameHint>,
    /// Whether there was nothing to tell about the second one.
    is_silent: bool,
    /// Whether it ran in the order in which it stands.
    is_in_order: bool,
}

impl Sides {
    fn new(schemas: Pair<Schema>, loaded: Loaded) -> Self {
        let is_silent = loaded.is_silent();
        Self { schemas, hints: loaded.hints, is_silent, is_in_order: loaded.is_in_order }
    }
}

/// Reads both sides, as far as they were not read before: `from`, and the SQL of the second one.
fn read_sides(
    project: &Project,
    sources: &Pair<SchemaSource>,
    from: Option<Origin>,
    model: Option<&[SourceFile]>,
    scratch: &ScratchOptions,
) -> Result<Sides, Error> {
    // What a schema.rs declares hangs on what the other side is.
    if let Some(model) = schema_rs_model::model_of(&sources.to) {
        let from = project.read(&sources.from, scratch)?.schema;
        let (to, loaded) = model.declared(project, &from, scratch)?;
        project.tell_all(&loaded.diagnostics);
        model.check_dependents(&from, &to)?;
        return Ok(Sides::new(Pair::new(from, to), loaded));
    }
    if let Some(model) = schema_rs_model::model_of(&sources.from) {
        let to = project.read(&sources.to, scratch)?;
        let (from, loaded) = model.declared(project, &to.schema, scratch)?;
        project.tell_all(&loaded.diagnostics);
        return Ok(Sides::new(Pair::new(from, to.schema), to.loaded));
    }
    let mut from = from;
    if let Some(files) = model.filter(|_| matches!(sources.from, SchemaSource::Database(_)))
        && agreement::possible_parts(project)?.is_some()
    {
        project.make_scratch_ahead(scratch);
        let read = || from.map_or_else(|| project.read(&sources.from, scratch), Ok);
        let (read, model) = edited::apart_beside(scratch.dialect, files, read)?;
        let known = agreement::known_parts(project, &sources.from, &read.schema)?;
        let edited = |(known, model)| edited::declared(project, &known, &read.schema, &model, scratch);
        if let Some(to) = known.zip(model).and_then(edited) {
            let to = project.managed(to);
            return Ok(Sides::new(Pair::new(read.schema, to.schema), to.loaded));
        }
        from = Some(read);
    }
    std::thread::scope(|scope| {
        let from = scope.spawn(|| from.map_or_else(|| project.read(&sources.from, scratch), Ok));
        let to = match model {
            Some(files) => {
                let made = project.new_scratch(scratch).and_then(|scratch| declared(scratch, files));
                made.map(|read| project.managed(read)).map_err(Error::from)
            }
            None => project.read(&sources.to, scratch),
        };
        let from = from.joined();
        // A model that is wrong is told before a database that is not there.
        let (to, from) = (to?, from?);
        Ok(Sides::new(Pair::new(from.schema, to.schema), to.loaded))
    })
}
