//! PostgreSQL: new tables and new types of columns are made in the copy and read there; the edits themselves are
//! made on the model, since the server would not let stand what leans on an altered column.

use std::collections::BTreeSet;

use autogen_diesel_schema::{Column, ColumnChange, Edit, Table};
use autogen_diff_core::model::{
    self, Action, Constraint, ConstraintKind, Deferrability, ForeignKey, KeyConstraint, MatchType,
};
use autogen_diff_core::object::ObjectId;
use autogen_diff_core::{Ident, QualifiedName, Schema};

use super::edit::{SchemaRsEdit, is_new};
use crate::error::Error;

pub(super) fn declared(work: &mut SchemaRsEdit<'_>, edits: &[Edit]) -> Result<Schema, Error> {
    for sql in statements(work, edits)? {
        work.run(&sql)?;
    }
    let made = work.scratch.introspect()?;
    let mut declared = work.now.clone();
    for (place, edit) in edits.iter().enumerate() {
        let edited = Edited { work, made: &made, place };
        edited.apply(&mut declared, edit, edits);
    }
    Ok(declared)
}

/// Makes the new tables, and for each other column that is new or changes a table of its own.
fn statements(work: &SchemaRsEdit<'_>, edits: &[Edit]) -> Result<Vec<String>, Error> {
    let mut statements = Vec::new();
    for (place, edit) in edits.iter().enumerate() {
        match edit {
            Edit::CreateTable(table) => statements.push(work.create_table(table, edits)?),
            Edit::AddColumn(_, column) | Edit::AlterColumn(_, column, _) => {
                let skeleton = work.quoter.qualified(&skeleton(work.now, place));
                statements.push(format!("CREATE TABLE {skeleton} ({})", work.definition(column)?));
            }
            Edit::DropTable(_) | Edit::DropColumn(..) | Edit::SetPrimaryKey(..) | Edit::AddForeignKey(..) => {
            }
        }
    }
    for edit in edits {
        if let Edit::AddForeignKey(child, column, parent) = edit
            && is_new(edits, child)
        {
            let key = work.foreign_key(column, parent);
            statements.push(format!("ALTER TABLE {} ADD {key}", work.quoted(child)));
        }
    }
    Ok(statements)
}

fn skeleton(now: &Schema, place: usize) -> QualifiedName {
    QualifiedName::new(now.default_namespace.clone(), Ident::exact(format!("autogen_skeleton_{place}")))
}

struct Edited<'a, 'b> {
    work: &'a SchemaRsEdit<'b>,
    made: &'a Schema,
    place: usize,
}

impl Edited<'_, '_> {
    fn apply(&self, declared: &mut Schema, edit: &Edit, edits: &[Edit]) {
        match edit {
            Edit::CreateTable(table) => self.create(declared, &self.work.name(table)),
            Edit::DropTable(table) => drop_table(declared, &self.work.name(table)),
            Edit::AddColumn(table, column) => {
                let name = self.work.name(table);
                let new = self.skeleton_column();
                if let (Some(table), Some(new)) = (declared.table_mut(&name), new) {
                    table.columns.push(new.clone());
                }
                self.take_needs(declared, &name, &Ident::exact(&column.sql_name));
            }
            Edit::AlterColumn(table, column, change) => {
                let (name, column) = (self.work.name(table), Ident::exact(&column.sql_name));
                let table = declared.table_mut(&name);
                let old = table.and_then(|table| table.columns.iter_mut().find(|c| c.name == column));
                if let (Some(old), Some(new)) = (old, self.skeleton_column()) {
                    alter(old, new, *change);
                }
                if change.has_type() {
                    self.take_needs(declared, &name, &column);
                }
            }
            Edit::DropColumn(table, column) => {
                drop_column(declared, &self.work.name(table), &Ident::exact(&column.sql_name));
            }
            Edit::SetPrimaryKey(table, key) => set_key(declared, &self.work.name(table), key),
            Edit::AddForeignKey(child, column, parent) if !is_new(edits, child) => {
                self.add_foreign_key(declared, child, column, parent);
            }
            Edit::AddForeignKey(..) => {}
        }
    }

    fn skeleton_column(&self) -> Option<&model::Column> {
        self.made.table(&skeleton(self.work.now, self.place))?.columns.first()
    }

