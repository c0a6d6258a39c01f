//! An edited model, read by what changed in it: the statements of the changed parts, and of those that their meaning may reach,
//! run on top of what they lean on; everything else is what the model was found equal to before the edit.
//!
//! A part is all statements about one name: a table with its indexes, comments and triggers, a view, a type, a routine. What a
//! statement means hangs on what it names and on what the catalog records that it leans on, in a model that runs in the order
//! in which it stands. Whatever could mean more (code that runs, operators) is left to the whole way, and so is every failure.

mod model;
mod names;
mod scope;

use std::collections::BTreeSet;

use autogen_codegen::RenderOptions;
use autogen_diff_core::text::normalized::normalized;
use autogen_diff_core::{Dialect, Pair, Schema, diff};
use autogen_introspect::load::{self, SourceFile};
use autogen_introspect::{Origin, ScratchOptions};
use autogen_migration_files::ModelParts;

pub(crate) use self::model::ModelStatements;
use self::scope::{Edit, Scope};
use crate::error::Error;
use crate::joined::Joined as _;
use crate::observer::Event;
use crate::project::Project;
use crate::rebuilt;

/// How often what turns out to have changed, too, is taken along.
const ROUNDS: usize = 3;

/// What a model declares, by what changed since it was found equal to a schema of its database; nothing where that can't be done.
///
/// `known` is the model as it was then, and `current` the schema as it was read.
pub(crate) fn declared(
    project: &Project,
    known: &ModelParts,
    current: &Schema,
    model: &ModelStatements,
    scratch: &ScratchOptions,
) -> Option<Origin> {
    let whole = project.scope.own(current);
    read(project, &Edit { known, model, whole: &whole }, scratch, whole.count() / 2)
}

/// Takes a model apart while something else is read.
pub(crate) fn apart_beside<T: Send>(
    dialect: Dialect,
    files: &[SourceFile],
    read: impl FnOnce() -> Result<T, Error>,
) -> Result<(T, Option<ModelStatements>), Error> {
    std::thread::scope(|scope| {
        let model = scope.spawn(|| ModelStatements::of(dialect, files));
        let read = read();
        let model = model.joined();
        Ok((read?, model))
    })
}

impl Project {
    /// What an edited model declares, by what changed in it since it made a schema in the order in which it stands; nothing where
    /// only the whole of it tells. What it gives is what the whole would be.
    pub fn declared_by_edit(
        &self,
        known: Pair<&[SourceFile]>,
        schema: &Schema,
        scratch: &ScratchOptions,
    ) -> Option<Schema> {
        let models = known.map(|files| ModelStatements::of(schema.dialect, files));
        let (before, model) = (models.from?, models.to?);
        let known =
            ModelParts { model: String::new(), meaning: String::new(), hashes: before.hashes().clone() };
        let edit = Edit { known: &known, model: &model, whole: schema };
        read(self, &edit, scratch, usize::MAX).map(|origin| origin.schema)
    }
}

/// Reads an edit that takes no more than `most` objects. A failure is none of the model's: the whole way tells what is wrong.
fn read(project: &Project, edit: &Edit<'_>, scratch: &ScratchOptions, most: usize) -> Option<Origin> {
    let mut changed = BTreeSet::new();
    for _ in 0..ROUNDS {
        let scope = Scope::of(edit, &changed, most)?;
        let origin = make(project, edit, &scope, scratch)?;
        let unforeseen = scope.unforeseen(edit.whole, &project.scope.own(&origin.schema))?;
        if unforeseen.is_empty() {
            project.tell(&Event::ReadInPart { parts: scope.parts.len(), of: edit.model.count() });
            return Some(origin);
        }
        changed.extend(unforeseen);
    }
    None
}

/// Runs the statements of a scope on its ground.
fn make(project: &Project, edit: &Edit<'_>, scope: &Scope, options: &ScratchOptions) -> Option<Origin> {
    let ground = scope.closure.ground(edit.whole);
    let mut scratch = rebuilt::build_with(project, &ground, options, &RenderOptions::default()).ok()?;
    let loaded = load::load(&mut scratch, &edit.model.files_of(&scope.parts)).ok()?;
    // What is left out without the others' statements may run with them.
    if !loaded.is_in_order || !loaded.diagnostics.is_empty() {
        return None;
    }
    let made = scratch.introspect().ok()?;
    if scope.displaces(&ground, &made) {
        return None;
    }
    let stays = project.scope.own(&scope.closure.ground(&made));
    let ground = project.scope.own(&ground);
    let is_sound = diff(normalized(Pair::new(&ground, &stays)).as_ref()).is_empty();
    let schema = is_sound.then(|| scope.closure.remade(edit.whole, &made))?;
    let Schema { role, version, default_namespace, notes, .. } = made;
    Some(Origin::new(Schema { role, version, default_namespace, notes, ..schema }, loaded))
}
