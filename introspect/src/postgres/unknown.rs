//! What a release has that the other queries pass over: told by name, since it is neither
//! compared nor written.

use autogen_diff_core::diagnostic::{Diagnostic, Severity};
use autogen_diff_core::model::Persistence;
use autogen_diff_core::{ObjectId, Schema};
use serde::Deserialize;

use super::NEWEST_TESTED;
use super::rows::Catalog;
use super::rows::catalog_query;
use crate::error::IntrospectError;

#[derive(Deserialize)]
struct UnknownRow {
    name: String,
    /// The column of the catalog that says what it is.
    attribute: String,
    value: String,
}

/// Notes a release that is newer than the newest tested one.
pub(super) fn note_release(schema: &mut Schema) {
    if schema.version.major > NEWEST_TESTED {
        schema.notes.push(Diagnostic {
            severity: Severity::Note,
            subject: None,
            message: format!(
                "PostgreSQL {} is not yet tested; the newest release that autogen is tested with is {NEWEST_TESTED}",
                schema.version.major
            ),
            help: None,
        });
    }
}

/// Notes partitioned tables that are unlogged, which they could be up to release 17.
pub(super) fn note_unlogged(schema: &mut Schema) {
    let unlogged = schema.tables().filter(|table| {
        table.postgres().partition_key.is_some() && table.postgres().persistence == Persistence::Unlogged
    });
    let notes = unlogged.map(|table| Diagnostic {
        severity: Severity::Note,
        subject: Some(ObjectId::Table(table.name.clone())),
        message: format!(
            "{} is partitioned, so UNLOGGED has no effect on it, and no statement changes it; it is compared only \
             where the table is new",
            table.name
        ),
        help: Some("make the partitions UNLOGGED instead".to_owned()),
    });
    let notes: Vec<Diagnostic> = notes.collect();
    schema.notes.extend(notes);
}

/// Warns of objects of kinds that are not known.
pub(super) fn note_objects(catalog: &mut Catalog<'_>, schema: &mut Schema) -> Result<(), IntrospectError> {
    let rows: Vec<UnknownRow> = catalog_query!(catalog, "unknown", schema.version)?;
    schema.notes.extend(rows.into_iter().map(|UnknownRow { name, attribute, value }| Diagnostic {
        severity: Severity::Warning,
        subject: None,
        message: format!("{name} has {attribute} '{value}', which autogen does not know; it is not compared"),
        help: None,
    }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use autogen_diff_core::{Dialect, Flavor, Version};

    use super::*;

    #[test]
    fn only_a_release_after_the_tested_ones_is_told() {
        let notes = |text: &str| {
            let mut schema = Schema::empty(Dialect::Postgres, Flavor::Postgres, Version::parse(text));
            note_release(&mut schema);
            schema.notes.into_iter().map(|note| note.message).collect::<Vec<_>>()
        };
        assert_eq!(notes("18.4"), Vec::<String>::new());
        assert!(notes("19beta2")[0].starts_with("PostgreSQL 19 is not yet tested"));
        assert!(notes("19.0 (Debian 19.0-1)")[0].starts_with("PostgreSQL 19 is not yet tested"));
    }
}
