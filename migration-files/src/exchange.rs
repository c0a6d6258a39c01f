//! How migrations are written: whole or not at all.

use std::path::{Path, PathBuf};

use crate::directory::ASIDE;
use crate::error::FilesError;
use crate::files::MigrationFiles;
use crate::layout::Layout;
use crate::migration::Migration;
use crate::recording::record_with;

/// Writes new migrations and the sum file, or nothing.
///
/// # Errors
/// When a file can't be written, or others were edited, or the layout's tool could not run what is in them.
pub fn write_migrations(
    layout: Layout,
    path: &Path,
    migrations: &[(String, MigrationFiles)],
) -> Result<(), FilesError> {
    exchange(layout, path, &[], migrations)
}

/// Puts folders of Diesel's layout in the place of others. Everything is written aside first and then moved, the sum file last; when
/// anything fails, all is as it was. Other files of a folder go over to the one that takes its place: the one at the same place
/// of the list where there are as many, or else the first.
///
/// # Errors
/// As for [`write_migrations`].
pub fn exchange_folders(
    path: &Path,
    removed: &[&Migration],
    added: &[(String, MigrationFiles)],
) -> Result<(), FilesError> {
    exchange(Layout::Diesel, path, removed, added)
}

fn exchange(
    layout: Layout,
    path: &Path,
    removed: &[&Migration],
    added: &[(String, MigrationFiles)],
) -> Result<(), FilesError> {
    let written: Result<Vec<_>, _> = added.iter().map(|(name, files)| layout.files(name, files)).collect();
    let written: Vec<(String, String)> = written?.concat();
    fs_err::create_dir_all(path).map_err(FilesError::NotWritten)?;
    // The sum file is written anew, which must not take an edit for granted.
    let directory = layout.read_with_twins(path)?;
    directory.check_sum()?;
    let hidden = || tempfile::Builder::new().prefix(ASIDE).tempdir_in(path);
    let aside = hidden().map_err(FilesError::NotWritten)?;
    let old = hidden().map_err(FilesError::NotWritten)?;
    for (file, text) in &written {
        write_below(aside.path(), file, text).map_err(FilesError::NotWritten)?;
    }
    // A folder of Diesel's moves as a whole.
    let mut entries: Vec<&str> = written.iter().map(|(file, _)| first_part(file)).collect();
    entries.dedup();
    for name in &entries {
        if path.join(name).exists() && !removed.iter().any(|migration| migration.name == *name) {
            let name = (*name).to_owned();
            return Err(FilesError::DuplicateVersion { first: name.clone(), second: name });
        }
    }
    for (place, before) in removed.iter().enumerate() {
        let place = if removed.len() == added.len() { place } else { 0 };
        let Some((name, _)) = added.get(place) else { continue };
        copy_others(&before.path, &aside.path().join(name), &before.path, name)?;
    }
    let mut moves = Vec::new();
    moves.extend(removed.iter().map(|m| (m.path.clone(), old.path().join(&m.name))));
    moves.extend(entries.iter().map(|name| (aside.path().join(name), path.join(name))));
    let mut done: Vec<&(PathBuf, PathBuf)> = Vec::new();
    let result = moves.iter().try_for_each(|step| {
        fs_err::rename(&step.0, &step.1).map_err(FilesError::NotWritten)?;
        done.push(step);
        Ok::<(), FilesError>(())
    });
    let result = result.and_then(|()| {
        let names: Vec<&str> = added.iter().map(|(name, _)| name.as_str()).collect();
        record_with(layout, path, &names)
    });
    let Err(error) = result else { return Ok(()) };
    // All or nothing: whatever can go back does, also behind one that can't.
    let moved_back = done.into_iter().rev().map(|(from, to)| fs_err::rename(to, from));
    if moved_back.filter(Result::is_err).count() == 0 {
        return Err(error);
    }
    // What could not go back is not thrown away with the folder that it is in.
    Err(FilesError::NotPutBack { error: Box::new(error), kept: old.keep() })
}

/// What stands at the top of a path within a folder.
fn first_part(file: &str) -> &str {
    file.split('/').next().unwrap_or_default()
}

fn write_below(folder: &Path, file: &str, text: &str) -> Result<(), std::io::Error> {
    let path = folder.join(file);
    if let Some(parent) = path.parent() {
        fs_err::create_dir_all(parent)?;
    }
    write_synced(&path, text)
}

/// The files of a migration itself.
const OWN: [&str; 3] = ["up.sql", "down.sql", "metadata.toml"];

