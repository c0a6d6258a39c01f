//! From each difference to the operations on that very object.

mod column;
mod constraint;
mod definition;
mod index;
mod sequence;
mod table;
mod view;

use autogen_diff_core::diff::change::{Change, ObjectChange, SchemaDiff};
use autogen_diff_core::model::EnumType;
use autogen_diff_core::{Capabilities, ObjectId, Pair, Schema};

use super::objects::{AttachmentKind, ObjectPlans};
use super::operation::{
    AttachmentOperation, ExtensionOperation, NamespaceOperation, Operation, TypeOperation, ViewOperation,
};
use super::partition;
use super::replace_type_in_use::ReplacedType;
use definition::definition;
use sequence::sequence;
use table::{alter_table, move_table, table};
use view::{materialized_view, view};

pub(super) use view::create_view_indexes;

const BY_HAND: &str = "write this change by hand in a migration of its own, then run autogen again";

pub(super) fn lower(diff: &SchemaDiff, schemas: Pair<&Schema>, capabilities: &Capabilities) -> ObjectPlans {
    let mut objects = ObjectPlans::default();
    let moves = partition::moves(diff, schemas);
    for alteration in moves.values() {
        alter_table(&mut objects, alteration, schemas, capabilities);
        move_table(&mut objects, &alteration.table);
    }
    for change in &diff.changes {
        let id = change.subject();
        match change {
            Change::Table(change) if moves.contains_key(change.name()) => {}
            Change::Namespace(change) => {
                whole(
                    &mut objects,
                    id,
                    change,
                    |object| Operation::Namespace(NamespaceOperation::Create(object)),
                    |object| Operation::Namespace(NamespaceOperation::Drop(object)),
                );
            }
            Change::Extension(ObjectChange::Alter(pair))
                if is_older(&pair.to.version, &pair.from.version) =>
            {
                let reason =
                    format!("no extension goes back, from {} to {}", pair.from.version, pair.to.version);
                objects.refuse(id, &reason, BY_HAND);
            }
            Change::Extension(ObjectChange::Alter(pair)) => {
                objects.plan(id).alters.push(Operation::Extension(ExtensionOperation::Alter(pair.clone())));
            }
            Change::Extension(change) => {
                whole(
                    &mut objects,
                    id,
                    change,
                    |object| Operation::Extension(ExtensionOperation::Create(object)),
                    |object| Operation::Extension(ExtensionOperation::Drop(object)),
                );
            }
            Change::EnumType(ObjectChange::Alter(pair)) => alter_enum(&mut objects, id, pair),
            Change::EnumType(change) => {
                whole(
                    &mut objects,
                    id,
                    change,
                    |object| Operation::Type(TypeOperation::CreateEnum(object)),
                    |object| Operation::Type(TypeOperation::DropEnum(object)),
                );
            }
            Change::Sequence(change) => sequence(&mut objects, id, change, schemas),
            Change::Table(change) => table(&mut objects, change, schemas, capabilities),
            Change::View(ObjectChange::Alter(pair)) => view(&mut objects, id, pair, capabilities),
            Change::View(change) => {
                whole(
                    &mut objects,
                    id,
                    change,
                    |object| Operation::View(ViewOperation::Create(object)),
                    |object| Operation::View(ViewOperation::Drop(object)),
                );
            }
            Change::MaterializedView(change) => materialized_view(&mut objects, id, change, capabilities),
            Change::Definition(ObjectChange::Alter(pair)) => {
                let pair = partition::without_departed(pair, schemas);
                if !pair.from.is_equivalent(&pair.to) {
                    definition(&mut objects, id, &ObjectChange::Alter(pair), schemas.from);
                }
            }
            Change::Definition(change) => definition(&mut objects, id, change, schemas.from),
            Change::Comment(change) => {
                let operation = Operation::Attachment(AttachmentOperation::SetComment {
                    object: change.object.clone(),
                    text: change.text.to.clone(),
                });
                objects.attachments.insert((id, AttachmentKind::Comment), operation);
            }
            Change::ExtensionDependency(change) => {
                let operation = Operation::Attachment(AttachmentOperation::AlterExtensionDependency {
                    object: change.object.clone(),
                    extensions: change.extensions.clone(),
                });
                objects.attachments.insert((id, AttachmentKind::ExtensionDependency), operation);
            }
            Change::Owner(change) => {
                let operation = Operation::Attachment(AttachmentOperation::AlterOwner {
                    object: change.object.clone(),
                    owner: change.owner.to.clone(),
                });
                objects.attachments.insert((id, AttachmentKind::Owner), operation);
            }
            Change::Privilege(change) => {
                let operation = Operation::Attachment(AttachmentOperation::AlterPrivileges {
                    object: change.object.clone(),
                    grants: change.grants.clone(),
                });
                objects.attachments.insert((id, AttachmentKind::Privileges), operation);
            }
        }
    }
    objects
}

/// An object that is only ever made and dropped as a whole.
fn whole<T: Clone>(
    objects: &mut ObjectPlans,
    id: ObjectId,
    change: &ObjectChange<T>,
    create: impl Fn(T) -> Operation,
    drop: impl Fn(T) -> Operation,
) {
    let plan = objects.plan(id);
    match change {
        ObjectChange::Create(to) => plan.create = Some(create(to.clone())),
        ObjectChange::Drop(from) => plan.drop = Some(drop(from.clone())),
        ObjectChange::Alter(pair) => {
            plan.drop = Some(drop(pair.from.clone()));
            plan.create = Some(create(pair.to.clone()));
        }
    }
}

fn alter_enum(objects: &mut ObjectPlans, id: ObjectId, pair: &Pair<EnumType>) {
    let Some(added) = pair.from.values_added(&pair.to) else {
        objects.swaps.insert(id, ReplacedType::Enum(pair.clone()));
        return;
    };
    let name = pair.to.name.clone();
    let operations = added.into_iter().map(|(value, before)| {
        Operation::Type(TypeOperation::AddEnumValue { name: name.clone(), value, before })
    });
    objects.plan(id).alters.extend(operations);
}

/// Whether a version such as `1.3` comes before another.
fn is_older(version: &str, than: &str) -> bool {
    let numbers =
        |text: &str| text.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<u32>>>();
    matches!((numbers(version), numbers(than)), (Some(a), Some(b)) if a < b)
}
