//! Aspects of a schema that a project may leave to others: whoever makes an index by hand, say.

use std::collections::BTreeMap;

use crate::Dialect;
use crate::definition_kind::DefinitionKind;
use crate::model::{Constraint, ConstraintKind, Index, Schema, Table, TextConstraintKind, retain};
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;
use crate::shared::Shared;

/// A part of many objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// Indexes that are no constraint's.
    Indexes,
    /// UNIQUE constraints; indexes on MySQL.
    Uniques,
    /// CHECK constraints.
    Checks,
    /// EXCLUDE constraints.
    Exclusions,
    /// Foreign keys.
    ForeignKeys,
    /// Defaults of columns; those that count are part of their column.
    Defaults,
    /// Comments of all objects.
    Comments,
    /// Triggers.
    Triggers,
    /// Policies.
    Policies,
    /// Rules.
    Rules,
}

impl Aspect {
    /// All of them, with the names that settings have for them.
    pub const ALL: [(&str, Self); 10] = [
        ("indexes", Self::Indexes),
        ("uniques", Self::Uniques),
        ("checks", Self::Checks),
        ("exclusions", Self::Exclusions),
        ("foreign_keys", Self::ForeignKeys),
        ("defaults", Self::Defaults),
        ("comments", Self::Comments),
        ("triggers", Self::Triggers),
        ("policies", Self::Policies),
        ("rules", Self::Rules),
    ];

    /// Whether it can be told from the rest of an object: on SQLite most of a table is one text, on MySQL a column is one.
    pub const fn is_separable_on(self, dialect: Dialect) -> bool {
        match self {
            Self::Indexes | Self::Triggers => true,
            Self::Checks | Self::ForeignKeys => !matches!(dialect, Dialect::Sqlite),
            // MySQL's unique keys are indexes.
            Self::Uniques
            | Self::Exclusions
            | Self::Defaults
            | Self::Comments
            | Self::Policies
            | Self::Rules => {
                matches!(dialect, Dialect::Postgres)
            }
        }
    }

    /// Whether a constraint is of it.
    pub fn has(self, constraint: &Constraint) -> bool {
        match &constraint.kind {
            ConstraintKind::PrimaryKey(_) => false,
            ConstraintKind::Unique(_) => matches!(self, Self::Uniques),
            ConstraintKind::ForeignKey(_) => matches!(self, Self::ForeignKeys),
            ConstraintKind::Check(_) => matches!(self, Self::Checks),
            ConstraintKind::Exclude(text) => match TextConstraintKind::of(text) {
                TextConstraintKind::Exclusion => matches!(self, Self::Exclusions),
                TextConstraintKind::PrimaryKey => false,
                TextConstraintKind::Unique => matches!(self, Self::Uniques),
                TextConstraintKind::ForeignKey => matches!(self, Self::ForeignKeys),
                TextConstraintKind::Check => matches!(self, Self::Checks),
            },
        }
    }

    /// The kind of definitions that it is.
    pub const fn definition(self) -> Option<DefinitionKind> {
        match self {
            Self::Triggers => Some(DefinitionKind::Trigger),
            Self::Policies => Some(DefinitionKind::Policy),
            Self::Rules => Some(DefinitionKind::Rule),
            Self::Indexes
            | Self::Uniques
            | Self::Checks
            | Self::Exclusions
            | Self::ForeignKeys
            | Self::Defaults
            | Self::Comments => None,
        }
    }
}

impl Schema {
    /// Takes an aspect of another schema for the objects that both have, so that it does not differ. What leans on a
    /// column that is gone is gone with it.
    pub fn adopt_aspect(&mut self, other: &Self, aspect: Aspect) {
        if aspect == Aspect::Comments {
            let own = other.comments.iter().filter(|(id, _)| self.contains(id));
            let mut adopted: BTreeMap<_, _> = own.map(|(id, text)| (id.clone(), text.clone())).collect();
            adopted.extend(
                self.comments
                    .iter()
                    .filter(|(id, _)| !other.contains(id))
                    .map(|(i, t)| (i.clone(), t.clone())),
            );
            self.comments = adopted.into();
        }
        self.adopt_extension_dependencies(other, aspect);
        self.adopt_definitions(other, aspect);
        let names: Vec<QualifiedName> = self.tables().map(|table| table.name.clone()).collect();
        for name in names {
            let Some(there) = other.table(&name) else { continue };
            match aspect {
                Aspect::Indexes => self.adopt_indexes(there),
                Aspect::Defaults => self.adopt_defaults(there),
                Aspect::Uniques | Aspect::Checks | Aspect::Exclusions | Aspect::ForeignKeys => {
                    self.adopt_constraints(other, there, aspect);
                }
                Aspect::Comments | Aspect::Triggers | Aspect::Policies | Aspect::Rules => {}
            }
        }
    }

