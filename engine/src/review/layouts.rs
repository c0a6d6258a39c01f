//! Scripts in the layouts of other tools: one folder, a file a version, the way back in a file of its own or below a mark.

use std::path::{Path, PathBuf};

use autogen_introspect::load::SourceFile;
use autogen_runner::MigrationDirectory;
use autogen_sql_text::Dialect;

use super::script::Script;
use crate::error::Error;

/// Where the way back begins, in files that hold both: dbmate's mark and goose's.
const DOWN_MARKS: [&str; 2] = ["-- migrate:down", "-- +goose down"];

/// Whether a line says that its file runs in no transaction.
fn ends_transactions(number: usize, line: &str) -> bool {
    let line = line.trim().to_lowercase();
    let is_of_sqlx = number == 0 && line == "-- no-transaction";
    let is_of_dbmate = line.starts_with("-- migrate:up") && line.contains("transaction:false");
    is_of_sqlx || is_of_dbmate || line.starts_with("-- +goose no transaction")
}

/// The scripts of a file or a folder, in the order in which their tool runs them.
///
/// # Errors
/// When it can't be read.
pub(super) fn scripts_at(dialect: Dialect, path: &Path) -> Result<Vec<Script>, Error> {
    if !path.is_dir() {
        return Ok(vec![script_of(path)?]);
    }
    if autogen_migration_files::has_migrations(path)? {
        let directory = MigrationDirectory::read(path)?;
        return Ok(directory.migrations.iter().map(|migration| Script::of(dialect, migration)).collect());
    }
    files_of(path)?.iter().map(|file| script_of(file)).collect()
}

/// The files of the way there, by the number that their names begin with, and by name.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.ends_with(".sql") && !name.ends_with(".down.sql") && !name.starts_with('.') {
            files.push((number_of(&name), name, path));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, _, path)| path).collect())
}

/// The number of `12_name.sql` and `V12__name.sql`; names without one go last.
fn number_of(name: &str) -> u128 {
    let rest = name.strip_prefix('v').unwrap_or(name);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(u128::MAX)
}

fn script_of(path: &Path) -> Result<Script, Error> {
    let text = fs_err::read_to_string(path)?;
    let text = autogen_sql_text::strip_bom(&text);
    let run_in_transaction = !text.lines().enumerate().any(|(number, line)| ends_transactions(number, line));
    Ok(Script::of_file(SourceFile::new(path.to_owned(), way_there(text).to_owned()), run_in_transaction))
}

/// The text up to the mark of the way back, so that lines keep their numbers.
fn way_there(text: &str) -> &str {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let lower = line.trim().to_lowercase();
        if DOWN_MARKS.iter().any(|mark| lower.starts_with(mark)) {
            return &text[..start];
        }
        start += line.len();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_run_by_number() {
        let root = tempfile::tempdir().unwrap();
        for name in ["10_c.up.sql", "9_b.up.sql", "9_b.down.sql", "V2__a.sql", "notes.md", "seed.sql"] {
            std::fs::write(root.path().join(name), "SELECT 1;\n").unwrap();
        }
        let names: Vec<String> = scripts_at(Dialect::Postgres, root.path())
            .unwrap()
            .into_iter()
            .map(|script| script.name)
            .collect();
        assert_eq!(names, ["V2__a.sql", "9_b.up.sql", "10_c.up.sql", "seed.sql"]);
    }

    #[test]
    fn marks_are_read() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("1.sql");
        std::fs::write(&file, "-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nSELECT 2;\n")
            .unwrap();
        let script = script_of(&file).unwrap();
        assert_eq!(script.text(), "-- migrate:up transaction:false\nSELECT 1;\n");
        assert!(!script.up.run_in_transaction);
        std::fs::write(&file, "SELECT 1;\n-- no-transaction\n-- not transaction:false\n").unwrap();
        assert!(script_of(&file).unwrap().up.run_in_transaction);
    }
}