    /// What the column's type is, it needs.
    fn take_needs(&self, declared: &mut Schema, table: &QualifiedName, column: &Ident) {
        let made = skeleton(self.work.now, self.place);
        let of_column = self.made.dependencies.get(&ObjectId::Column(made.clone(), column.clone()));
        let of_table = self.made.dependencies.get(&ObjectId::Table(made));
        if let Some(needs) = of_column {
            declared.dependencies.insert(ObjectId::Column(table.clone(), column.clone()), needs.clone());
        }
        if let Some(needs) = of_table {
            declared
                .dependencies
                .entry(ObjectId::Table(table.clone()))
                .or_default()
                .extend(needs.iter().cloned());
        }
    }

    fn create(&self, declared: &mut Schema, name: &QualifiedName) {
        let Some(table) = self.made.table(name) else { return };
        declared.insert(table.clone());
        let of_table = |id: &ObjectId| match id {
            ObjectId::Table(other) | ObjectId::Column(other, _) | ObjectId::Constraint(other, _) => {
                other == name
            }
            ObjectId::Sequence(sequence) => {
                table.columns.iter().filter_map(|c| c.identity.as_ref()).any(|i| i.sequence == *sequence)
            }
            _ => false,
        };
        let needs = self.made.dependencies.iter().filter(|(id, _)| of_table(id));
        declared.dependencies.extend(needs.map(|(id, needs)| (id.clone(), needs.clone())));
    }

    fn add_foreign_key(&self, declared: &mut Schema, child: &Table, column: &Column, parent: &Table) {
        let (child_name, target) = (self.work.name(child), self.work.name(parent));
        let key = ForeignKey {
            columns: vec![Ident::exact(&column.sql_name)],
            target,
            target_columns: parent.key().iter().map(|name| Ident::exact(*name)).collect(),
            on_delete: Action::NoAction,
            on_delete_columns: Vec::new(),
            on_update: Action::NoAction,
            match_type: MatchType::Simple,
            validated: true,
        };
        let mut needs: model::Needs = [(&child_name, &key.columns), (&key.target, &key.target_columns)]
            .into_iter()
            .flat_map(|(table, columns)| {
                columns.iter().map(|column| ObjectId::Column(table.clone(), column.clone()))
            })
            .collect();
        let target_key = declared.table(&key.target).and_then(model::Table::primary_key);
        let name = target_key.and_then(|(constraint, _)| constraint.name.clone());
        needs.extend(name.map(|name| ObjectId::Constraint(key.target.clone(), name)));
        let Some(table) = declared.table(&child_name) else { return };
        // The name that PostgreSQL gives; of a second key of the column it counts on.
        let base = format!("{}_{}_fkey", child.sql_name, column.sql_name);
        let names = std::iter::once(base.clone()).chain((1..).map(|n| format!("{base}{n}")));
        let free = names.map(Ident::exact).find(|name| table.constraint(name).is_none());
        if let Some(name) = &free {
            declared.dependencies.insert(ObjectId::Constraint(child_name.clone(), name.clone()), needs);
        }
        let Some(table) = declared.table_mut(&child_name) else { return };
        table.constraints.push(Constraint {
            name: free,
            kind: ConstraintKind::ForeignKey(key),
            deferrability: Deferrability::NotDeferrable,
            inherited: false,
        });
    }
}

/// Takes over what of a column is another.
fn alter(old: &mut model::Column, new: &model::Column, change: ColumnChange) {
    if change.has_type() {
        old.data_type.clone_from(&new.data_type);
    }
    if change.has_nullability() {
        old.nullable = new.nullable;
        old.postgres_mut().not_null = new.postgres().not_null.clone();
    }
}

/// A table goes with what belongs to it, and with the foreign keys to it.
fn drop_table(declared: &mut Schema, name: &QualifiedName) {
    declared.objects.remove(&ObjectId::Table(name.clone()));
    drop_sequences(declared, |(table, _)| table == name);
    for table in declared.tables_mut() {
        table.constraints.retain(|constraint| constraint.foreign_key().is_none_or(|key| key.target != *name));
    }
    let is_gone = |id: &ObjectId| match id {
        ObjectId::Table(table)
        | ObjectId::Column(table, _)
        | ObjectId::Constraint(table, _)
        | ObjectId::Index(table, _) => table == name,
        _ => false,
    };
    declared.comments.retain(|id, _| !is_gone(id));
    declared.privileges.retain(|id, _| !is_gone(id));
    declared.owners.retain(|id, _| !is_gone(id));
    declared.dependencies.retain(|id, _| !is_gone(id));
    drop_own_definitions(declared, name);
}

