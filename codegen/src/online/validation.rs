//! Foreign keys and checks, those of domains too, and from PostgreSQL 18 on `NOT NULL`: they hold for new rows first (`NOT VALID`),
//! and the others are looked at while all are written.

use autogen_diff_core::diff::change::{ConstraintChange, ObjectChange, TableAlteration};
use autogen_diff_core::model::{Constraint, ConstraintKind, Definition, DefinitionParts, DomainParts};
use autogen_diff_core::{Change, Pair, Schema, diff};

use super::{altered_tables, required, stands_alone};

/// The first release whose partitioned tables have foreign keys that are `NOT VALID`, and whose `NOT NULL` can be.
const NOT_VALID_EVERYWHERE: u32 = 18;

/// The schema in which none of the new ones is validated.
pub(super) fn before(schemas: Pair<&Schema>) -> Option<Schema> {
    let mut before = schemas.to.clone();
    let mut has_any = false;
    for alteration in altered_tables(schemas) {
        if stands_alone(schemas.to, alteration.name()) {
            has_any |= of_table(&mut before, schemas, &alteration)?;
        }
    }
    has_any |= of_domains(&mut before, schemas);
    has_any.then_some(before)
}

fn of_table(before: &mut Schema, schemas: Pair<&Schema>, alteration: &TableAlteration) -> Option<bool> {
    let mut has_any = false;
    let table = before.table_mut(alteration.name())?;
    for change in &alteration.constraints {
        let ConstraintChange::Add(added) = change else { continue };
        let own = table.constraints.iter_mut().find(|own| *own == added);
        has_any |= own.is_some_and(|own| !own.inherited && own.name.is_some() && invalidate(own));
    }
    if schemas.to.version.major >= NOT_VALID_EVERYWHERE {
        for name in required::becoming_required(schemas, alteration) {
            let column = table.columns.iter_mut().find(|column| column.name == *name)?;
            column.postgres_mut().not_null.validated = false;
            has_any = true;
        }
    }
    Some(has_any)
}

/// Takes back that a constraint holds for all rows; false where none can be had so.
const fn invalidate(constraint: &mut Constraint) -> bool {
    let validated = match &mut constraint.kind {
        ConstraintKind::ForeignKey(key) => &mut key.validated,
        ConstraintKind::Check(check) => &mut check.validated,
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => {
            return false;
        }
    };
    std::mem::replace(validated, false)
}

fn of_domains(before: &mut Schema, schemas: Pair<&Schema>) -> bool {
    let mut has_any = false;
    for change in diff(schemas).changes {
        let Change::Definition(ObjectChange::Alter(pair)) = change else { continue };
        let (Some(old), Some(_)) = (domain(&pair.from), domain(&pair.to)) else { continue };
        let Some(own) = before.definition_mut(&(pair.to.kind, pair.to.identity.clone())) else { continue };
        let DefinitionParts::Domain(parts) = &mut own.parts else { continue };
        for (name, check) in &mut parts.checks {
            if !old.checks.contains_key(name) && !check.text.ends_with(NOT_VALID) {
                check.text.push_str(NOT_VALID);
                has_any = true;
            }
        }
    }
    has_any
}

const NOT_VALID: &str = " NOT VALID";

fn domain(definition: &Definition) -> Option<&DomainParts> {
    if let DefinitionParts::Domain(parts) = &definition.parts { Some(parts) } else { None }
}
