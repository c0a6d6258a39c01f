//! What is to be done, object by object, before it has an order.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::ObjectId;

use super::Refusal;
use super::operation::Operation;
use super::swap::SwappedType;

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
                Operation::DropDefault { .. }
                | Operation::DropIdentity { .. }
                | Operation::DetachPartition { .. },
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
    pub(super) swaps: BTreeMap<ObjectId, SwappedType>,
    /// Columns of partitions and inheritance children that go and come with their parent's.
    pub(super) remade_below: BTreeSet<ObjectId>,
    /// What can't be done.
    pub(super) refusals: Vec<Refusal>,
}

/// What hangs on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AttachmentKind {
    Comment,
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

    /// Whether a column is dropped and added again, by itself or with its parent's.
    pub(super) fn is_remade(&self, column: &ObjectId) -> bool {
        let by_itself = self.plans.get(column).is_some_and(|plan| {
            matches!(plan.drop, Some(Operation::DropColumn { .. }))
                && matches!(plan.create, Some(Operation::AddColumn { .. }))
        });
        by_itself || self.remade_below.contains(column)
    }

    /// The types that a new one takes the place of.
    pub(super) fn swapped_types(&self) -> impl Iterator<Item = ObjectId> {
        self.plans.values().flat_map(|plan| &plan.alters).flat_map(|operation| match operation {
            Operation::SwapTypes { types, .. } => types.iter().map(SwappedType::id).collect(),
            _ => Vec::new(),
        })
    }

    pub(super) fn is_swapped(&self, id: &ObjectId) -> bool {
        self.swapped_types().any(|swapped| swapped == *id)
    }

    /// Whether a column goes over to a new type of the same name.
    pub(super) fn is_swapped_column(&self, column: &ObjectId) -> bool {
        self.plans.values().flat_map(|plan| &plan.alters).any(|operation| match operation {
            Operation::SwapTypes { .. } => operation.effects().alters.contains(column),
            _ => false,
        })
    }

    pub(super) fn into_operations(self) -> impl Iterator<Item = Operation> {
        let objects = self
            .plans
            .into_values()
            .flat_map(|plan| plan.drop.into_iter().chain(plan.create).chain(plan.alters));
        objects.chain(self.attachments.into_values())
    }
}
