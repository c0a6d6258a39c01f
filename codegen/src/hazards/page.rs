//! What docs/hazards.md says of each hazard.

use autogen_diff_core::hazard::HazardCode;

/// The one place where hazards are described: a table with a row a code, and a section a code.
const DOCS: &str = include_str!("hazards.md");

/// A code that no hazard has.
#[derive(Debug, thiserror::Error)]
#[error("no hazard has this code; the nearest is {nearest}")]
pub struct UnknownCode {
    nearest: &'static str,
}

/// The hazard of a code, in any letters.
///
/// # Errors
/// When there is none.
pub fn find(code: &str) -> Result<HazardCode, UnknownCode> {
    let wanted = code.to_ascii_uppercase();
    let all = HazardCode::ALL.iter();
    if let Some(found) = all.clone().find(|hazard| hazard.code() == wanted) {
        return Ok(*found);
    }
    let distance = |hazard: &&HazardCode| strsim::damerau_levenshtein(hazard.code(), &wanted);
    Err(UnknownCode { nearest: all.min_by_key(distance).map_or("", |hazard| hazard.code()) })
}

/// The page of a hazard: its code and class, when it is told, why, and what to do.
pub fn page(hazard: HazardCode) -> String {
    let (code, class) = (hazard.code(), hazard.class().words());
    format!("{code} {class}\n\nWhen: {}.\n\n{}\n", when(hazard), section(code).unwrap_or_default())
}

/// When a hazard is told, in a few words.
pub fn when(hazard: HazardCode) -> &'static str {
    row(hazard.code()).unwrap_or_default()
}

/// The last cell of a code's row.
fn row(code: &str) -> Option<&'static str> {
    let row =
        DOCS.lines().find_map(|line| line.strip_prefix("| ")?.strip_prefix(code)?.strip_prefix(" | "))?;
    Some(row.split_once(" | ")?.1.trim_end_matches(" |"))
}

/// What stands below a code's heading.
fn section(code: &str) -> Option<&'static str> {
    let (_, behind) = DOCS.split_once(&format!("\n### {code}\n"))?;
    let end = behind.find("\n#").unwrap_or(behind.len());
    Some(behind[..end].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_and_every_page_a_code() {
        for hazard in HazardCode::ALL {
            let code = hazard.code();
            let class = format!("| {code} | {} |", hazard.class().words());
            assert!(DOCS.contains(&class), "docs/hazards.md has no row {class}");
            let section = section(code).unwrap_or_else(|| panic!("docs/hazards.md has no section {code}"));
            for part in ["Why: ", "Instead: ", "Since "] {
                assert!(section.contains(part), "{code} lacks {part}");
            }
        }
        let known = |code: &str| HazardCode::ALL.iter().any(|hazard| hazard.code() == code);
        for line in DOCS.lines() {
            let told = line.strip_prefix("### ").or_else(|| line.strip_prefix("| ")?.split(" | ").next());
            let code = told.filter(|code| code.len() == 5 && code.ends_with(|c: char| c.is_ascii_digit()));
            assert!(code.is_none_or(known), "{line}");
        }
    }

    #[test]
    fn a_code_is_found_in_any_letters_and_the_nearest_is_named() {
        assert_eq!(find("lk203").ok(), Some(HazardCode::CheckForeignKey));
        assert_eq!(find("LK23").unwrap_err().to_string(), "no hazard has this code; the nearest is LK203");
    }
}
