//! SQL that is laid over a `schema.rs`: what it states of a table is managed there, by aspect (its indexes, its checks,
//! its defaults …); what neither file states stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::definition_kind::DefinitionKind;
use autogen_diff_core::model::{Aspect, Constraint, ConstraintKind, Definition, Index, Table};
use autogen_diff_core::object::ObjectId;
use autogen_diff_core::{Dialect, Ident, QualifiedName, Schema, Shared};
use autogen_introspect::load::{self, Loaded, SourceFile};
use autogen_introspect::{Scratch, ScratchOptions};
use autogen_sql_text::{SourceStatement, VerbClass};

use super::created::Created;
use crate::error::Error;
use crate::project::Project;
use crate::rebuilt;

/// Types and the like, which the columns of the `schema.rs` may be of.
pub(super) struct Types {
    /// The schema that they alone make.
    made: Schema,
    /// The files without them.
    pub(super) rest: Vec<SourceFile>,
}

/// What is managed as a whole, though no file may state any of it: the tables of the `schema.rs`, by the aspects that the
/// settings name.
pub(super) struct FullyManaged {
    pub(super) tables: BTreeSet<QualifiedName>,
    pub(super) aspects: Vec<Aspect>,
}

impl FullyManaged {
    fn of(&self, table: &QualifiedName) -> impl Iterator<Item = Aspect> {
        let is_in = self.tables.contains(table);
        self.aspects.iter().copied().filter(move |_| is_in)
    }

    fn has(&self, table: &QualifiedName, aspect: Aspect) -> bool {
        self.of(table).any(|found| found == aspect)
    }

    /// Whether a comment is of one of the tables or its parts.
    fn has_comment(&self, id: &ObjectId) -> bool {
        let owner = id.owner();
        let ObjectId::Table(table) = owner.as_ref().unwrap_or(id) else { return false };
        self.has(table, Aspect::Comments)
    }
}

/// Makes what the files state of types, extensions and schemas, whatever order it is in.
pub(super) fn types(files: &[SourceFile], options: &ScratchOptions) -> Result<Types, Error> {
    let mut scratch = Scratch::create(options)?;
    let dialect = scratch.dialect();
    let mut open: Vec<SourceStatement> = Vec::new();
    for file in files {
        open.extend(load::statements(dialect, file)?.into_iter().filter(|found| is_type(dialect, found)));
    }
    let all = open.clone();
    loop {
        let before = open.len();
        open.retain(|statement| scratch.execute(&statement.text).is_err());
        if open.is_empty() || open.len() == before {
            break;
        }
    }
    // What could not be made alone hangs on tables, and is made with them.
    let is_made = |statement: &SourceStatement| {
        all.iter().any(|made| made.text == statement.text)
            && !open.iter().any(|left| left.text == statement.text)
    };
    let without = |file: &SourceFile| load::without(scratch.dialect(), file, &is_made);
    let rest = files.iter().map(without).collect::<Result<_, _>>()?;
    Ok(Types { made: scratch.introspect()?, rest })
}

fn is_type(dialect: Dialect, statement: &SourceStatement) -> bool {
    let found = statement.classify(dialect);
    let kind = found.object.as_ref().map(|object| object.kind.as_str());
    found.class == VerbClass::Create && matches!(kind, Some("TYPE" | "DOMAIN" | "EXTENSION" | "SCHEMA"))
}

impl Types {
    /// The schema with these types, each as it is stated.
    pub(super) fn added_to(&self, now: &Schema) -> Schema {
        let mut with = now.clone();
        let Schema { objects, dependencies, .. } = self.made.clone();
        let is_type = |id: &ObjectId| {
            matches!(
                id,
                ObjectId::Namespace(_)
                    | ObjectId::Extension(_)
                    | ObjectId::EnumType(_)
                    | ObjectId::Definition(..)
            )
        };
        with.objects.extend(objects.into_iter().filter(|(id, _)| is_type(id)));
        with.dependencies.extend(dependencies);
        with
    }
}

