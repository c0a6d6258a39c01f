//! Options of foreign servers and user mappings that hold a password or the like.

use autogen_diff_core::DefinitionKind;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::Definition;

use super::hazard;

/// Parts of option names whose values are nobody's business.
const SECRET_NAMES: [&str; 4] = ["password", "secret", "token", "passphrase"];

/// The danger of a definition that shows a secret.
pub(super) fn shown(definition: &Definition) -> Option<Hazard> {
    let holds_options = matches!(
        definition.kind,
        DefinitionKind::ForeignDataWrapper
            | DefinitionKind::ForeignServer
            | DefinitionKind::UserMapping
            | DefinitionKind::ForeignTable
    );
    let shows = holds_options && definition.statements.iter().any(|text| masked(text) != *text);
    let subject = format!("{} {}", definition.kind.name(), definition.identity);
    shows.then(|| {
        hazard(
            HazardCode::Secret,
            subject,
            "a password stands below; keep it out of version control, or set it by hand after the migration",
        )
    })
}

/// A statement with the values of secret options covered, for messages.
pub fn masked(sql: &str) -> String {
    let mut clean = String::new();
    let mut rest = sql;
    while let Some(start) = rest.find('\'') {
        let (before, quoted) = rest.split_at(start);
        let end = end_of_string(quoted);
        let name = before.trim_end().rsplit([' ', '(', ',']).next().unwrap_or_default().to_lowercase();
        clean.push_str(before);
        let is_secret = SECRET_NAMES.iter().any(|secret| name.contains(secret));
        clean.push_str(if is_secret { "'***'" } else { &quoted[..end] });
        rest = &quoted[end..];
    }
    clean.push_str(rest);
    clean
}

/// Where a string that starts with a quote ends; doubled quotes are a part of it.
fn end_of_string(quoted: &str) -> usize {
    let mut at = 1;
    while let Some(next) = quoted[at..].find('\'') {
        at += next + 1;
        if !quoted[at..].starts_with('\'') {
            return at;
        }
        at += 1;
    }
    quoted.len()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_are_covered_and_nothing_else() {
        let sql = "CREATE USER MAPPING FOR a SERVER s OPTIONS (password 'p''w', \"user\" 'u', api_token 'x')";
        let wanted =
            "CREATE USER MAPPING FOR a SERVER s OPTIONS (password '***', \"user\" 'u', api_token '***')";
        assert_eq!(masked(sql), wanted);
        assert_eq!(masked("SELECT 'it''s'"), "SELECT 'it''s'");
    }
}
