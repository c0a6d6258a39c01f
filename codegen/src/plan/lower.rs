//! From each difference to the operations on that very object.

use autogen_diff_core::diff::change::{
    Change, ConstraintChange, IndexChange, ObjectChange, SchemaDiff, TableAlteration, TableChange,
};
use autogen_diff_core::diff::table::index_changes;
use autogen_diff_core::model::{
    Attribute, Column, Constraint, ConstraintKind, Definition, DefinitionParts, EnumType, MaterializedView,
    PostgresColumn, PostgresTable, Sequence, Table, View,
};
use autogen_diff_core::{Capabilities, DefinitionKind, Ident, ObjectId, Pair, QualifiedName, Schema};

use super::base_type;
use super::inherit;
use super::objects::{AttachmentKind, ObjectPlans};
use super::operation::Operation;
use super::partition;
use super::swap::{self, SwappedType};

const BY_HAND: &str = "write this change by hand in a migration of its own, then run autogen again";

pub(super) fn lower(diff: &SchemaDiff, schemas: Pair<&Schema>, capabilities: &Capabilities) -> ObjectPlans {
    let mut objects = ObjectPlans::default();
    let moves = partition::moves(diff, schemas);
    for alteration in moves.values() {
        alter_table(&mut objects, alteration, schemas.from, capabilities);
        move_table(&mut objects, &alteration.table);
    }
    for change in &diff.changes {
        let id = change.subject();
        match change {
            Change::Table(change) if moves.contains_key(change.name()) => {}
            Change::Namespace(change) => {
                whole(&mut objects, id, change, Operation::CreateNamespace, Operation::DropNamespace);
            }
            Change::Extension(ObjectChange::Alter(pair))
                if is_older(&pair.to.version, &pair.from.version) =>
            {
                let reason =
                    format!("no extension goes back, from {} to {}", pair.from.version, pair.to.version);
                objects.refuse(id, &reason, BY_HAND);
            }
            Change::Extension(ObjectChange::Alter(pair)) => {
                objects.plan(id).alters.push(Operation::AlterExtension(pair.clone()));
            }
            Change::Extension(change) => {
                whole(&mut objects, id, change, Operation::CreateExtension, Operation::DropExtension);
            }
            Change::EnumType(ObjectChange::Alter(pair)) => alter_enum(&mut objects, id, pair),
            Change::EnumType(change) => {
                whole(&mut objects, id, change, Operation::CreateEnumType, Operation::DropEnumType);
            }
            Change::Sequence(change) => sequence(&mut objects, id, change, schemas),
            Change::Table(change) => table(&mut objects, change, schemas, capabilities),
            Change::View(ObjectChange::Alter(pair)) => view(&mut objects, id, pair, capabilities),
            Change::View(change) => {
                whole(&mut objects, id, change, Operation::CreateView, Operation::DropView);
            }
            Change::MaterializedView(change) => materialized_view(&mut objects, id, change, capabilities),
            Change::Definition(ObjectChange::Alter(pair)) => {
                let pair = partition::without_departed(pair, schemas);
                if !pair.from.means_the_same(&pair.to) {
                    definition(&mut objects, id, &ObjectChange::Alter(pair), schemas.from);
                }
            }
            Change::Definition(change) => definition(&mut objects, id, change, schemas.from),
            Change::Comment(change) => {
                let operation =
                    Operation::SetComment { object: change.object.clone(), text: change.text.to.clone() };
                objects.attachments.insert((id, AttachmentKind::Comment), operation);
            }
            Change::ExtensionDependency(change) => {
                let operation = Operation::AlterExtensionDependency {
                    object: change.object.clone(),
                    extensions: change.extensions.clone(),
                };
                objects.attachments.insert((id, AttachmentKind::ExtensionDependency), operation);
            }
            Change::Owner(change) => {
                let operation =
                    Operation::AlterOwner { object: change.object.clone(), owner: change.owner.to.clone() };
                objects.attachments.insert((id, AttachmentKind::Owner), operation);
            }
            Change::Privilege(change) => {
                let operation = Operation::AlterPrivileges {
                    object: change.object.clone(),
                    grants: change.grants.clone(),
                };
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
        objects.swaps.insert(id, SwappedType::Enum(pair.clone()));
        return;
    };
    let name = pair.to.name.clone();
    let operations = added.into_iter().map(|(value, before)| Operation::AddEnumValue {
        name: name.clone(),
        value,
        before,
    });
    objects.plan(id).alters.extend(operations);
}

fn sequence(
    objects: &mut ObjectPlans,
    id: ObjectId,
    change: &ObjectChange<Sequence>,
    schemas: Pair<&Schema>,
) {
    let set_owner = |sequence: &Sequence| Operation::SetSequenceOwner {
        sequence: sequence.name.clone(),
        owner: sequence.owned_by.clone(),
    };
    match change {
        ObjectChange::Create(to) => {
            let plan = objects.plan(id);
            plan.create = Some(Operation::CreateSequence(to.clone()));
            plan.alters.extend(to.owned_by.is_some().then(|| set_owner(to)));
            // A column that is there already may hold values.
            let owner = to.owned_by.as_ref();
            let exists = owner.is_some_and(|(table, column)| {
                schemas.from.tables.get(table).is_some_and(|table| table.column(column).is_some())
            });
            plan.alters.extend(exists.then(|| Operation::ContinueSequence(to.clone())));
        }
        ObjectChange::Drop(from) => objects.plan(id).drop = Some(Operation::DropSequence(from.clone())),
        ObjectChange::Alter(pair) => {
            let plan = objects.plan(id);
            let without_owner = Sequence { owned_by: pair.from.owned_by.clone(), ..pair.to.clone() };
            if without_owner != pair.from {
                plan.alters.push(Operation::AlterSequence(pair.clone()));
            }
            if pair.from.owned_by != pair.to.owned_by {
                plan.alters.extend(
                    pair.from
                        .owned_by
                        .clone()
                        .map(|owner| Operation::DetachSequence { sequence: pair.to.name.clone(), owner }),
                );
                plan.alters.extend(pair.to.owned_by.is_some().then(|| set_owner(&pair.to)));
                let is_new_user = pair.to.owned_by.as_ref().is_some_and(|owner| turns_to(schemas, owner));
                plan.alters.extend(is_new_user.then(|| Operation::ContinueSequence(pair.to.clone())));
            }
        }
    }
}

/// Whether a column that is there already takes other numbers than before.
fn turns_to(schemas: Pair<&Schema>, (table, column): &(QualifiedName, Ident)) -> bool {
    let columns = schemas.map(|schema| schema.tables.get(table).and_then(|table| table.column(column)));
    let (Some(from), Some(to)) = (columns.from, columns.to) else { return false };
    to.takes_numbers() && from.default != to.default
}

fn table(
    objects: &mut ObjectPlans,
    change: &TableChange,
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
) {
    match change {
        TableChange::Create(table) => create_table(objects, table, schemas.to, capabilities),
        TableChange::Drop(table) => {
            let id = ObjectId::Table(table.name.clone());
            objects.plan(id).drop = Some(Operation::DropTable(table.clone()));
        }
        TableChange::Alter(alteration) => alter_table(objects, alteration, schemas.from, capabilities),
    }
}

fn create_table(objects: &mut ObjectPlans, table: &Table, to: &Schema, capabilities: &Capabilities) {
    let name = &table.name;
    let gets_keys = table.constraints.iter().any(|c| c.inherited && c.key().is_some());
    let constraints = table.constraints.iter().filter(|constraint| !is_made_by_attaching(table, constraint));
    let (inline, apart): (Vec<Constraint>, Vec<Constraint>) = constraints.cloned().partition(|constraint| {
        // The partitioned table takes the first fitting key of a partition for its own.
        let own_key = gets_keys && constraint.key().is_some() && !constraint.inherited;
        // Of two keys over the same columns in one statement PostgreSQL makes one.
        let repeats = !capabilities.reshapes_tables && repeats_key(table, constraint);
        !capabilities.alters_constraints || (is_inline(constraint) && !own_key && !repeats)
    });
    let mut created = Table { constraints: inline, ..table.clone() };
    if created.postgres.replica_identity.take().is_some() {
        // It may name an index, which comes after the table.
        let pair = Pair::new(created.clone(), Table { postgres: table.postgres.clone(), ..created.clone() });
        objects.plan(ObjectId::Table(name.clone())).alters.push(Operation::AlterTable(pair));
    }
    objects.plan(ObjectId::Table(name.clone())).create = Some(Operation::CreateTable(created));
    own_values(objects, table, to);
    for constraint in apart {
        if !comes_from_above(table, &constraint, to) {
            add_constraint(objects, name, &constraint);
        }
    }
    // Where a table is made in one go, its indexes come with it.
    for index in table.indexes.values().filter(|_| !capabilities.reshapes_tables) {
        let id = ObjectId::Index(name.clone(), index.name.clone());
        objects.plan(id).create = Some(Operation::CreateIndex { table: name.clone(), index: index.clone() });
    }
    if let Some(partition) = &table.postgres.partition_of {
        let attach = Operation::AttachPartition { table: name.clone(), partition: partition.clone() };
        objects.plan(ObjectId::Table(name.clone())).alters.push(attach);
    }
}

/// Whether `ATTACH PARTITION` makes a constraint of a partition in any case: for exclusions and keys
/// over time the server looks for none that is there.
fn is_made_by_attaching(table: &Table, constraint: &Constraint) -> bool {
    table.postgres.partition_of.is_some() && constraint.inherited && constraint.is_exclusion()
}

/// Plans the defaults and expressions that a new inheritance child has in place of its parents'.
fn own_values(objects: &mut ObjectPlans, table: &Table, to: &Schema) {
    let parents: Vec<&Table> =
        table.postgres.inherits.iter().filter_map(|parent| to.tables.get(parent)).collect();
    for column in table.columns.iter().filter(|column| column.postgres.inherited) {
        let Some(parent) = parents.iter().find_map(|parent| parent.column(&column.name)) else { continue };
        // Since 18 a NOT NULL of its own is a constraint with a name, which is made with the table.
        let nullable =
            if column.postgres.not_null.name.is_none() { parent.nullable } else { column.nullable };
        let given = Column {
            default: parent.default.clone(),
            generated: parent.generated.clone(),
            nullable,
            ..column.clone()
        };
        if given != *column {
            let (table, column) = (table.name.clone(), Pair::new(given, column.clone()));
            let id = ObjectId::Column(table.clone(), column.to.name.clone());
            objects.plan(id).alters.push(Operation::AlterColumn { table, column });
        }
    }
}

/// Whether a partition gets a constraint when it is attached, or an inheritance child with its parent's own.
fn comes_from_above(table: &Table, constraint: &Constraint, to: &Schema) -> bool {
    use autogen_diff_core::model::ConstraintKind as Kind;
    match &constraint.kind {
        Kind::ForeignKey(_) => constraint.inherited && is_named_above(table, constraint, to),
        Kind::Check(_) => constraint.inherited && !table.postgres.inherits.is_empty(),
        Kind::PrimaryKey(_) | Kind::Unique(_) | Kind::Exclude(_) => false,
    }
}

/// Whether the partitioned table has a constraint of the same name; the partition's own is found by
/// its columns then.
fn is_named_above(table: &Table, constraint: &Constraint, to: &Schema) -> bool {
    let above = table.postgres.partition_of.as_ref().and_then(|place| to.tables.get(&place.parent));
    above.zip(constraint.name.as_ref()).is_none_or(|(above, name)| above.constraint(name).is_some())
}

/// Whether a UNIQUE constraint has the columns of the primary key, or of one before it.
fn repeats_key(table: &Table, constraint: &Constraint) -> bool {
    let ConstraintKind::Unique(unique) = &constraint.kind else { return false };
    let mut earlier = table.constraints.iter().take_while(|other| *other != constraint);
    let is_same = |other: &Constraint| other.key().is_some_and(|key| key.columns == unique.columns);
    earlier.any(is_same) || table.primary_key().is_some_and(|(primary, _)| is_same(primary))
}

/// Whether a constraint can stand inside `CREATE TABLE`.
fn is_inline(constraint: &Constraint) -> bool {
    use autogen_diff_core::model::ConstraintKind as Kind;
    match &constraint.kind {
        Kind::PrimaryKey(_) | Kind::Unique(_) | Kind::Exclude(_) => true,
        Kind::Check(check) => check.validated,
        Kind::ForeignKey(key) => key.validated && !constraint.inherited,
    }
}

fn add_constraint(objects: &mut ObjectPlans, table: &QualifiedName, constraint: &Constraint) {
    let Some(name) = constraint.name.clone() else { return };
    objects.plan(ObjectId::Constraint(table.clone(), name)).create =
        Some(Operation::AddConstraint { table: table.clone(), constraint: constraint.clone() });
}

fn drop_constraint(objects: &mut ObjectPlans, table: &QualifiedName, constraint: &Constraint) {
    let Some(name) = constraint.name.clone() else { return };
    objects.plan(ObjectId::Constraint(table.clone(), name)).drop =
        Some(Operation::DropConstraint { table: table.clone(), constraint: constraint.clone() });
}

fn alter_table(
    objects: &mut ObjectPlans,
    alteration: &TableAlteration,
    schema: &Schema,
    capabilities: &Capabilities,
) {
    if capabilities.reshapes_tables {
        super::reshape::plan(objects, alteration);
        return;
    }
    let name = alteration.name();
    for change in &alteration.indexes {
        index(objects, name, change, capabilities);
    }
    if !capabilities.alters_columns {
        return;
    }
    let Pair { from, to } = &alteration.table;
    if alteration.attributes_differ() || from.shares_less_than(to) || to.shares_less_than(from) {
        table_attributes(objects, &alteration.table, schema);
    }
    for change in &alteration.columns {
        let own = if follows_type(&alteration.table) { beyond_type(change) } else { Some(change.clone()) };
        if let Some(change) = own {
            column(objects, &alteration.table, &change, schema);
        }
    }
    for change in &alteration.constraints {
        match change {
            ConstraintChange::Drop(left)
                if left.inherited
                    && leaves_behind(&alteration.table, schema, |parent| {
                        left.name.as_ref().is_some_and(|name| parent.constraint(name).is_some())
                    }) =>
            {
                drop_constraint(objects, name, left);
            }
            ConstraintChange::Add(key)
                if key.inherited && partition::names_key(&alteration.table.to, key) =>
            {
                add_constraint(objects, name, key);
            }
            other => constraint(objects, name, other),
        }
    }
}

fn table_attributes(objects: &mut ObjectPlans, pair: &Pair<Table>, schema: &Schema) {
    let id = ObjectId::Table(pair.to.name.clone());
    let Pair { from, to } = pair.as_ref().map(|table| &table.postgres);
    if from.partition_key != to.partition_key {
        let help = partition::by_copying(&pair.to.name);
        objects.refuse(id.clone(), "PostgreSQL can't change how an existing table is partitioned", &help);
    }
    let stay: Vec<_> = from.inherits.iter().filter(|parent| to.inherits.contains(parent)).collect();
    if !to.inherits.iter().take(stay.len()).eq(stay) || gives_up_own(pair) {
        objects.refuse(
            id.clone(),
            "PostgreSQL can't make its columns a parent's instead of its own",
            BY_HAND,
        );
    }
    if let Some(column) = inherit::column_left_alone(pair, schema) {
        let reason = format!("{column} changes its type while the table leaves one parent for another");
        objects.refuse(id.clone(), &reason, BY_HAND);
    }
    // `cluster` says which index it goes by.
    let clustered = PostgresTable { clustered_on: to.clustered_on.clone(), ..from.clone() };
    if clustered != *to || pair.from.shares_less_than(&pair.to) {
        let steps = inherit::steps(pair);
        objects.plan(id.clone()).alters.extend(steps.into_iter().map(Operation::AlterTable));
    }
    if from.of_type != to.of_type && to.of_type.is_some() && !inherit::ends_in_order(pair) {
        let reason = "its columns are in another order than the attributes of the type";
        objects.refuse(id, reason, BY_HAND);
    }
}

/// Whether a column that is the table's own is only inherited later.
fn gives_up_own(pair: &Pair<Table>) -> bool {
    pair.to.shares_less_than(&pair.from)
}

/// Takes a table out of a partitioned table and puts it into another, or the same again.
fn move_table(objects: &mut ObjectPlans, pair: &Pair<Table>) {
    let name = pair.to.name.clone();
    let plan = objects.plan(ObjectId::Table(name.clone()));
    let places = pair.as_ref().map(|table| table.postgres.partition_of.clone());
    plan.drop = places.from.map(|partition| Operation::DetachPartition { table: name.clone(), partition });
    let attach = places.to.map(|partition| Operation::AttachPartition { table: name, partition });
    plan.alters.extend(attach);
}

/// Whether a typed table gets its columns from its type's own change.
fn follows_type(pair: &Pair<Table>) -> bool {
    pair.to.postgres.of_type.is_some() && pair.from.postgres.of_type == pair.to.postgres.of_type
}

/// What a typed table changes of a column itself.
fn beyond_type(change: &ObjectChange<Column>) -> Option<ObjectChange<Column>> {
    let (from, to) = match change {
        ObjectChange::Drop(_) => return None,
        ObjectChange::Create(to) => {
            let bare = Column { default: None, generated: None, nullable: true, ..to.clone() };
            (Column { postgres: PostgresColumn::default(), ..bare }, to)
        }
        ObjectChange::Alter(pair) => (pair.from.clone(), &pair.to),
    };
    let followed = Column { data_type: to.data_type.clone(), collation: to.collation.clone(), ..from };
    (followed != *to).then(|| ObjectChange::Alter(Pair::new(followed, to.clone())))
}

/// Whether what a column shares with a parent comes and goes with the parent's own.
fn is_reached(pair: &Pair<Table>, change: &ObjectChange<Column>, from: &Schema) -> bool {
    match change {
        ObjectChange::Create(column) => column.postgres.inherited,
        ObjectChange::Drop(column) => {
            let has_column = |parent: &Table| parent.column(&column.name).is_some();
            column.postgres.inherited && !leaves_behind(pair, from, has_column)
        }
        ObjectChange::Alter(pair) => pair.from.postgres.inherited && pair.to.postgres.inherited,
    }
}

/// Whether a table lets go of the last parent that has a part (`NO INHERIT`), which leaves the part to it.
fn leaves_behind(pair: &Pair<Table>, from: &Schema, has_part: impl Fn(&Table) -> bool) -> bool {
    let inherits = pair.as_ref().map(|table| &table.postgres.inherits);
    // A foreign table, whose columns are not known here, counts as having it.
    let has_it = |parent: &&QualifiedName| from.tables.get(*parent).is_none_or(&has_part);
    let (stay, go): (Vec<_>, Vec<_>) =
        inherits.from.iter().filter(has_it).partition(|parent| inherits.to.contains(parent));
    stay.is_empty() && !go.is_empty()
}

fn column(objects: &mut ObjectPlans, tables: &Pair<Table>, change: &ObjectChange<Column>, schema: &Schema) {
    let table = &tables.to.name;
    let plan = objects.plan(ObjectId::Column(table.clone(), change.either().name.clone()));
    let table = table.clone();
    match change {
        // The parent's own change reaches it; `inherit` plans the rest.
        ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter(_)
            if is_reached(tables, change, schema) => {}
        ObjectChange::Create(column) => {
            plan.create = Some(Operation::AddColumn { table, column: column.clone() });
        }
        ObjectChange::Drop(column) => {
            plan.drop = Some(Operation::DropColumn { table, column: column.clone() });
        }
        ObjectChange::Alter(pair) if becomes_another_generated(pair) => {
            plan.drop = Some(Operation::DropColumn { table: table.clone(), column: pair.from.clone() });
            plan.create = Some(Operation::AddColumn { table, column: pair.to.clone() });
        }
        ObjectChange::Alter(pair) => {
            let mut pair = pair.clone();
            // The default or identity goes first: its sequence's name may be taken by the new one.
            if pair.from.default.is_some() && pair.from.identity.is_none() && pair.to.identity.is_some() {
                let column = pair.from.name.clone();
                plan.drop = Some(Operation::DropDefault { table: table.clone(), column });
                pair.from.default = None;
            } else if pair.from.identity.is_some() && pair.to.identity.is_none() {
                plan.drop = Some(Operation::DropIdentity { table: table.clone(), column: pair.from.clone() });
                pair.from.identity = None;
            }
            plan.alters.push(Operation::AlterColumn { table, column: pair });
        }
    }
}

/// A stored expression can't be put on a column or changed in place (before 17).
fn becomes_another_generated(pair: &Pair<Column>) -> bool {
    pair.to.generated.is_some()
        && (pair.from.generated != pair.to.generated || pair.from.data_type != pair.to.data_type)
}

fn constraint(objects: &mut ObjectPlans, table: &QualifiedName, change: &ConstraintChange) {
    match change {
        ConstraintChange::Add(constraint) | ConstraintChange::Drop(constraint) if constraint.inherited => {}
        ConstraintChange::Add(constraint) => add_constraint(objects, table, constraint),
        ConstraintChange::Drop(constraint) => drop_constraint(objects, table, constraint),
        ConstraintChange::Rename(names) => {
            let id = ObjectId::Constraint(table.clone(), names.to.clone());
            let operation = Operation::RenameConstraint { table: table.clone(), names: names.clone() };
            objects.plan(id).alters.push(operation);
        }
        ConstraintChange::Validate(constraint) => {
            let Some(name) = constraint.name.clone() else { return };
            let operation =
                Operation::ValidateConstraint { table: table.clone(), constraint: constraint.clone() };
            objects.plan(ObjectId::Constraint(table.clone(), name)).alters.push(operation);
        }
        ConstraintChange::AlterDeferrability(pair) => {
            let Some(name) = pair.to.name.clone() else { return };
            let operation = Operation::AlterDeferrability { table: table.clone(), constraint: pair.clone() };
            objects.plan(ObjectId::Constraint(table.clone(), name)).alters.push(operation);
        }
    }
}

fn index(
    objects: &mut ObjectPlans,
    table: &QualifiedName,
    change: &IndexChange,
    capabilities: &Capabilities,
) {
    let id = |name: &autogen_diff_core::Ident| ObjectId::Index(table.clone(), name.clone());
    let table = table.clone();
    match change {
        IndexChange::Create(index) => {
            objects.plan(id(&index.name)).create =
                Some(Operation::CreateIndex { table: table.clone(), index: index.clone() });
        }
        // The parent's index takes its parts along.
        IndexChange::Drop(index) if index.parent.is_some() => {}
        IndexChange::Drop(index) => {
            objects.plan(id(&index.name)).drop =
                Some(Operation::DropIndex { table: table.clone(), index: index.clone() });
        }
        IndexChange::Rename(Pair { from, to }) if !capabilities.renames_indexes => {
            objects.plan(id(&from.name)).drop =
                Some(Operation::DropIndex { table: table.clone(), index: from.clone() });
            objects.plan(id(&to.name)).create = Some(Operation::CreateIndex { table, index: to.clone() });
        }
        IndexChange::Rename(pair) => {
            let names = pair.as_ref().map(|index| index.name.clone());
            let to = id(&names.to);
            objects.plan(to).alters.push(Operation::RenameIndex { table: table.clone(), names });
        }
        IndexChange::Alter(pair) => {
            let operation = Operation::AlterIndex { table: table.clone(), index: pair.clone() };
            objects.plan(id(&pair.to.name)).alters.push(operation);
        }
    }
}

fn view(objects: &mut ObjectPlans, id: ObjectId, pair: &Pair<View>, capabilities: &Capabilities) {
    let plan = objects.plan(id);
    let in_place = capabilities.views_pin_columns && pair.from.can_become(&pair.to);
    if in_place || capabilities.replaces_any_view {
        plan.alters.push(Operation::ReplaceView(pair.clone()));
    } else {
        plan.drop = Some(Operation::DropView(pair.from.clone()));
        plan.create = Some(Operation::CreateView(pair.to.clone()));
    }
}

fn materialized_view(
    objects: &mut ObjectPlans,
    id: ObjectId,
    change: &ObjectChange<MaterializedView>,
    capabilities: &Capabilities,
) {
    if let ObjectChange::Alter(pair) = change
        && pair.from.can_become(&pair.to)
    {
        if pair.from.column_settings != pair.to.column_settings {
            objects.plan(id).alters.push(Operation::AlterMaterializedView(pair.clone()));
        }
        for change in index_changes(pair.as_ref().map(|view| &view.indexes)) {
            index(objects, &pair.to.name, &change, capabilities);
        }
        return;
    }
    whole(objects, id, change, Operation::CreateMaterializedView, Operation::DropMaterializedView);
    if let ObjectChange::Create(view) | ObjectChange::Alter(Pair { to: view, .. }) = change {
        create_view_indexes(objects, view);
    }
}

pub(super) fn create_view_indexes(objects: &mut ObjectPlans, view: &MaterializedView) {
    for index in view.indexes.values() {
        let id = ObjectId::Index(view.name.clone(), index.name.clone());
        objects.plan(id).create =
            Some(Operation::CreateIndex { table: view.name.clone(), index: index.clone() });
    }
}

fn definition(objects: &mut ObjectPlans, id: ObjectId, change: &ObjectChange<Definition>, from: &Schema) {
    let complete = match change {
        ObjectChange::Create(one) | ObjectChange::Drop(one) => one.is_complete(),
        ObjectChange::Alter(pair) => pair.from.is_complete() && pair.to.is_complete(),
    };
    if !complete {
        objects.refuse(id, "autogen sees this kind of object but does not write it yet", BY_HAND);
        return;
    }
    let in_use = swap::is_in_use(from, &id);
    match change {
        ObjectChange::Alter(pair) if !can_replace(pair, in_use) && in_use && swap::is_possible(pair) => {
            objects.swaps.insert(id, SwappedType::Definition(pair.clone()));
        }
        ObjectChange::Alter(pair) if can_replace(pair, in_use) => {
            objects.plan(id).alters.push(Operation::ReplaceDefinition(pair.clone()));
        }
        ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter(_) => {
            whole(objects, id, change, Operation::CreateDefinition, Operation::DropDefinition);
        }
    }
}

/// Whether the other definition is reached in place.
fn can_replace(pair: &Pair<Definition>, in_use: bool) -> bool {
    if base_type::is_shell(&pair.from) && !base_type::is_shell(&pair.to) {
        return true;
    }
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => from.can_become(to),
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => {
            attributes_can_become(from, to, in_use)
        }
        (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) => {
            pair.from.parent == pair.to.parent && from.alterations(to).is_some()
        }
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => {
            let replaceable = pair.to.kind.is_routine() || pair.to.kind == DefinitionKind::Aggregate;
            replaceable && pair.from.signature == pair.to.signature
        }
    }
}

/// New attributes go to the end; a type changes only while no table holds a value.
fn attributes_can_become(from: &[Attribute], to: &[Attribute], in_use: bool) -> bool {
    let find = |list: &[Attribute], name: &str| list.iter().find(|a| a.name == name).cloned();
    let kept = from.iter().filter(|attribute| find(to, &attribute.name).is_some());
    let retyped = |old: &Attribute| find(to, &old.name).is_some_and(|new| new.data_type != old.data_type);
    let in_order = kept.clone().map(|a| &a.name).eq(to.iter().take(kept.count()).map(|a| &a.name));
    in_order && !(in_use && from.iter().any(retyped))
}

/// Whether a version such as `1.3` comes before another.
fn is_older(version: &str, than: &str) -> bool {
    let numbers =
        |text: &str| text.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<u32>>>();
    matches!((numbers(version), numbers(than)), (Some(a), Some(b)) if a < b)
}
