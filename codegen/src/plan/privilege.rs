//! Privileges around a change of owner.

use std::collections::BTreeSet;

use autogen_diff_core::{ObjectId, Pair};

use super::objects::{AttachmentKind, ObjectPlans};
use super::operation::{AttachmentOperation, Operation};

/// Where the owner changes, what the old one's privileges have too much goes before, and the rest comes after.
pub(super) fn split_at_owners(objects: &mut ObjectPlans) {
    let owned = objects.attachments.keys().filter(|(_, kind)| *kind == AttachmentKind::Owner);
    let owned: Vec<ObjectId> = owned.map(|(id, _)| id.clone()).collect();
    for object in owned {
        let key = (object.clone(), AttachmentKind::Privileges);
        let Some(Operation::Attachment(AttachmentOperation::AlterPrivileges { grants, .. })) =
            objects.attachments.remove(&key)
        else {
            continue;
        };
        let kept: BTreeSet<_> = grants.from.intersection(&grants.to).cloned().collect();
        let taken = Pair::new(grants.from, kept.clone());
        if taken.differs() {
            let take = Operation::Attachment(AttachmentOperation::TakePrivileges {
                object: object.clone(),
                grants: taken,
            });
            objects.attachments.insert((object.clone(), AttachmentKind::TakenPrivileges), take);
        }
        let given = Pair::new(kept, grants.to);
        if given.differs() {
            objects.attachments.insert(
                key,
                Operation::Attachment(AttachmentOperation::AlterPrivileges { object, grants: given }),
            );
        }
    }
}
