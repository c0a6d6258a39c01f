//! The programs that copy a table while rows are written, where the server keeps writes waiting: their command lines for a change.
//!
//! Both copy by `INSERT IGNORE` and change foreign keys' names, so a table is left out that has such keys or where a value may not fit.

use autogen_diff_core::hazard::{Hazard, HazardClass, HazardCode, Instead};
use autogen_diff_core::model::{Constraint, ConstraintKind, Table};
use autogen_diff_core::{DefinitionKind, Flavor, ObjectId, Pair, QualifiedName, Schema};

use super::online::OnlineDdl;
use super::{options, table};
use crate::quote::{Quoter, in_shell};

/// The commands, where the change is one that both programs make; `hazards` are those of the change.
pub(super) fn instead(
    pair: &Pair<Table>,
    schemas: Pair<&Schema>,
    work: Option<OnlineDdl>,
    hazards: &[Hazard],
    q: &Quoter,
) -> Option<Instead> {
    let is_copy = matches!(work, Some(OnlineDdl::Copy | OnlineDdl::StatedCopy));
    let name = &pair.to.name;
    let can_be = is_copy
        && is_spelled_plainly(name.name.as_str())
        && keeps_values(hazards)
        && is_plain(&pair.from)
        && is_plain(&pair.to)
        && primary_columns(&pair.from) == primary_columns(&pair.to)
        && !is_referred_to(schemas.from, name)
        && !is_referred_to(schemas.to, name)
        && !has_trigger(schemas.from, name)
        && !has_trigger(schemas.to, name);
    let clauses = table::clauses_alone(pair, q).filter(|_| can_be)?.join(", ");
    // What a comment shows is what the shell gets.
    if !clauses.chars().all(|c| (' '..='~').contains(&c)) {
        return None;
    }
    let (table, alter) = (name.name.as_str(), in_shell(&clauses));
    let gh_ost = format!(
        "gh-ost --host=\"$HOST\" --database=\"$DATABASE\" --table={table} --alter={alter} --allow-on-master --execute"
    );
    let percona =
        format!("pt-online-schema-change --alter={alter} --execute h=\"$HOST\",D=\"$DATABASE\",t={table}");
    // gh-ost reads the log of MySQL alone.
    let commands = match schemas.to.flavor {
        Flavor::Mysql => vec![gh_ost, percona],
        Flavor::Mariadb | Flavor::Postgres | Flavor::Sqlite => vec![percona],
    };
    Some(Instead::Programs { commands })
}

fn is_spelled_plainly(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a row can't be left out, nor a value be cut, without an error.
fn keeps_values(hazards: &[Hazard]) -> bool {
    let harms = |hazard: &Hazard| match hazard.code.class() {
        HazardClass::MayFail => true,
        HazardClass::DataLoss => hazard.code != HazardCode::DropColumn,
        HazardClass::Locks
        | HazardClass::Rewrite
        | HazardClass::BreaksCompatibility
        | HazardClass::Behavior
        | HazardClass::Irreversible
        | HazardClass::Access
        | HazardClass::Secret
        | HazardClass::Design => false,
    };
    !hazards.iter().any(harms)
}

/// Whether a copy has the same names and the same engine: checks of a copy have names of their own.
fn is_plain(table: &Table) -> bool {
    let is_key = |constraint: &Constraint| match constraint.kind {
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => true,
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => false,
    };
    options::engine(table) == Some("InnoDB")
        && table.mysql().partition.is_none()
        && table.mysql().periods.is_empty()
        && !options::is_versioned(table)
        && primary_columns(table).is_some()
        && table.constraints.iter().all(is_key)
        && table.columns.iter().all(|column| !column.mysql().definition.contains(" CHECK ("))
}

fn primary_columns(table: &Table) -> Option<&[autogen_diff_core::Ident]> {
    table.primary_key().map(|(_, key)| &*key.columns)
}

fn is_referred_to(schema: &Schema, table: &QualifiedName) -> bool {
    let mut keys = schema.tables().flat_map(|other| &other.constraints).filter_map(Constraint::foreign_key);
    keys.any(|key| key.target == *table)
}

fn has_trigger(schema: &Schema, table: &QualifiedName) -> bool {
    let parent = ObjectId::Table(table.clone());
    let mut triggers = schema.definitions_of(DefinitionKind::Trigger);
    triggers.any(|trigger| trigger.parent.as_ref() == Some(&parent))
}
