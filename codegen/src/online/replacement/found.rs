//! Which columns are replaced: those whose new type has all rows written anew and takes every value, and on which nothing hangs but
//! keys, plain indexes, foreign keys and a sequence.

use std::collections::BTreeSet;

use autogen_diff_core::diff::change::{ObjectChange, TableAlteration};
use autogen_diff_core::model::{Column, Constraint, Deferrability, Index, NotNullConstraint, Table};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Pair, QualifiedName, Schema};

use super::group::{self, foreign_keys_at};
use super::{Replacement, of_new, of_old};
use crate::casts::{Declared, postgres};
use crate::online::fill::key_of;
use crate::online::index::is_plain;
use crate::online::{altered_tables, name, names, stands_alone};
use crate::postgres::is_stored_otherwise;

/// Types whose values have the same text, and come from the same text, whatever a session has set.
const STEADY: [&str; 11] = [
    "bigint",
    "boolean",
    "character",
    "character varying",
    "integer",
    "json",
    "jsonb",
    "numeric",
    "smallint",
    "text",
    "uuid",
];

/// All of them.
pub(in crate::online) fn replacements(schemas: Pair<&Schema>) -> Vec<Replacement> {
    let of_table = |alteration: &TableAlteration| {
        let columns = alteration.columns.iter().filter_map(|change| match change {
            ObjectChange::Alter(pair) => Some(pair),
            ObjectChange::Create(_) | ObjectChange::Drop(_) => None,
        });
        let wanted = columns.filter(|pair| is_replaced(schemas, alteration, pair.as_ref()));
        let wanted =
            wanted.map(|pair| Replacement { table: alteration.name().clone(), column: pair.clone() });
        wanted.collect::<Vec<_>>()
    };
    // Of two that need one name the first one has it.
    let mut taken = BTreeSet::new();
    let mut has_own_names = |replacement: &Replacement| {
        let names = schemas.to.table(&replacement.table).map(|table| names_on_the_way(table, replacement));
        let names = names.unwrap_or_default();
        let is_free = !names.iter().any(|name| taken.contains(name));
        taken.extend(if is_free { names } else { Vec::new() });
        is_free
    };
    let all = altered_tables(schemas);
    all.iter().flat_map(of_table).filter(|replacement| has_own_names(replacement)).collect()
}

/// What is made for a replacement and goes again, each with its kind.
fn names_on_the_way(table: &Table, replacement: &Replacement) -> Vec<String> {
    let column = replacement.name();
    let columns = [of_old(column), of_new(column)];
    let of_columns = columns.iter().map(|own| format!("column {}.{own}", table.name));
    let of_sequences = columns.iter().map(|own| format!("relation {}", replacement.sequence_of(own)));
    let of_keys = group::keys_over(table, column).filter_map(|key| key.name.as_ref());
    let of_indexes = group::indexes_over(table, column).map(|index| &index.name);
    let built = of_keys.chain(of_indexes).map(|own| format!("relation {}", table.name.sibling(of_new(own))));
    let function = replacement.sync().function_name();
    let all = of_columns.chain(of_sequences).chain(built);
    all.chain([format!("function {function}")]).collect()
}

fn is_replaced(schemas: Pair<&Schema>, alteration: &TableAlteration, column: Pair<&Column>) -> bool {
    let table = alteration.table.as_ref();
    let replacement = Replacement { table: alteration.name().clone(), column: column.map(Column::clone) };
    is_rewritten(column)
        && is_plain_column(column)
        && stands_alone(schemas, alteration.name())
        && key_of(table.from).is_some()
        && key_of(table.from) == key_of(table.to)
        && runs_nothing_else(schemas, &table.to.name)
        && is_no_type(schemas, &table.to.name)
        && has_free_names(schemas, table, &replacement)
        && is_indexed_alike(schemas, table, &column.to.name)
        && [schemas.from, schemas.to].iter().all(|schema| is_free(schema, &replacement))
        && keeps_sequences(schemas, &replacement)
        && can_be_numbered_again(schemas, table, &replacement)
        && foreign_keys_at(schemas, &replacement).all(|key| group::can_be_made_again(schemas, &key))
}