/// Runs the files beside the baseline tables and takes over what they add.
pub(super) fn merge_sql_files(
    project: &Project,
    declared: Schema,
    files: &[SourceFile],
    options: &ScratchOptions,
    whole: &FullyManaged,
) -> Result<(Schema, Loaded), Error> {
    let mut baseline = baseline(&declared);
    for file in files {
        for statement in load::statements(declared.dialect, file)? {
            if let Some(created) = Created::of(declared.dialect, &statement) {
                created.remove_from(&mut baseline);
            }
        }
    }
    let mut scratch = rebuilt::build(project, &baseline, options)?;
    let before = scratch.introspect()?;
    let loaded = load::load_beside(&mut scratch, files)?;
    let after = scratch.introspect()?;
    Ok((merged(declared, &before, &after, whole), loaded))
}

/// The schema without what an SQL file states beside a `schema.rs`.
fn baseline(declared: &Schema) -> Schema {
    let mut baseline = declared.clone();
    baseline.objects.retain(|id, _| !matches!(id, ObjectId::View(_) | ObjectId::MaterializedView(_)));
    baseline.comments.retain(|id, _| matches!(id, ObjectId::Namespace(_)));
    baseline.retain_definitions(|found| !is_stated_with_tables(found.kind));
    for table in baseline.tables_mut() {
        table.indexes.clear();
        if declared.dialect == Dialect::Sqlite {
            // Everything else stands in the text of the table.
            continue;
        }
        let stays = |constraint: &Constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey(_) => true,
            // Another key than the primary one is gone here, and nothing may lean on it.
            ConstraintKind::ForeignKey(key) => declared.table(&key.target).is_some_and(|target| {
                target.primary_key().is_some_and(|(_, primary)| primary.columns == key.target_columns)
            }),
            ConstraintKind::Unique(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => false,
        };
        table.constraints.retain(stays);
        if declared.dialect == Dialect::Postgres {
            for column in &mut table.columns {
                if !column.has_nextval_default() {
                    column.default = None;
                }
            }
        }
    }
    baseline.dependencies.retain(|id, _| bare_has(declared, id));
    baseline
}

/// Indexes and constraints that are gone need nothing.
fn bare_has(declared: &Schema, id: &ObjectId) -> bool {
    match id {
        ObjectId::Index(..) | ObjectId::View(_) | ObjectId::MaterializedView(_) => false,
        ObjectId::Definition(kind, _) => !is_stated_with_tables(*kind),
        _ => declared.contains(id),
    }
}

/// What belongs to tables, and goes with an SQL file that states it.
const fn is_stated_with_tables(kind: DefinitionKind) -> bool {
    matches!(
        kind,
        DefinitionKind::Trigger
            | DefinitionKind::Rule
            | DefinitionKind::Policy
            | DefinitionKind::Statistics
            | DefinitionKind::EventTrigger
            | DefinitionKind::Publication
    )
}

fn merged(mut declared: Schema, before: &Schema, after: &Schema, whole: &FullyManaged) -> Schema {
    declared.comments.retain(|id, _| !whole.has_comment(id));
    for table in after.tables() {
        let name = &table.name;
        match (declared.table_mut(name), before.table(name)) {
            (Some(own), Some(baseline)) => merge_table(own, baseline, table, whole),
            (_, None) | (None, _) => drop(declared.insert(table.clone())),
        }
    }
    merge_definitions(&mut declared, before, after, whole);
    let is_taken = |id: &ObjectId| !matches!(id, ObjectId::Table(_) | ObjectId::Extension(_));
    declared.objects.extend(added(&before.objects, &after.objects).filter(|(id, _)| is_taken(id)));
    declared.comments.extend(added(&before.comments, &after.comments));
    declared.dependencies.extend(added(&before.dependencies, &after.dependencies));
    declared
}

/// What is new or other behind the files.
fn added<K: Ord + Clone, V: PartialEq + Clone>(
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
) -> impl Iterator<Item = (K, V)> {
    let added = after.iter().filter(|(key, value)| before.get(key) != Some(value));
    added.map(|(key, value)| (key.clone(), value.clone()))
}

