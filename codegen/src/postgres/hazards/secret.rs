//! Options of foreign servers and user mappings that hold a password or the like.

use autogen_diff_core::DefinitionKind;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::Definition;
use autogen_sql_text::{Dialect, redact_secrets};

use crate::hazards::hazard;

/// The danger of a definition that shows a secret.
pub(super) fn shown(definition: &Definition) -> Option<Hazard> {
    let holds_options = matches!(
        definition.kind,
        DefinitionKind::ForeignDataWrapper
            | DefinitionKind::ForeignServer
            | DefinitionKind::UserMapping
            | DefinitionKind::ForeignTable
    );
    let shows = holds_options
        && definition.statements.iter().any(|text| redact_secrets(Dialect::Postgres, text) != *text);
    let subject = format!("{} {}", definition.kind.name(), definition.identity);
    shows.then(|| {
        hazard(
            HazardCode::Secret,
            subject,
            "a password stands below; keep it out of version control, or set it by hand after the migration",
        )
    })
}
