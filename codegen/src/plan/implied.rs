//! What the server makes, drops and changes along with an operation's own object: a partition's part of
//! a key or an index, an inheritance child's column, a typed table's column.

use std::collections::BTreeMap;

use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Table};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Pair, QualifiedName, Schema};

use super::base_type;
use super::inherit::{Children, children};
use super::operation::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, Effects, IndexOperation, Operation,
    TypeOperation,
};
use super::partition;

/// What hangs on the tables, indexes and composite types of two schemas.
pub(super) struct Implied<'a> {
    sides: Pair<Side<'a>>,
}

impl<'a> Implied<'a> {
    pub(super) fn of(schemas: Pair<&'a Schema>) -> Self {
        Self { sides: schemas.map(Side::of) }
    }

    /// The effects of an operation beyond its own objects.
    pub(super) fn effects(&self, operation: &Operation) -> Effects {
        let Pair { from, to } = &self.sides;
        let mut effects = Effects::default();
        match operation {
            Operation::Column(ColumnOperation::Add { table, column }) => {
                effects.creates = to.columns_below(table, &column.name, is_inherited);
            }
            Operation::Column(ColumnOperation::Drop { table, column }) => {
                effects.drops = from.columns_below(table, &column.name, is_inherited);
                effects.drops.retain(|id| to.column(id).is_none_or(is_inherited));
            }
            Operation::Column(ColumnOperation::Alter { table, column }) if changes_type(column.as_ref()) => {
                effects.retypes = to.columns_below(table, &column.to.name, |_| true);
            }
            Operation::Type(TypeOperation::ReplaceInUse { columns, types: _ }) => {
                let names = columns.iter().map(|swapped| (&swapped.table, &swapped.column.to.name));
                effects.retypes =
                    names.flat_map(|(table, name)| to.columns_below(table, name, |_| true)).collect();
            }
            Operation::Definition(DefinitionOperation::Replace(pair))
                if pair.to.kind == DefinitionKind::CompositeType =>
            {
                self.typed_columns(&pair.to.identity, &mut effects);
            }
            // None of them can go before the others.
            Operation::Definition(DefinitionOperation::Drop(dropped)) => {
                effects.drops = base_type::functions(from.schema, &dropped.id()).cloned().collect();
            }
            Operation::Constraint(ConstraintOperation::Drop { table, constraint }) => {
                effects.drops = from.parts_of_key(table, constraint);
            }
            Operation::Constraint(ConstraintOperation::Add { table, constraint }) => {
                effects.creates = to.parts_of_key(table, constraint);
            }
            Operation::Index(IndexOperation::Drop { table, index }) => {
                effects.drops = from.parts_of_index(&table.sibling(index.name.clone()));
            }
            Operation::Index(IndexOperation::Create { table, index }) => {
                effects.creates = to.parts_of_index(&table.sibling(index.name.clone()));
            }
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
            | Operation::Attachment(_) => {}
        }
        effects
    }

    /// The columns of typed tables that come, go and change with an attribute of their type.
    fn typed_columns(&self, of_type: &str, effects: &mut Effects) {
        let Pair { from, to } = &self.sides;
        for table in to.typed.get(of_type).into_iter().flatten() {
            let Some(old) = from.schema.table(&table.name) else { continue };
            if old.postgres().of_type.as_deref() != Some(of_type) {
                continue;
            }
            let id = |column: &Column| ObjectId::Column(table.name.clone(), column.name.clone());
            let lacks = |table: &Table, column: &&Column| table.column(&column.name).is_none();
            effects.drops.extend(old.columns.iter().filter(|column| lacks(table, column)).map(id));
            effects.creates.extend(table.columns.iter().filter(|column| lacks(old, column)).map(id));
            let retyped = |column: &&Column| {
                let before = old.column(&column.name).cloned();
                before.is_some_and(|before| changes_type(Pair::new(&before, column)))
            };
            effects.retypes.extend(table.columns.iter().filter(retyped).map(id));
        }
    }
}

fn is_inherited(column: &Column) -> bool {
    column.postgres().inherited
}

