//! Changes in the form in which nobody waits: a path of schemas between the current one and the declared one, each step of
//! which is a migration like any other (PostgreSQL's manual, ALTER TABLE and CREATE INDEX).
//!
//! The path is found from its end: each form gives the schema that stands before its last step.

mod contract;
mod fill;
mod index;
mod key;
mod partition;
mod replacement;
mod required;
mod swap;
mod validation;

use std::collections::BTreeSet;

use autogen_diff_core::diff::change::{TableAlteration, TableChange};
use autogen_diff_core::model::Table;
use autogen_diff_core::{Change, Dialect, ObjectId, Pair, QualifiedName, Schema, diff};

pub(crate) use fill::Fill;
pub(crate) use replacement::Group;

use crate::draft::DraftInput;
use crate::plan::{Plan, PlanOptions};

/// A part of a change that is made online.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnlineStep {
    /// What takes an instant, and what has no online form.
    Expand,
    /// New rows get a value in a new column.
    SetDefault,
    /// The other rows get theirs, in batches.
    Fill,
    /// A column that is filled takes no new NULL.
    AddCheck,
    /// Rows are looked at while they are written.
    Validate,
    /// Columns take no NULL any more, which a check proves.
    Require,
    /// An index is built while rows are written.
    BuildIndex,
    /// What is said of an index once it is there: its comment, its statistics targets.
    DescribeIndex,
    /// Indexes become keys.
    UseIndex,
    /// An index is dropped while rows are written.
    DropIndex,
    /// A table becomes a partition, which a check proves.
    Attach,
    /// Checks are dropped that said what the bound of a partition says.
    DropBoundCheck,
    /// Columns take the names of those that they replace.
    Swap,
    /// Columns that were replaced are dropped.
    DropReplaced,
    /// What only programs of the old release use is dropped.
    Contract,
}

/// The last steps from the last to the first.
const LAST: [OnlineStep; 4] =
    [OnlineStep::Contract, OnlineStep::DropIndex, OnlineStep::DropBoundCheck, OnlineStep::Attach];

/// Those before columns are replaced, from the last to the first, but for those of columns that are filled and the first one.
const FIRST: [OnlineStep; 5] = [
    OnlineStep::UseIndex,
    OnlineStep::DescribeIndex,
    OnlineStep::BuildIndex,
    OnlineStep::Require,
    OnlineStep::Validate,
];

/// Where a step leads.
pub(crate) struct OnlineStage {
    pub(crate) step: OnlineStep,
    pub(crate) end: Schema,
    pub(crate) means: Means,
}

/// How a step is made.
pub(crate) enum Means {
    /// By the plan between two schemas.
    Plan,
    /// By rows that get values, which changes no schema.
    Fill(Fill),
    /// By columns that change their names.
    Swap(Group),
}

impl OnlineStage {
    pub(crate) const fn new(step: OnlineStep, end: Schema) -> Self {
        Self { step, end, means: Means::Plan }
    }
}

/// The steps between two schemas, in order. Renames are made by the first of them, which is none that runs in no transaction.
pub(crate) fn path(input: &DraftInput, options: PlanOptions) -> Vec<OnlineStage> {
    let schemas = Pair::new(&input.renamed, &input.to);
    let mut path = Vec::new();
    let mut end = schemas.to.clone();
    if schemas.to.dialect == Dialect::Postgres {
        lead_there(&mut path, schemas.from, &mut end, &LAST);
        if options.current_is_live {
            replace(&mut path, schemas.from, &mut end);
        }
        let with_columns = end.clone();
        lead_there(&mut path, schemas.from, &mut end, &FIRST);
        if let Some((stages, before)) = filled(Pair::new(schemas.from, &with_columns), &end) {
            path.extend(stages);
            end = before;
        }
    }
    if !input.renames.is_empty() || !diff(Pair::new(schemas.from, &end)).is_empty() {
        path.push(OnlineStage::new(OnlineStep::Expand, end));
    }
    path.reverse();
    path
}

/// Adds steps from the last to the first; the end is the schema before them.
fn lead_there(path: &mut Vec<OnlineStage>, from: &Schema, end: &mut Schema, steps: &[OnlineStep]) {
    for step in steps {
        while let Some(before) = step.before(Pair::new(from, end)) {
            path.push(OnlineStage::new(*step, std::mem::replace(end, before)));
        }
    }
}

/// The same for the steps in which columns are replaced that are there.
fn replace(path: &mut Vec<OnlineStage>, from: &Schema, end: &mut Schema) {
    for group in Group::all(Pair::new(from, end)) {
        let Some(with_old) = group.before_drop(end, from) else { continue };
        let unvalidated = group.before_validation(&with_old);
        let swapped = unvalidated.as_ref().unwrap_or(&with_old);
        let Some(before) = group.before_swap(swapped, from) else { continue };
        let swap =
            OnlineStage { means: Means::Swap(group), ..OnlineStage::new(OnlineStep::Swap, swapped.clone()) };
        path.push(OnlineStage::new(OnlineStep::DropReplaced, std::mem::replace(end, before)));
        path.extend(unvalidated.is_some().then(|| OnlineStage::new(OnlineStep::Validate, with_old)));
        path.push(swap);
    }
}

