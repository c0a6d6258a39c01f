//! `DEPENDS ON EXTENSION` around an extension that is dropped, which takes along what depends on it so.

use std::collections::BTreeSet;

use autogen_diff_core::{Ident, ObjectId, Pair, Schema};

use super::objects::{AttachmentKind, ObjectPlans};
use super::operation::{AttachmentOperation, ExtensionOperation, Operation};

/// Frees what stays from each extension that goes, and ties it again to one that comes back.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let is_dropped = |objects: &ObjectPlans, extension: &Ident| {
        let plan = objects.plans.get(&ObjectId::Extension(extension.clone()));
        plan.is_some_and(|plan| plan.drop.is_some())
    };
    for (object, extensions) in &schemas.from.extension_dependencies {
        let gone: BTreeSet<Ident> =
            extensions.iter().filter(|extension| is_dropped(objects, extension)).cloned().collect();
        let is_kept = objects.plans.get(object).is_none_or(|plan| !plan.drops_object());
        let object = &objects.renamed_part(object).unwrap_or_else(|| object.clone());
        // What goes with its table needs no statement of its own.
        if gone.is_empty() || !is_kept || !schemas.to.contains(object) {
            continue;
        }
        let left: BTreeSet<Ident> = extensions.difference(&gone).cloned().collect();
        let extensions = Pair::new(extensions.clone(), left.clone());
        let free = Operation::Attachment(AttachmentOperation::AlterExtensionDependency {
            object: object.clone(),
            extensions,
        });
        objects.plan(object.clone()).alters.push(free);
        let wanted = schemas.to.extension_dependencies.get(object).cloned().unwrap_or_default();
        let key = (object.clone(), AttachmentKind::ExtensionDependency);
        let extensions = Pair::new(left, wanted);
        if extensions.differs() {
            let again = Operation::Attachment(AttachmentOperation::AlterExtensionDependency {
                object: object.clone(),
                extensions,
            });
            objects.attachments.insert(key, again);
        } else {
            objects.attachments.remove(&key);
        }
    }
}

/// What depends on an extension is freed from it, or dropped by its own statement, before the extension goes.
pub(super) fn first(edges: &mut BTreeSet<(usize, usize)>, operations: &[Operation], from: &Schema) {
    let drops = operations.iter().enumerate().filter_map(|(i, operation)| match operation.extension() {
        Some(ExtensionOperation::Drop(extension)) => Some((i, &extension.name)),
        Some(_) | None => None,
    });
    for (drop, extension) in drops {
        let depends = |id: &ObjectId| {
            from.extension_dependencies.get(id).is_some_and(|extensions| extensions.contains(extension))
        };
        let before = operations.iter().enumerate().filter(|(_, other)| {
            if let Some(AttachmentOperation::AlterExtensionDependency { object: _, extensions }) =
                other.attachment()
            {
                extensions.from.contains(extension) && !extensions.to.contains(extension)
            } else {
                other.effects().drops.iter().any(depends)
            }
        });
        edges.extend(before.map(|(before, _)| (before, drop)));
    }
}