/// The triggers, say, of a table that the files state any of are all that it has.
fn merge_definitions(declared: &mut Schema, before: &Schema, after: &Schema, whole: &FullyManaged) {
    let is_added = |found: &&Definition| {
        before.definition(&(found.kind, found.identity.clone())).is_none_or(|other| other != *found)
    };
    let added = after.definitions().filter(is_added);
    let mut stated: BTreeSet<(DefinitionKind, ObjectId)> =
        added.filter_map(|found| Some((found.kind, found.parent.clone()?))).collect();
    stated.retain(|(_, parent)| matches!(parent, ObjectId::Table(_)));
    for table in after.tables() {
        let kinds = whole.of(&table.name).filter_map(Aspect::definition);
        stated.extend(kinds.map(|kind| (kind, ObjectId::Table(table.name.clone()))));
    }
    declared.retain_definitions(|found| {
        found.parent.clone().is_none_or(|parent| !stated.contains(&(found.kind, parent)))
    });
}

fn merge_table(own: &mut Table, before: &Table, after: &Table, whole: &FullyManaged) {
    merge_columns(own, before, after, whole);
    merge_indexes(own, before, after, whole);
    for aspect in [Aspect::Uniques, Aspect::Checks, Aspect::Exclusions, Aspect::ForeignKeys] {
        merge_constraints(own, before, after, aspect, whole);
    }
}

/// A column that the files change is what they make of it; once they state a default, the table has no others.
fn merge_columns(own: &mut Table, before: &Table, after: &Table, whole: &FullyManaged) {
    let states_default = |column: &autogen_diff_core::model::Column| {
        before.column(&column.name).is_some_and(|baseline| baseline.default != column.default)
    };
    let defaults_are_stated =
        whole.has(&after.name, Aspect::Defaults) || after.columns.iter().any(states_default);
    for column in &after.columns {
        let is_changed = before.column(&column.name) != Some(column);
        let Some(mine) = own.columns.iter_mut().find(|mine| mine.name == column.name) else { continue };
        if is_changed {
            *mine = column.clone();
        } else if defaults_are_stated {
            mine.default.clone_from(&column.default);
        }
    }
}

/// Once the files state an index, the table has no others but those that a foreign key leans on (MySQL).
fn merge_indexes(own: &mut Table, before: &Table, after: &Table, whole: &FullyManaged) {
    let added: BTreeMap<Ident, Shared<Index>> = after
        .indexes
        .iter()
        .filter(|(name, index)| before.indexes.get(name) != Some(index))
        .map(|(name, index)| (name.clone(), index.clone()))
        .collect();
    if added.is_empty() && !whole.has(&after.name, Aspect::Indexes) {
        return;
    }
    let keys: Vec<&Ident> = own
        .constraints
        .iter()
        .filter_map(Constraint::foreign_key)
        .filter_map(|key| key.columns.first())
        .collect();
    let leads = |index: &Index, column: &Ident| {
        index.keys.first().is_some_and(|key| key.value.column() == Some(column))
    };
    let replaced = |column: &Ident| added.values().any(|index| leads(index, column));
    // Only MySQL wants one, and tells its keys as lines.
    let is_leaned_on = |index: &Index| {
        !index.definition.is_empty() && keys.iter().any(|column| leads(index, column) && !replaced(column))
    };
    own.indexes.retain(|_, index| is_leaned_on(index));
    own.indexes.extend(added.clone());
}

fn merge_constraints(own: &mut Table, before: &Table, after: &Table, aspect: Aspect, whole: &FullyManaged) {
    let of_aspect = |table: &Table| -> Vec<Constraint> {
        table.constraints.iter().filter(|constraint| aspect.has(constraint)).cloned().collect()
    };
    let baseline = of_aspect(before);
    let added: Vec<Constraint> = of_aspect(after).into_iter().filter(|c| !baseline.contains(c)).collect();
    if added.is_empty() && !whole.has(&after.name, aspect) {
        return;
    }
    let same_columns = |constraint: &Constraint| {
        let columns = constraint.foreign_key().map(|key| &key.columns);
        columns.is_some() && added.iter().any(|new| new.foreign_key().map(|key| &key.columns) == columns)
    };
    // A foreign key that `joinable!` states stays, unless the files say more of it.
    own.constraints.retain(|constraint| {
        !aspect.has(constraint) || (aspect == Aspect::ForeignKeys && !same_columns(constraint))
    });
    own.constraints.extend(added.clone());
}