/// Whether the server makes the column's indexes again, and refuses under other objects that need it.
pub(super) fn changes_type(column: Pair<&Column>) -> bool {
    column.from.data_type != column.to.data_type || column.from.collation != column.to.collation
}

/// One schema, by what hangs on what.
struct Side<'a> {
    schema: &'a Schema,
    children: Children<'a>,
    /// The parts of each index of a partitioned table, be they indexes of their own or behind keys.
    parts: BTreeMap<&'a QualifiedName, Vec<(&'a QualifiedName, &'a Ident)>>,
    typed: BTreeMap<&'a str, Vec<&'a Table>>,
}

impl<'a> Side<'a> {
    fn of(schema: &'a Schema) -> Self {
        let mut side =
            Self { schema, children: children(schema), parts: BTreeMap::new(), typed: BTreeMap::new() };
        for table in schema.tables() {
            for (part, whole) in partition::parts(table) {
                side.parts.entry(whole).or_default().push((&table.name, part));
            }
            if let Some(of_type) = &table.postgres().of_type {
                side.typed.entry(of_type).or_default().push(table);
            }
        }
        side
    }

    fn column(&self, id: &ObjectId) -> Option<&Column> {
        let ObjectId::Column(table, name) = id else { return None };
        self.schema.table(table).and_then(|table| table.column(name))
    }

    fn children(&self, table: &QualifiedName) -> impl Iterator<Item = &'a Table> {
        let names = self.children.get(table).into_iter().flatten();
        names.filter_map(|name| self.schema.table(name))
    }

    /// The columns of a name that those below a table have from it.
    fn columns_below(
        &self,
        table: &QualifiedName,
        name: &Ident,
        reaches: fn(&Column) -> bool,
    ) -> Vec<ObjectId> {
        let mut found = Vec::new();
        let mut work: Vec<&Table> = self.children(table).collect();
        while let Some(child) = work.pop() {
            if child.column(name).is_some_and(reaches) {
                found.push(ObjectId::Column(child.name.clone(), name.clone()));
                work.extend(self.children(&child.name));
            }
        }
        found
    }

    /// The partitions' parts of a key.
    fn parts_of_key(&self, table: &QualifiedName, key: &Constraint) -> Vec<ObjectId> {
        let mut found = Vec::new();
        if key.key().is_none() {
            return found;
        }
        let mut work: Vec<&Table> = self.children(table).collect();
        while let Some(child) = work.pop() {
            let parts = child.constraints.iter().filter(|part| is_part(part, key));
            for part in parts.filter_map(|part| part.name.as_ref()) {
                found.push(ObjectId::Constraint(child.name.clone(), part.clone()));
            }
            work.extend(self.children(&child.name));
        }
        found
    }

    /// The parts of an index, and theirs.
    fn parts_of_index(&self, whole: &QualifiedName) -> Vec<ObjectId> {
        let mut found = Vec::new();
        let mut work = vec![whole.clone()];
        while let Some(whole) = work.pop() {
            let parts = self.parts.get(&whole).into_iter().flatten().copied();
            // An index behind a key is let go before its whole is dropped.
            let indexes = parts.filter(|(table, part)| {
                self.schema.table(table).is_none_or(|table| table.constraint(part).is_none())
            });
            for (table, part) in indexes {
                found.push(ObjectId::Index(table.clone(), part.clone()));
                work.push(table.sibling(part.clone()));
            }
        }
        found
    }
}

/// Whether a partition's key is its part of the partitioned table's. The catalog's own link is not in the
/// model; of two keys over the same columns both count.
pub(super) fn is_part(part: &Constraint, key: &Constraint) -> bool {
    let is_same = match (&part.kind, &key.kind) {
        (ConstraintKind::PrimaryKey(part), ConstraintKind::PrimaryKey(key))
        | (ConstraintKind::Unique(part), ConstraintKind::Unique(key)) => part.columns == key.columns,
        (
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclude(_),
            _,
        ) => false,
    };
    part.inherited && is_same
}