/// A sequence goes with the column that owns it.
fn drop_sequences(declared: &mut Schema, is_gone: impl Fn(&(QualifiedName, Ident)) -> bool) {
    declared.objects.retain(
        |_, object| !matches!(object, model::Object::Sequence(found) if found.owned_by.as_ref().is_some_and(&is_gone)),
    );
}

/// Triggers, policies and the like go with their table.
fn drop_own_definitions(declared: &mut Schema, name: &QualifiedName) {
    let table = ObjectId::Table(name.clone());
    declared.retain_definitions(|definition| definition.parent.as_ref() != Some(&table));
}

/// A column goes with the constraints and indexes that name it.
fn drop_column(declared: &mut Schema, name: &QualifiedName, column: &Ident) {
    let id = ObjectId::Column(name.clone(), column.clone());
    let users: BTreeSet<ObjectId> = declared
        .dependencies
        .iter()
        .filter(|(_, needs)| needs.contains(&id))
        .map(|(user, _)| user.clone())
        .collect();
    let is_used_by = |user: ObjectId| users.contains(&user);
    for table in declared.tables_mut() {
        table.constraints.retain(|constraint| {
            constraint
                .foreign_key()
                .is_none_or(|key| key.target != *name || !key.target_columns.contains(column))
        });
    }
    if let Some(table) = declared.table_mut(name) {
        table.columns.retain(|other| other.name != *column);
        table.constraints.retain(|constraint| {
            let in_key = constraint.key().is_some_and(|key| key.columns.contains(column));
            let refers = constraint.foreign_key().is_some_and(|key| key.columns.contains(column));
            let named = constraint.name.clone();
            let used = named.is_some_and(|own| is_used_by(ObjectId::Constraint(name.clone(), own)));
            !(in_key || refers || used)
        });
        table.indexes.retain(|index, found| {
            !(found.covers(column) || is_used_by(ObjectId::Index(name.clone(), index.clone())))
        });
    }
    // A key of the same name may come again, over other columns.
    let gone: BTreeSet<&ObjectId> = users.iter().filter(|user| !declared_has(declared, user)).collect();
    declared.dependencies.retain(|user, _| !gone.contains(user));
    drop_sequences(declared, |(table, of)| table == name && of == column);
    declared.comments.remove(&id);
    declared.privileges.remove(&id);
    declared.dependencies.remove(&id);
}

/// Whether a constraint or an index is there still; of other users nothing is known here.
fn declared_has(declared: &Schema, user: &ObjectId) -> bool {
    match user {
        ObjectId::Constraint(table, name) => {
            declared.table(table).is_some_and(|table| table.constraint(name).is_some())
        }
        ObjectId::Index(table, name) => declared.table(table).is_some_and(|table| table.has_index(name)),
        _ => true,
    }
}

fn set_key(declared: &mut Schema, name: &QualifiedName, key: &[String]) {
    let Some(table) = declared.table_mut(name) else { return };
    let columns: Vec<Ident> = key.iter().map(Ident::exact).collect();
    for column in &mut table.columns {
        column.nullable &= !columns.contains(&column.name);
    }
    let old = table.constraints.iter_mut().find_map(|constraint| match &mut constraint.kind {
        ConstraintKind::PrimaryKey(key) => Some(key),
        ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclude(_) => None,
    });
    match old {
        Some(old) => old.columns = columns,
        None => table.constraints.push(Constraint {
            name: Some(Ident::exact(format!("{}_pkey", name.name.as_str()))),
            kind: ConstraintKind::PrimaryKey(KeyConstraint { columns, ..KeyConstraint::default() }),
            deferrability: Deferrability::NotDeferrable,
            // A partition gets its key with its parent's.
            inherited: table.postgres().partition_of.is_some(),
        }),
    }
}