/// Copies what is not a migration's own from a folder, or one within it, into the folder called `name` or one within.
fn copy_others(from: &Path, to: &Path, root: &Path, name: &str) -> Result<(), FilesError> {
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if from == root && OWN.iter().any(|own| entry.file_name() == *own) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs_err::create_dir_all(&target).map_err(FilesError::NotWritten)?;
            copy_others(&path, &target, root, name)?;
        } else if !target.exists() {
            fs_err::copy(&path, target).map_err(FilesError::NotWritten)?;
        } else if fs_err::read(&path)? != fs_err::read(&target)? {
            return Err(FilesError::FileInTheWay { file: path, name: name.to_owned() });
        }
    }
    Ok(())
}

fn write_synced(path: &Path, text: &str) -> Result<(), std::io::Error> {
    let mut file = fs_err::File::create(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::MigrationDirectory;

    fn write_folders(path: &Path, folders: &[(String, MigrationFiles)]) -> Result<(), FilesError> {
        write_migrations(Layout::Diesel, path, folders)
    }

    fn files(text: &str) -> MigrationFiles {
        MigrationFiles { up: text.to_owned(), down: None, metadata: None }
    }

    #[test]
    fn what_fails_in_the_end_leaves_all_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let names = ["2026-01-01-000000-0000_one", "2026-01-02-000000-0000_two"];
        write_folders(path, &names.map(|name| (name.to_owned(), files("SELECT 1;\n")))).unwrap();
        let directory = MigrationDirectory::read(path).unwrap();
        // The last write is that of `.gitattributes` and the sum file.
        fs_err::remove_file(path.join(".gitattributes")).unwrap();
        fs_err::create_dir(path.join(".gitattributes")).unwrap();
        let removed: Vec<&Migration> = directory.migrations.iter().collect();
        let added = [("2026-01-03-000000-0000_both".to_owned(), files("SELECT 2;\n"))];
        exchange_folders(path, &removed, &added).unwrap_err();
        let after = MigrationDirectory::read(path).unwrap();
        assert_eq!(after.migrations, directory.migrations);
        after.check_sum().unwrap();
        let hidden = fs_err::read_dir(path).unwrap().flatten();
        let hidden = hidden.filter(|entry| entry.file_name().to_string_lossy().starts_with(".autogen-"));
        assert_eq!(hidden.count(), 0, "nothing of it stays");
    }

    fn names(path: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn folders_change_places_with_what_lies_beside_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path();
        write_folders(
            path,
            &[("1_a".to_owned(), files("SELECT 1;\n")), ("2_b".to_owned(), files("SELECT 2;\n"))],
        )
        .unwrap();
        std::fs::write(path.join("1_a/notes.md"), "why").unwrap();
        std::fs::create_dir(path.join("1_a/data")).unwrap();
        std::fs::write(path.join("1_a/data/up.sql"), "rows").unwrap();
        let before = names(path);
        assert_eq!(before, [".gitattributes", "1_a", "2_b", "autogen.sum"]);
        let directory = MigrationDirectory::read(path).unwrap();
        let taken =
            exchange_folders(path, &[&directory.migrations[0]], &[("2_b".to_owned(), files("SELECT 3;\n"))]);
        assert!(matches!(taken, Err(FilesError::DuplicateVersion { .. })), "{taken:?}");
        assert_eq!((names(path), MigrationDirectory::read(path).unwrap()), (before, directory.clone()));
        exchange_folders(path, &[&directory.migrations[0]], &[("3_a".to_owned(), files("SELECT 3;\n"))])
            .unwrap();
        assert_eq!(names(path), [".gitattributes", "2_b", "3_a", "autogen.sum"]);
        assert_eq!(names(&path.join("3_a")), ["data", "notes.md", "up.sql"]);
        assert_eq!(std::fs::read_to_string(path.join("3_a/data/up.sql")).unwrap(), "rows");
        MigrationDirectory::read(path).unwrap().check_sum().unwrap();
        std::fs::write(path.join("2_b/up.sql"), "SELECT 4;\n").unwrap();
        let edited = write_folders(path, &[("4_c".to_owned(), files("SELECT 5;\n"))]);
        assert!(matches!(edited, Err(FilesError::Edited(_))), "{edited:?}");
        assert_eq!(names(path), [".gitattributes", "2_b", "3_a", "autogen.sum"]);
    }

    #[test]
    fn what_lies_beside_goes_over_to_the_one_folder_that_is_left() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path();
        let all = ["1_a", "2_b"].map(|name| (name.to_owned(), files("SELECT 1;\n")));
        write_folders(path, &all).unwrap();
        std::fs::write(path.join("1_a/seed.csv"), "1").unwrap();
        std::fs::write(path.join("2_b/seed.csv"), "2").unwrap();
        std::fs::write(path.join("2_b/notes.md"), "why").unwrap();
        let directory = MigrationDirectory::read(path).unwrap();
        let removed: Vec<&Migration> = directory.migrations.iter().collect();
        let both = [("2_both".to_owned(), files("SELECT 2;\n"))];
        let in_the_way = exchange_folders(path, &removed, &both);
        assert!(matches!(in_the_way, Err(FilesError::FileInTheWay { .. })), "{in_the_way:?}");
        assert_eq!(names(path), [".gitattributes", "1_a", "2_b", "autogen.sum"]);
        std::fs::write(path.join("2_b/seed.csv"), "1").unwrap();
        exchange_folders(path, &removed, &both).unwrap();
        assert_eq!(names(&path.join("2_both")), ["notes.md", "seed.csv", "up.sql"]);
    }

    #[test]
    fn folders_that_a_killed_program_moved_aside_are_found() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path();
        write_folders(path, &[("1_a".to_owned(), files("SELECT 1;\n"))]).unwrap();
        std::fs::create_dir(path.join(".autogen-abc")).unwrap();
        std::fs::rename(path.join("1_a"), path.join(".autogen-abc/1_a")).unwrap();
        let found = MigrationDirectory::read(path).unwrap().check_sum();
        let Err(FilesError::Interrupted { folders, kept }) = found else { panic!("{found:?}") };
        assert_eq!((folders, kept), (vec!["1_a".to_owned()], path.join(".autogen-abc")));
        std::fs::rename(path.join(".autogen-abc/1_a"), path.join("1_a")).unwrap();
        MigrationDirectory::read(path).unwrap().check_sum().unwrap();
    }

    #[test]
    fn what_another_tool_runs_or_misses_is_not_passed_over() {
        let read = |layout: Layout, files: &[&str]| {
            let root = tempfile::tempdir().unwrap();
            for file in files {
                write_below(root.path(), file, "SELECT 1;\n").unwrap();
            }
            layout.read(root.path())
        };
        let nested = read(Layout::Refinery, &["V1__a.sql", "old/deep/V2__b.sql"]);
        assert!(matches!(nested, Err(FilesError::InSubfolder { .. })), "{nested:?}");
        assert_eq!(read(Layout::Refinery, &["V1__a.sql", "notes/a.sql"]).unwrap().migrations.len(), 1);
        for layout in [Layout::Sqlx, Layout::GolangMigrate] {
            let alone = read(layout, &["1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_undo_b.down.sql"]);
            assert!(matches!(alone, Err(FilesError::DownWithoutUp(_))), "{alone:?}");
            assert_eq!(
                read(layout, &["1_a.up.sql", "1_a.down.sql", "seed.down.sql"]).unwrap().migrations.len(),
                1
            );
        }
    }

    #[test]
    fn files_of_other_tools_are_written_read_and_recorded() {
        for layout in [Layout::Sqlx, Layout::Dbmate, Layout::GolangMigrate, Layout::Refinery] {
            let root = tempfile::tempdir().unwrap();
            let path = root.path();
            let both = MigrationFiles { down: Some("SELECT 2;\n".to_owned()), ..files("SELECT 1;\n") };
            let number = |number: usize| {
                if layout == Layout::Refinery { format!("V{number}_") } else { number.to_string() }
            };
            let all = [9, 10].map(|at| (format!("{}_a", number(at)), both.clone()));
            if layout == Layout::Dbmate {
                write_migrations(layout, path, &all[..1]).unwrap();
            } else {
                write_migrations(layout, path, &all).unwrap();
            }
            let directory = layout.read(path).unwrap();
            directory.check_sum().unwrap();
            let first = &directory.migrations[0];
            assert_eq!(first.name, all[0].0, "{layout}");
            assert!(first.up.contains("SELECT 1;\n") && !first.up.contains("SELECT 2"), "{layout}");
            let down = first.down.as_deref().unwrap_or_default();
            assert_eq!(down.contains("SELECT 2;\n"), layout != Layout::Refinery, "{layout}");
            assert!(write_migrations(layout, path, &all[..1]).is_err(), "{layout}");
            let file = first.file(crate::Direction::Up);
            std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + "-- more\n").unwrap();
            let edited = layout.read(path).unwrap().check_sum();
            let Err(FilesError::Edited(files)) = edited else { panic!("{layout}: {edited:?}") };
            assert_eq!(files, [first.file_name(crate::Direction::Up)], "{layout}");
        }
    }
}
