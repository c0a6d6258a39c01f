//! The schemas that a replacement leads through, from the last one to the first.

use autogen_diff_core::model::{
    Column, Constraint, ConstraintKind, ForeignKey, Index, IndexKey, IndexKeyValue, NotNullConstraint,
    Sequence, Table,
};
use autogen_diff_core::{Ident, ObjectId, QualifiedName, Schema};

use super::{Group, Replacement, of_new};
use crate::online::key::index_of;
use crate::postgres::default_name::of_object;

impl Group {
    /// The schema in which the old columns are still there, by another name.
    pub(in crate::online) fn before_drop(&self, to: &Schema, from: &Schema) -> Option<Schema> {
        let mut before = to.clone();
        for column in &self.columns {
            before.table_mut(&column.table)?.columns.push(column.kept());
            let comment = from.comments.get(&column.id(column.name())).cloned();
            before.comments.extend(comment.map(|text| (column.id(&column.old_name()), text)));
        }
        Some(before)
    }

    /// The schema in which the foreign keys hold for new rows; nothing where there are none.
    pub(in crate::online) fn before_validation(&self, to: &Schema) -> Option<Schema> {
        let mut before = to.clone();
        let mut has_any = false;
        for (table, constraint) in &self.foreign_keys {
            let own = before.table_mut(table)?.constraints.iter_mut().find(|own| *own == constraint);
            let key = own.and_then(foreign_key_mut);
            has_any |= key.is_some_and(|key| std::mem::replace(&mut key.validated, false));
        }
        has_any.then_some(before)
    }

    /// The schema in which the columns have the names that they have on the way.
    pub(in crate::online) fn before_swap(&self, to: &Schema, from: &Schema) -> Option<Schema> {
        let mut before = to.clone();
        for (table, constraint) in &self.foreign_keys {
            let own = before.table_mut(table)?.constraints.iter_mut().find(|own| own.name == constraint.name);
            *own? = constraint.clone();
        }
        for table in self.tables() {
            let built = self.built(from.table(table)?);
            let own = before.table_mut(table)?;
            for column in self.columns_of(table) {
                own.columns.retain(|own| own.name != column.old_name());
                *own.columns.iter_mut().find(|own| own.name == *column.name())? = column.column.from.clone();
                own.columns.push(column.new_column());
            }
            own.indexes.extend(built.iter().map(|(_, index)| (index.name.clone(), index.clone().into())));
            for (name, index) in &built {
                self.describe(&mut before, to, table, (name, index));
            }
        }
        for column in &self.columns {
            column.set_beside(&mut before, from);
        }
        Some(before)
    }

    /// The indexes over the new columns, each with the name that it takes over.
    pub(in crate::online) fn built(&self, table: &Table) -> Vec<(Ident, Index)> {
        let keys = self.keys(table).filter_map(|key| Some((key.name.clone()?, key.key()?)));
        let of_keys = keys.map(|(name, key)| (name.clone(), index_of(&name, key)));
        let indexes = of_keys.chain(self.indexes(table).map(|index| (index.name.clone(), index.clone())));
        indexes.map(|(name, index)| (name, self.over_new(&table.name, index))).collect()
    }

    fn over_new(&self, table: &QualifiedName, index: Index) -> Index {
        let renamed = |column: Ident| {
            let is_replaced = self.columns_of(table).any(|own| *own.name() == column);
            if is_replaced { of_new(&column) } else { column }
        };
        let keys = index.keys.into_iter().map(|key| match key.value {
            IndexKeyValue::Column(column) => {
                IndexKey { value: IndexKeyValue::Column(renamed(column)), ..key }
            }
            IndexKeyValue::Expression(_) => key,
        });
        Index {
            name: of_new(&index.name),
            keys: keys.collect(),
            include: index.include.into_iter().map(renamed).collect(),
            ..index
        }
    }

    /// What leans on what, and the comment that an index takes along.
    fn describe(
        &self,
        before: &mut Schema,
        to: &Schema,
        table: &QualifiedName,
        (name, index): (&Ident, &Index),
    ) {
        let id = |name: &Ident| ObjectId::Index(table.clone(), name.clone());
        let columns = index.keys.iter().filter_map(|key| key.value.column()).chain(&index.include);
        let needs = columns.map(|column| ObjectId::Column(table.clone(), column.clone())).collect();
        before.dependencies.insert(id(&index.name), needs);
        before.comments.extend(to.comments.get(&id(name)).map(|text| (id(&index.name), text.clone())));
        before.comments.remove(&id(name));
    }
}

impl Replacement {
    pub(in crate::online) fn id(&self, name: &Ident) -> ObjectId {
        ObjectId::Column(self.table.clone(), name.clone())
    }

    /// The old column in the end: nobody writes it.
    pub(in crate::online) fn kept(&self) -> Column {
        let mut kept = Column {
            name: self.old_name(),
            nullable: true,
            default: None,
            identity: None,
            ..self.column.from.clone()
        };
        kept.postgres_mut().not_null = NotNullConstraint::default();
        kept
    }

    /// The new column before it has its name: nothing but the trigger writes it.
    pub(in crate::online) fn new_column(&self) -> Column {
        let name = self.new_name();
        let mut new = Column { default: None, identity: None, ..self.column.to.clone() };
        let not_null = of_object(&self.table.name, Some(name.as_str()), "not_null");
        let constraint = &mut new.postgres_mut().not_null;
        constraint.name = constraint.name.as_ref().map(|_| Ident::exact(not_null));
        constraint.has_default_name = true;
        new.name = name;
        new
    }

    /// What hangs on the two columns beside each other.
    fn set_beside(&self, before: &mut Schema, from: &Schema) {
        let (own, old, new) = (self.id(self.name()), self.id(&self.old_name()), self.id(&self.new_name()));
        before.comments.remove(&old);
        if let Some(text) = before.comments.remove(&own) {
            before.comments.insert(new, text);
        }
        before.comments.extend(from.comments.get(&own).map(|text| (own.clone(), text.clone())));
        before.dependencies.extend(from.dependencies.get(&own).map(|needs| (own.clone(), needs.clone())));
        for sequence in from.sequences().filter(|sequence| self.owns(sequence)) {
            before.insert(sequence.clone());
        }
        self.sync().add_to(before);
    }

    /// Whether a sequence goes with the column.
    pub(in crate::online) fn owns(&self, sequence: &Sequence) -> bool {
        sequence
            .owned_by
            .as_ref()
            .is_some_and(|(table, column)| *table == self.table && column == self.name())
    }
}

/// The foreign key, when it is one.
const fn foreign_key_mut(constraint: &mut Constraint) -> Option<&mut ForeignKey> {
    match &mut constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(key),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclude(_) => None,
    }
}