/// The steps of new columns that are filled, the last one first, and the schema before them.
fn filled(schemas: Pair<&Schema>, end: &Schema) -> Option<(Vec<OnlineStage>, Schema)> {
    let fills = fill::fills(schemas);
    let with_default = fill::before_check(end, &fills)?;
    let before = fill::before_default(&with_default, &fills)?;
    let differ = |from: &Schema, to: &Schema| !diff(Pair::new(from, to)).is_empty();
    let mut stages = Vec::new();
    stages.extend(differ(&with_default, end).then(|| OnlineStage::new(OnlineStep::AddCheck, end.clone())));
    let of_fill = |fill: Fill| OnlineStage {
        means: Means::Fill(fill),
        ..OnlineStage::new(OnlineStep::Fill, with_default.clone())
    };
    stages.extend(fills.into_iter().rev().map(of_fill));
    let sets_default = differ(&before, &with_default);
    stages.extend(sets_default.then(|| OnlineStage::new(OnlineStep::SetDefault, with_default)));
    Some((stages, before))
}

impl OnlineStep {
    /// What it does, in a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::SetDefault => "set default",
            Self::Fill => "fill",
            Self::AddCheck => "add check",
            Self::Validate => "validate",
            Self::Require => "set not null",
            Self::BuildIndex => "build index",
            Self::DescribeIndex => "describe index",
            Self::UseIndex => "add key",
            Self::DropIndex => "drop index",
            Self::Attach => "attach partition",
            Self::DropBoundCheck => "drop bound check",
            Self::Swap => "swap",
            Self::DropReplaced => "drop replaced column",
            Self::Contract => "contract",
        }
    }

    /// The schema before it; nothing where it has nothing to do.
    fn before(self, schemas: Pair<&Schema>) -> Option<Schema> {
        match self {
            Self::Expand
            | Self::SetDefault
            | Self::Fill
            | Self::AddCheck
            | Self::Swap
            | Self::DropReplaced => None,
            Self::Validate => validation::before(schemas),
            Self::Require => required::before(schemas),
            Self::BuildIndex => index::before_build(schemas),
            Self::DescribeIndex => index::before_description(schemas),
            Self::UseIndex => key::before(schemas),
            Self::DropIndex => index::before_drop(schemas),
            Self::Attach => partition::before_attach(schemas),
            Self::DropBoundCheck => partition::before_drop_check(schemas),
            Self::Contract => contract::before(schemas),
        }
    }

    /// A plan of the step, in the form in which it is made.
    pub(crate) fn in_form(self, plan: Plan) -> Plan {
        match self {
            Self::BuildIndex | Self::DropIndex => plan.concurrently(),
            Self::Expand
            | Self::SetDefault
            | Self::Fill
            | Self::AddCheck
            | Self::Validate
            | Self::Require
            | Self::DescribeIndex
            | Self::UseIndex
            | Self::Attach
            | Self::DropBoundCheck
            | Self::Swap
            | Self::DropReplaced
            | Self::Contract => plan,
        }
    }
}

/// The tables that both sides have, differently.
fn altered_tables(schemas: Pair<&Schema>) -> Vec<TableAlteration> {
    let of_table = |change: Change| match change.table()? {
        TableChange::Alter(alteration) => Some(alteration.clone()),
        TableChange::Create(_) | TableChange::Drop(_) => None,
    };
    diff(schemas).changes.into_iter().filter_map(of_table).collect()
}

/// Whether other tables have a part of what a table has: its partitions, and those that inherit from it.
fn is_parent(schema: &Schema, table: &QualifiedName) -> bool {
    schema.tables().any(|other| {
        let own = other.postgres();
        own.inherits.contains(table) || own.partition_of.as_ref().is_some_and(|place| place.parent == *table)
    })
}

/// Whether a table stands alone, before and after: it is partitioned by nothing, and is made of no other one and of no type.
fn stands_alone(schemas: Pair<&Schema>, table: &QualifiedName) -> bool {
    let is_alone = |schema: &Schema| {
        schema.table(table).is_none_or(|table| {
            let own = table.postgres();
            let is_part =
                own.partition_key.is_some() || own.partition_of.is_some() || !own.inherits.is_empty();
            !is_part && own.of_type.is_none() && !is_parent(schema, &table.name)
        })
    };
    is_alone(schemas.from) && is_alone(schemas.to)
}

/// A name among those of its namespace.
type Name = (String, Option<String>);

/// The names that relations have, of which no two are the same within a namespace, and those of whatever else has one.
fn names(schema: &Schema) -> BTreeSet<Name> {
    let of_tables = schema.tables().flat_map(names_of_table);
    let of_identities = schema.identity_sequences().into_iter().map(name);
    schema.objects().filter_map(|id| schema.name_of(&id)).chain(of_tables).chain(of_identities).collect()
}

/// The names of a table, its indexes and its keys.
fn names_of_table(table: &Table) -> impl Iterator<Item = Name> {
    let keys = table.constraints.iter().filter(|own| own.key().is_some() || own.is_exclusion());
    let keys = keys.filter_map(|own| own.name.as_ref());
    let parts = keys.chain(table.indexes.keys()).map(|own| name(&table.name.sibling(own.clone())));
    std::iter::once(name(&table.name)).chain(parts)
}

fn name(name: &QualifiedName) -> Name {
    (name.name.as_str().to_owned(), name.namespace.as_ref().map(|namespace| namespace.as_str().to_owned()))
}

/// Whether nothing but its table needs an object, so that it may come later.
fn is_needed_by_nothing(schema: &Schema, id: &ObjectId) -> bool {
    schema.dependants(id).next().is_none()
}

/// Takes an object's comment and the rest of what hangs on it along.
fn forget(schema: &mut Schema, id: &ObjectId) {
    schema.comments.remove(id);
    schema.extension_dependencies.remove(id);
    schema.dependencies.remove(id);
}
