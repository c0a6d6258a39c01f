//! What is dangerous about migration files: the hazards that autogen wrote above its statements, and what the words of statements
//! by hand tell.

use autogen_diff_core::Dialect;
use autogen_diff_core::text::loss::{LossKind, losses};
use autogen_runner::{Direction, Migration};

/// The hazards of one of a migration's files, each with its place.
pub(crate) fn hazards_of(dialect: Dialect, migration: &Migration, direction: Direction) -> Vec<String> {
    found(dialect, migration, direction, is_hazard)
}

/// The same of its way up, but only those that lose rows, columns or values.
pub(crate) fn losses_of(dialect: Dialect, migration: &Migration) -> Vec<String> {
    found(dialect, migration, Direction::Up, |text| text.starts_with("DL1"))
}

/// The hazards in comments that are wanted, and the losses by hand that no comment announces.
fn found(
    dialect: Dialect,
    migration: &Migration,
    direction: Direction,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<String> {
    let text = migration.text(direction).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let comment = |at: usize| lines[at].strip_prefix("-- ");
    // The comments above a statement of autogen's say what it loses.
    let is_announced = |line: usize| {
        let mut above = (0..line.saturating_sub(1)).rev().take_while(|at| lines[*at].starts_with("--"));
        above.any(|at| comment(at).is_some_and(|text| text.starts_with("DL1")))
    };
    let is_planned = migration.stated_fingerprints().is_some();
    let by_hand = losses(dialect, text).into_iter();
    let by_hand = by_hand.filter(|loss| !(is_planned && loss.kind == LossKind::Retyped));
    let by_hand = by_hand.filter(|loss| !is_announced(loss.line)).map(|loss| (loss.line, loss.statement));
    let announced = (0..lines.len()).filter_map(|at| Some((at + 1, comment(at)?)));
    let announced = announced.filter(|(_, text)| is_wanted(text)).map(|(line, text)| (line, text.to_owned()));
    let mut found: Vec<(usize, String)> = announced.chain(by_hand).collect();
    found.sort();
    found
        .into_iter()
        .map(|(line, text)| format!("{}/{}:{line}: {text}", migration.name, direction.file()))
        .collect()
}

/// Whether a comment begins with a hazard's code, such as `DL101`.
fn is_hazard(text: &str) -> bool {
    let (code, rest) = text.split_at_checked(5).unwrap_or(("", ""));
    let (letters, digits) = code.split_at_checked(2).unwrap_or(("", ""));
    letters.bytes().all(|b| b.is_ascii_uppercase())
        && digits.len() == 3
        && digits.bytes().all(|b| b.is_ascii_digit())
        && rest.starts_with([' ', ':'])
}