/// Whether the new type takes every value as it is, but all rows would be written.
fn is_rewritten(column: Pair<&Column>) -> bool {
    let types = column.map(|column| column.data_type.as_str());
    let is_steady = |data_type: &str| {
        let declared = Declared::parse(data_type);
        !declared.array && STEADY.contains(&declared.name.as_str())
    };
    is_stored_otherwise(types.from, types.to)
        && is_steady(types.from)
        && is_steady(types.to)
        && !postgres::cast(types.from, types.to).may_fail()
}

/// Whether nothing but the type and the default changes, and a row is written to the column like to any other.
fn is_plain_column(column: Pair<&Column>) -> bool {
    let Pair { from, to } = column;
    let sequence =
        column.map(|column| column.identity.as_ref().map(|identity| (identity.always, &identity.sequence)));
    let is_usual = |own: &NotNullConstraint| own.validated && !own.no_inherit;
    from.nullable == to.nullable
        && from.collation == to.collation
        && sequence.from == sequence.to
        && from.generated.is_none()
        && to.generated.is_none()
        && is_usual(&from.postgres().not_null)
        && is_usual(&to.postgres().not_null)
}

/// Whether no trigger, rule or policy has a say in what is written to a table.
fn runs_nothing_else(schemas: Pair<&Schema>, table: &QualifiedName) -> bool {
    let parent = ObjectId::Table(table.clone());
    let is_free = |schema: &Schema| {
        let own = schema.table(table).is_some_and(|table| !table.postgres().row_security);
        let mut code = [DefinitionKind::Trigger, DefinitionKind::Rule].into_iter();
        own && !code.any(|kind| schema.definitions_of(kind).any(|own| own.parent.as_ref() == Some(&parent)))
    };
    is_free(schemas.from) && is_free(schemas.to)
}

/// Whether nothing uses whole rows of a table: their values are stored by the place of a column, which is another one then.
fn is_no_type(schemas: Pair<&Schema>, table: &QualifiedName) -> bool {
    let id = ObjectId::Table(table.clone());
    [schemas.from, schemas.to].iter().all(|schema| schema.dependants(&id).next().is_none())
}

/// Whether no object has a name that is needed on the way.
fn has_free_names(schemas: Pair<&Schema>, table: Pair<&Table>, replacement: &Replacement) -> bool {
    let column = replacement.name();
    let columns = [of_old(column), of_new(column)];
    let is_new = |table: &Table| columns.iter().all(|own| table.column(own).is_none());
    let taken = [names(schemas.from), names(schemas.to)];
    let of_keys = group::keys_over(table.to, column).filter_map(|key| key.name.as_ref());
    let of_indexes = group::indexes_over(table.to, column).map(|index| &index.name);
    let mut new = of_keys.chain(of_indexes).map(|own| name(&table.to.name.sibling(of_new(own))));
    let is_free = |own: &_| taken.iter().all(|taken| !taken.contains(own));
    is_new(table.from)
        && is_new(table.to)
        && new.all(|own| is_free(&own))
        && replacement.sync().is_free_in(schemas.from)
        && replacement.sync().is_free_in(schemas.to)
}

