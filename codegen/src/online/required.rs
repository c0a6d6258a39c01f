//! A column that takes no NULL any more. To PostgreSQL 17 a check proves it, so that the server need not look at the rows; from
//! 18 on the constraint behind `NOT NULL` is validated like any other (`validation`).

use autogen_diff_core::diff::change::{ColumnChange, ObjectChange, TableAlteration};
use autogen_diff_core::model::{
    Check, Column, Constraint, ConstraintKind, Expression, NotNullConstraint, Table,
};
use autogen_diff_core::{Dialect, Ident, Pair, QualifiedName, Schema};

use super::{altered_tables, fill, stands_alone};
use crate::hazards::Standing;
use crate::postgres::default_name::of_object;
use crate::quote::server_ident;

/// The first release whose `NOT NULL` can be `NOT VALID`.
const WITH_CONSTRAINTS: u32 = 18;

/// The schema with checks instead.
pub(super) fn before(schemas: Pair<&Schema>) -> Option<Schema> {
    if schemas.to.version.major >= WITH_CONSTRAINTS {
        return None;
    }
    let mut before = schemas.to.clone();
    let mut has_any = false;
    for alteration in altered_tables(schemas) {
        if !stands_alone(schemas, alteration.name()) {
            continue;
        }
        for name in becoming_required(schemas, &alteration) {
            let Some(check) = check_of(alteration.table.as_ref(), name) else { continue };
            let table = before.table_mut(alteration.name())?;
            make_nullable(table, name);
            table.constraints.push(check);
            has_any = true;
        }
    }
    has_any.then_some(before)
}

/// The columns of a table that take no NULL any more, new ones that are filled before included.
pub(super) fn becoming_required<'a>(
    schemas: Pair<&'a Schema>,
    alteration: &'a TableAlteration,
) -> impl Iterator<Item = &'a Ident> {
    let altered = alteration.columns.iter().filter_map(|change: &ColumnChange| match change {
        ObjectChange::Alter(pair) => becomes_required(pair).then_some(&pair.to.name),
        ObjectChange::Create(_) | ObjectChange::Drop(_) => None,
    });
    altered.chain(fill::filled(schemas, alteration))
}

fn becomes_required(pair: &Pair<Column>) -> bool {
    let Pair { from, to } = pair;
    from.nullable && !to.nullable && to.identity.is_none() && to.postgres().not_null.validated
}

/// The check that proves it, where none stands that does.
fn check_of(table: Pair<&Table>, name: &Ident) -> Option<Constraint> {
    let column = table.to.column(name)?;
    if Standing::of(Dialect::Postgres, table.from).has_no_null(column) {
        return None;
    }
    let own = name_of(&table.to.name, name);
    if table.from.has_constraint(&own) || table.to.has_constraint(&own) {
        return None;
    }
    let expression = Expression::new(format!("({} IS NOT NULL)", server_ident(name.as_str())));
    Some(Constraint::new(Some(own), ConstraintKind::Check(Check::new(expression))))
}

pub(super) fn name_of(table: &QualifiedName, column: &Ident) -> Ident {
    Ident::exact(of_object(&table.name, Some(column.as_str()), "not_null"))
}

fn make_nullable(table: &mut Table, name: &Ident) {
    if let Some(column) = table.columns.iter_mut().find(|column| column.name == *name) {
        column.nullable = true;
        column.postgres_mut().not_null = NotNullConstraint::default();
    }
}
