//! Scripts in the layouts of whichever tools, mixed or without numbers too: one folder, a file a version.

use std::path::{Path, PathBuf};

use autogen_introspect::load::SourceFile;
use autogen_migration_files::{both_ways, place_of_file, runs_in_transaction};
use autogen_runner::MigrationDirectory;
use autogen_sql_text::Dialect;

use super::script::Script;
use crate::error::Error;

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
            files.push((place_of_file(&name), name, path));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, _, path)| path).collect())
}

fn script_of(path: &Path) -> Result<Script, Error> {
    let text = fs_err::read_to_string(path)?;
    let text = autogen_sql_text::strip_bom(&text);
    let (way_there, _) = both_ways(text);
    Ok(Script::of_file(SourceFile::new(path.to_owned(), way_there.to_owned()), runs_in_transaction(text)))
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
}