    fn adopt_extension_dependencies(&mut self, other: &Self, aspect: Aspect) {
        let is_of_aspect = |id: &ObjectId| match id {
            ObjectId::Index(..) => aspect == Aspect::Indexes,
            ObjectId::Definition(kind, _) => Some(*kind) == aspect.definition(),
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Sequence(_)
            | ObjectId::Table(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_) => false,
        };
        retain(&mut self.extension_dependencies, |id, _| !is_of_aspect(id) || !other.contains(id));
        let own = other.extension_dependencies.iter().filter(|(id, _)| is_of_aspect(id));
        self.extension_dependencies.extend(own.map(|(id, extensions)| (id.clone(), extensions.clone())));
    }

    /// Takes an aspect out.
    pub fn clear_aspect(&mut self, aspect: Aspect) {
        if aspect == Aspect::Comments {
            self.comments.clear();
        }
        self.retain_definitions(|found| Some(found.kind) != aspect.definition());
        for table in self.tables_mut() {
            table.constraints.retain(|constraint| !aspect.has(constraint));
            if aspect == Aspect::Indexes {
                table.indexes.clear();
            }
            if aspect == Aspect::Defaults {
                table
                    .columns
                    .iter_mut()
                    .filter(|column| !column.has_nextval_default())
                    .for_each(|column| column.default = None);
            }
        }
    }

    fn adopt_definitions(&mut self, other: &Self, aspect: Aspect) {
        let Some(wanted) = aspect.definition() else { return };
        self.retain_definitions(|found| {
            found.kind != wanted || found.parent.as_ref().is_none_or(|parent| !other.contains(parent))
        });
        for found in other.definitions_of(wanted) {
            if found.parent.as_ref().is_some_and(|parent| self.contains(parent)) {
                self.insert(found.clone());
                self.adopt_needs(other, &found.id());
            }
        }
    }

    fn adopt_needs(&mut self, other: &Self, id: &ObjectId) {
        if let Some(needs) = other.dependencies.get(id) {
            self.dependencies.insert(id.clone(), needs.clone());
        }
    }

    fn adopt_indexes(&mut self, there: &Table) {
        let Some(own) = self.table_mut(&there.name) else { return };
        let has_all = |index: &Index| {
            let columns = index.keys.iter().filter_map(|key| key.value.column()).chain(&index.include);
            columns.into_iter().all(|column| own.columns.iter().any(|found| found.name == *column))
        };
        let mut adopted: BTreeMap<Ident, Shared<Index>> = there
            .indexes
            .iter()
            .filter(|(_, index)| has_all(index))
            .map(|(n, i)| (n.clone(), i.clone()))
            .collect();
        // MySQL's foreign keys need one, which comes with them.
        let leads = |index: &Index, column: &Ident| {
            index.keys.first().is_some_and(|key| key.value.column() == Some(column))
        };
        let wants = own.constraints.iter().filter_map(Constraint::foreign_key);
        for column in wants.filter_map(|key| key.columns.first()) {
            let needed =
                own.indexes.iter().find(|(_, index)| !index.definition.is_empty() && leads(index, column));
            if let Some((name, index)) = needed
                && !adopted.values().any(|index| leads(index, column))
            {
                adopted.insert(name.clone(), index.clone());
            }
        }
        own.indexes = adopted;
    }

    fn adopt_defaults(&mut self, there: &Table) {
        let Some(own) = self.table_mut(&there.name) else { return };
        for column in &mut own.columns {
            let Some(before) = there.column(&column.name) else { continue };
            if !column.has_nextval_default()
                && !before.has_nextval_default()
                && column.generated.is_none()
                && before.generated.is_none()
            {
                column.default.clone_from(&before.default);
            }
        }
    }

    fn adopt_constraints(&mut self, other: &Self, there: &Table, aspect: Aspect) {
        let id = |constraint: &Constraint| {
            let name = constraint.name.clone()?;
            Some(ObjectId::Constraint(there.name.clone(), name))
        };
        let is_there = |constraint: &&Constraint| {
            let needs = id(constraint).and_then(|id| other.dependencies.get(&id));
            let columns = constraint.key().map(|key| &key.columns);
            let columns = columns.or_else(|| constraint.foreign_key().map(|key| &key.columns));
            let own = self.table(&there.name);
            let has = |column: &Ident| own.is_some_and(|own| own.column(column).is_some());
            needs.into_iter().flatten().all(|need| self.contains(need) || !other.contains(need))
                && columns.into_iter().flatten().all(has)
                && constraint.foreign_key().is_none_or(|key| self.has_table(&key.target))
        };
        let adopted: Vec<Constraint> = there
            .constraints
            .iter()
            .filter(|constraint| aspect.has(constraint))
            .filter(is_there)
            .cloned()
            .collect();
        for constraint in &adopted {
            if let Some(id) = id(constraint) {
                self.adopt_needs(other, &id);
            }
        }
        let Some(own) = self.table_mut(&there.name) else { return };
        own.constraints.retain(|constraint| !aspect.has(constraint));
        own.constraints.extend(adopted);
    }
}
