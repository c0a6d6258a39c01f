//! What hung on an object that is dropped and made again.

use std::collections::BTreeSet;

use autogen_diff_core::{ObjectId, Pair, Schema};

use super::objects::{AttachmentKind, ObjectPlan, ObjectPlans};
use super::operation::{AttachmentOperation, ColumnOperation, Operation};
use super::recreate::parts;

/// Comments and privileges of what is made again, which its drop took away.
pub(super) fn restore_attachments(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let made = |plan: &ObjectPlan| {
        plan.create
            .as_ref()
            .is_some_and(|create| !matches!(create, Operation::Column(ColumnOperation::SetDefault { .. })))
    };
    // What is made and was there before went by itself if not by an operation.
    let recreated: Vec<ObjectId> = objects
        .plans
        .iter()
        .filter(|(id, plan)| made(plan) && schemas.from.contains(id))
        .map(|(id, _)| id.clone())
        .chain(objects.swapped_types())
        .collect();
    let ids: BTreeSet<ObjectId> = recreated.iter().flat_map(|id| parts(schemas.to, id)).collect();
    for id in ids {
        if let Some(text) = schemas.to.comments.get(&id) {
            let operation = Operation::Attachment(AttachmentOperation::SetComment {
                object: id.clone(),
                text: Some(text.clone()),
            });
            objects.attachments.insert((id.clone(), AttachmentKind::Comment), operation);
        } else {
            objects.attachments.remove(&(id.clone(), AttachmentKind::Comment));
        }
        let extensions = schemas.to.extension_dependencies.get(&id);
        match extensions.map(|extensions| Pair::new(BTreeSet::new(), extensions.clone())) {
            Some(extensions) => {
                let operation = Operation::Attachment(AttachmentOperation::AlterExtensionDependency {
                    object: id.clone(),
                    extensions,
                });
                objects.attachments.insert((id.clone(), AttachmentKind::ExtensionDependency), operation);
            }
            None => drop(objects.attachments.remove(&(id.clone(), AttachmentKind::ExtensionDependency))),
        }
        match schemas.to.owners.get(&id) {
            Some(owner) if schemas.from.role.as_ref() != Some(owner) => {
                let operation = Operation::Attachment(AttachmentOperation::AlterOwner {
                    object: id.clone(),
                    owner: owner.clone(),
                });
                objects.attachments.insert((id.clone(), AttachmentKind::Owner), operation);
            }
            Some(_) | None => {
                objects.attachments.remove(&(id.clone(), AttachmentKind::Owner));
            }
        }
        let wanted = schemas.to.privileges.get(&id).cloned().unwrap_or_default();
        let grants = Pair::new(schemas.from.default_grants(&id), wanted);
        if grants.differs() {
            let operation =
                Operation::Attachment(AttachmentOperation::AlterPrivileges { object: id.clone(), grants });
            objects.attachments.insert((id, AttachmentKind::Privileges), operation);
        } else {
            objects.attachments.remove(&(id, AttachmentKind::Privileges));
        }
    }
}
