//! What is to be done, object by object, before it has an order.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName};

use super::Refusal;
use super::inherit::Stuck;
use super::operation::{
    ColumnOperation, ConstraintOperation, IndexOperation, Operation, PartitionOperation, TypeOperation,
};
use super::replace_type_in_use::ReplacedType;

/// What is done to one object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ObjectPlan {
    pub(super) drop: Option<Operation>,
    pub(super) create: Option<Operation>,
    pub(super) alters: Vec<Operation>,
}

impl ObjectPlan {
    /// Whether the whole object is dropped, and not a part of it.
    pub(super) const fn drops_object(&self) -> bool {
        match &self.drop {
            None
            | Some(
                Operation::Column(ColumnOperation::DropDefault { .. } | ColumnOperation::DropIdentity { .. })
                | Operation::Partition(PartitionOperation::Detach { .. }),
            ) => false,
            Some(_) => true,
        }
    }

    /// Dropped and made again.
    pub(super) const fn is_recreated(&self) -> bool {
        self.drop.is_some() && self.create.is_some()
    }
}

/// What is done to all objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ObjectPlans {
    pub(super) plans: BTreeMap<ObjectId, ObjectPlan>,
    /// Comments and privileges, which hang on objects.
    pub(super) attachments: BTreeMap<(ObjectId, AttachmentKind), Operation>,
    /// Types in use that a new one takes the place of.
    pub(super) swaps: BTreeMap<ObjectId, ReplacedType>,
    /// Columns of partitions and inheritance children that go and come with their parent's.
    pub(super) remade_below: BTreeSet<ObjectId>,
    /// Columns whose `NOT NULL` changes only together with that of all their parents.
    pub(super) stuck: Stuck,
    /// What can't be done.
    pub(super) refusals: Vec<Refusal>,
}

/// What hangs on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AttachmentKind {
    Comment,
    ExtensionDependency,
    TakenPrivileges,
    Owner,
    Privileges,
}

impl ObjectPlans {
    pub(super) fn plan(&mut self, id: ObjectId) -> &mut ObjectPlan {
        self.plans.entry(id).or_default()
    }

    pub(super) fn refuse(&mut self, object: ObjectId, reason: &str, help: &str) {
        self.refusals.push(Refusal { object, reason: reason.to_owned(), help: help.to_owned() });
    }

    /// Whether the whole object goes and does not come back.
    pub(super) fn is_dropped(&self, id: &ObjectId) -> bool {
        self.plans.get(id).is_some_and(|plan| plan.drops_object() && plan.create.is_none())
    }

    /// Whether a partition stands apart from its table while both change, if only for a while.
    pub(super) fn stands_apart(&self, table: &QualifiedName) -> bool {
        let plan = self.plans.get(&ObjectId::Table(table.clone()));
        let drop = plan.and_then(|plan| plan.drop.as_ref());
        matches!(drop, Some(Operation::Partition(PartitionOperation::Detach { .. })))
    }

    /// Whether a column is dropped and added again, by itself or with its parent's.
    pub(super) fn is_remade(&self, column: &ObjectId) -> bool {
        let by_itself = self.plans.get(column).is_some_and(|plan| {
            matches!(plan.drop, Some(Operation::Column(ColumnOperation::Drop { .. })))
                && matches!(plan.create, Some(Operation::Column(ColumnOperation::Add { .. })))
        });
        by_itself || self.remade_below.contains(column)
    }

    /// The types that a new one takes the place of.
    pub(super) fn swapped_types(&self) -> impl Iterator<Item = ObjectId> {
        self.plans.values().flat_map(|plan| &plan.alters).flat_map(|operation| {
            match operation.type_operation() {
                Some(TypeOperation::ReplaceInUse { types, .. }) => {
                    types.iter().map(ReplacedType::id).collect()
                }
                Some(_) | None => Vec::new(),
            }
        })
    }

    pub(super) fn is_swapped(&self, id: &ObjectId) -> bool {
        self.swapped_types().any(|swapped| swapped == *id)
    }

    /// The new id of a constraint or an index that only gets another name.
    pub(super) fn renamed_part(&self, id: &ObjectId) -> Option<ObjectId> {
        let (ObjectId::Constraint(table, old) | ObjectId::Index(table, old)) = id else { return None };
        let is_it = |operation: &Operation| renames(operation, table).is_some_and(|names| names.from == *old);
        let mut plans = self.plans.iter();
        plans.find(|(_, plan)| plan.alters.iter().any(is_it)).map(|(id, _)| id.clone())
    }

    /// What an index of a table is called before this plan renames it.
    pub(super) fn name_before(&self, table: &QualifiedName, name: &Ident) -> Ident {
        let ids =
            [ObjectId::Index(table.clone(), name.clone()), ObjectId::Constraint(table.clone(), name.clone())];
        let alters = ids.iter().filter_map(|id| self.plans.get(id)).flat_map(|plan| &plan.alters);
        let old = alters.into_iter().find_map(|operation| renames(operation, table));
        old.map_or_else(|| name.clone(), |names| names.from.clone())
    }

    pub(super) fn into_operations(self) -> impl Iterator<Item = Operation> {
        let objects = self
            .plans
            .into_values()
            .flat_map(|plan| plan.drop.into_iter().chain(plan.create).chain(plan.alters));
        objects.chain(self.attachments.into_values())
    }
}

/// The names of a constraint or an index of a table that an operation renames.
fn renames<'a>(operation: &'a Operation, table: &QualifiedName) -> Option<&'a Pair<Ident>> {
    match operation {
        Operation::Constraint(ConstraintOperation::Rename { table: t, names })
        | Operation::Index(IndexOperation::Rename { table: t, names }) => (t == table).then_some(names),
        Operation::Rename(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Table(_)
        | Operation::Partition(_)
        | Operation::Column(_)
        | Operation::Constraint(_)
        | Operation::Index(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Definition(_)
        | Operation::Attachment(_) => None,
    }
}