/// Whether both sides have the same keys and indexes over a column, which can be built beside those that are there.
fn is_indexed_alike(schemas: Pair<&Schema>, table: Pair<&Table>, column: &Ident) -> bool {
    let keys = table.map(|table| group::keys_over(table, column).collect::<Vec<_>>());
    let indexes = table.map(|table| group::indexes_over(table, column).collect::<Vec<&Index>>());
    let can_be_built = |key: &&Constraint| {
        key.deferrability == Deferrability::NotDeferrable
            && key.name.as_ref().is_some_and(|name| {
                let id = ObjectId::Constraint(table.to.name.clone(), name.clone());
                group::is_bare(schemas, &id)
                    && !group::goes_by(table.from, name)
                    && !group::goes_by(table.to, name)
            })
    };
    let is_simple = |index: &&Index| {
        let id = ObjectId::Index(table.to.name.clone(), index.name.clone());
        let mut keys = index.keys.iter();
        is_plain(index, table.from)
            && is_plain(index, table.to)
            && index.predicate.is_none()
            && keys.all(|key| key.value.column().is_some())
            && !schemas.from.comments.contains_key(&id)
            && !schemas.from.extension_dependencies.contains_key(&id)
            && !schemas.to.extension_dependencies.contains_key(&id)
    };
    keys.from == keys.to
        && indexes.from == indexes.to
        && keys.to.iter().all(can_be_built)
        && indexes.to.iter().all(is_simple)
}

/// Whether the same sequences go with a column on both sides, and what its old default needs stays.
fn keeps_sequences(schemas: Pair<&Schema>, replacement: &Replacement) -> bool {
    let owned = schemas.map(|schema| {
        let owned = schema.sequences().filter(|sequence| replacement.owns(sequence));
        owned.map(|sequence| (&sequence.name, sequence.unlogged)).collect::<Vec<_>>()
    });
    let id = replacement.id(replacement.name());
    owned.from == owned.to && schemas.from.needs(&id).all(|need| schemas.to.contains(need))
}

/// Whether the sequence behind an identity, which is made anew, has no comment and no privileges, and names to step aside to.
fn can_be_numbered_again(schemas: Pair<&Schema>, table: Pair<&Table>, replacement: &Replacement) -> bool {
    let sides = [
        (schemas.from, table.from, &replacement.column.from),
        (schemas.to, table.to, &replacement.column.to),
    ];
    sides.into_iter().all(|(schema, table, column)| {
        let Some(identity) = &column.identity else { return true };
        let id = ObjectId::Sequence(identity.sequence.clone());
        let aside = [replacement.old_name(), replacement.new_name()];
        let aside = aside.map(|column| name(&replacement.sequence_of(&column)));
        let taken = names(schema);
        identity.persistence == table.postgres().persistence
            && !schema.comments.contains_key(&id)
            && !schema.privileges.contains_key(&id)
            && schema.default_grants(&id).is_empty()
            && !aside.iter().any(|own| taken.contains(own))
    })
}

/// Whether nothing but what is made again leans on a column.
fn is_free(schema: &Schema, replacement: &Replacement) -> bool {
    let Replacement { table, column } = replacement;
    let Some(own) = schema.table(table) else { return false };
    let name = &column.to.name;
    let id = ObjectId::Column(table.clone(), name.clone());
    let is_key = |of: &QualifiedName, constraint: &Ident| {
        let constraint = schema.table(of).and_then(|table| table.constraint(constraint));
        constraint.is_some_and(|own| own.key().is_some() || own.foreign_key().is_some())
    };
    let leans = |user: &ObjectId| match user {
        ObjectId::Constraint(of, constraint) => {
            is_key(of, constraint)
                || own.column(name).is_some_and(|own| own.not_null_name() == Some(constraint))
        }
        ObjectId::Index(of, index) => {
            of == table && own.indexes.get(index).is_some_and(|index| index.covers(name))
        }
        ObjectId::Sequence(sequence) => {
            schema
                .sequence(sequence)
                .is_some_and(|own| own.owned_by.as_ref() == Some(&(table.clone(), name.clone())))
                || own
                    .column(name)
                    .is_some_and(|own| own.identity.as_ref().is_some_and(|own| own.sequence == *sequence))
        }
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => false,
    };
    schema.dependants(&id).all(leans) && !schema.privileges.contains_key(&id)
}
