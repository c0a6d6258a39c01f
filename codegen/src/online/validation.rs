//! Foreign keys and checks, those of domains too, and from PostgreSQL 18 on `NOT NULL`: they hold for new rows first (`NOT VALID`),
//! and the others are looked at while all are written.

use autogen_diff_core::diff::change::{ConstraintChange, ObjectChange, TableAlteration};
use autogen_diff_core::model::{
    Column, Constraint, ConstraintKind, Definition, DefinitionParts, DomainParts,
};
use autogen_diff_core::{Change, ObjectId, Pair, QualifiedName, Schema, diff};

use super::{altered_tables, required, stands_alone};

/// The first release whose partitioned tables have foreign keys that are `NOT VALID`, and whose `NOT NULL` can be.
const NOT_VALID_EVERYWHERE: u32 = 18;

/// The schema in which none of the new ones is validated.
pub(super) fn before(schemas: Pair<&Schema>) -> Option<Schema> {
    let mut before = schemas.to.clone();
    let mut has_any = false;
    for alteration in altered_tables(schemas) {
        if stands_alone(schemas, alteration.name()) {
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
            if has_comment(schemas.to, alteration.name(), column) {
                continue;
            }
            column.postgres_mut().not_null.validated = false;
            has_any = true;
        }
    }
    Some(has_any)
}

/// Whether the constraint behind a `NOT NULL` has a comment, which the way back would lose: it makes the constraint again.
fn has_comment(schema: &Schema, table: &QualifiedName, column: &Column) -> bool {
    let id = column.not_null_name().map(|name| ObjectId::Constraint(table.clone(), name.clone()));
    id.is_some_and(|id| schema.comments.contains_key(&id))
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
        let new = own_checks(own).filter(|(name, _)| !old.checks.contains_key(name));
        let new: Vec<(String, String)> = new.collect();
        new.iter().for_each(|(name, text)| has_any |= invalidate_check(own, name, text));
    }
    has_any
}

/// The names of a domain's checks that hold for all values, and their texts.
fn own_checks(domain_type: &Definition) -> impl Iterator<Item = (String, String)> {
    let checks = domain(domain_type).into_iter().flat_map(|parts| &parts.checks);
    let valid = checks.filter(|(_, check)| !check.text.ends_with(NOT_VALID));
    valid.map(|(name, check)| (name.clone(), check.text.clone()))
}

/// Writes a check as the server spells one that is not validated: behind the domain, in a statement of its own.
fn invalidate_check(domain: &mut Definition, name: &str, text: &str) -> bool {
    let inside = format!(" CONSTRAINT {name} {text}");
    let apart = format!("ALTER DOMAIN {} ADD CONSTRAINT {name} {text}{NOT_VALID}", domain.identity);
    let DefinitionParts::Domain(parts) = &mut domain.parts else { return false };
    let (Some(create), Some(check)) = (domain.statements.first_mut(), parts.checks.get_mut(name)) else {
        return false;
    };
    if !create.contains(&inside) {
        return false;
    }
    *create = create.replacen(&inside, "", 1);
    check.text.push_str(NOT_VALID);
    domain.statements.push(apart);
    domain.statements[1..].sort();
    true
}

const NOT_VALID: &str = " NOT VALID";

fn domain(definition: &Definition) -> Option<&DomainParts> {
    if let DefinitionParts::Domain(parts) = &definition.parts { Some(parts) } else { None }
}
