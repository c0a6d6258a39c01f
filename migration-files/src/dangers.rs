//! What is dangerous about migration files: the hazards that autogen wrote above its statements, and what the words of statements
//! by hand tell.

use autogen_sql_text::{Dialect, Loss, losses};

use crate::direction::Direction;
use crate::header::is_as_planned;
use crate::migration::Migration;

/// The hazards of one of a migration's files, each with its place.
pub fn hazards_of(dialect: Dialect, migration: &Migration, direction: Direction) -> Vec<String> {
    found(dialect, migration, direction, is_hazard)
}

/// The same, but only those that lose rows, columns or values.
pub fn losses_of(dialect: Dialect, migration: &Migration, direction: Direction) -> Vec<String> {
    found(dialect, migration, direction, |text| text.starts_with("DL1"))
}

/// The hazards in comments that are wanted, and the losses by hand that no comment announces.
fn found(
    dialect: Dialect,
    migration: &Migration,
    direction: Direction,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<String> {
    let text = migration.text(direction).unwrap_or_default();
    // A plan knows the types before, and which columns are computed, and announces what it loses; words know less.
    let by_hand = if is_as_planned(text) { Vec::new() } else { unannounced(dialect, text) };
    let by_hand = by_hand.into_iter().map(|loss| (loss.line, loss.statement));
    let lines = text.lines().enumerate();
    let announced = lines.filter_map(|(at, line)| Some((at + 1, line.strip_prefix("-- ")?)));
    let announced = announced.filter(|(_, text)| is_wanted(text)).map(|(line, text)| (line, text.to_owned()));
    let mut found: Vec<(usize, String)> = announced.chain(by_hand).collect();
    found.sort();
    let (file, above) = (migration.file_name(direction), migration.lines_above(direction));
    found.into_iter().map(|(line, text)| format!("{file}:{}: {text}", line + above)).collect()
}

/// The losses that no comment above their statement announces, as autogen's do.
fn unannounced(dialect: Dialect, text: &str) -> Vec<Loss> {
    let lines: Vec<&str> = text.lines().collect();
    let is_announced = |loss: &Loss| {
        let above = lines[..loss.line.saturating_sub(1)].iter().rev();
        let mut comments = above.map_while(|line| line.strip_prefix("--"));
        comments.any(|comment| comment.trim_start().starts_with("DL1"))
    };
    losses(dialect, text).into_iter().filter(|loss| !is_announced(loss)).collect()
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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use autogen_sql_text::LossKind;

    use super::*;

    /// The files of the cases that hold what the planner writes.
    fn planned(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
        let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        let is_plan = |path: &PathBuf| path.ends_with("up.sql") || path.ends_with("down.sql");
        folders.iter().flat_map(|path| planned(path)).chain(files.into_iter().filter(is_plan)).collect()
    }

    #[test]
    fn what_the_planner_writes_announces_what_it_loses() {
        let files = planned(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases"));
        assert!(files.len() > 500, "{} files", files.len());
        for path in files {
            let dialect = match path.parent().and_then(Path::file_name).and_then(|name| name.to_str()) {
                Some("postgres") => Dialect::Postgres,
                Some("sqlite") => Dialect::Sqlite,
                Some("mysql") => Dialect::Mysql,
                _ => continue,
            };
            let text = std::fs::read_to_string(&path).unwrap();
            let mut found = unannounced(dialect, &text);
            found.retain(|loss| loss.kind == LossKind::Gone);
            // A column that is computed loses nothing, which only the plan knows.
            let whole = |loss: &Loss| {
                let lines = text.lines().skip(loss.line.saturating_sub(1));
                lines.take_while(|line| !line.is_empty()).collect::<String>()
            };
            found.retain(|loss| !whole(loss).contains("DROP COLUMN"));
            // A type that goes with its functions takes no column along: the guard above it fails first.
            found.retain(|loss| !(loss.statement.starts_with("DROP TYPE") && text.contains("$guard$")));
            assert!(found.is_empty(), "{}: {found:?}", path.display());
        }
    }
}
