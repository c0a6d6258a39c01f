//! A folder of migrations.

use std::path::{Path, PathBuf};

use crate::error::FilesError;
use crate::layout::Layout;
use crate::migration::Migration;
use crate::sum::{SUM_FILE, SumDifference, SumFile};
use crate::version::normalise_version;

/// What the names of the hidden folders begin with that migrations are in while they are moved.
pub(crate) const ASIDE: &str = ".autogen-";

/// All migrations of a folder, by version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationDirectory {
    /// How the folder is laid out.
    pub layout: Layout,
    /// The folder; empty for migrations that are built into a program.
    pub path: PathBuf,
    /// The migrations in the order in which they run.
    pub migrations: Vec<Migration>,
    /// What `autogen.sum` says of them; empty without that file.
    pub sum: SumFile,
}

/// Whether a folder holds migrations in Diesel's layout, rather than files of another kind.
///
/// # Errors
/// When it can't be read.
pub fn has_migrations(path: &Path) -> Result<bool, std::io::Error> {
    for entry in fs_err::read_dir(path)? {
        let entry = entry?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && entry.path().join("up.sql").is_file() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The folders of migrations in a folder, by version: those with an `up.sql`, unless they are hidden. Diesel skips what begins
/// with a dot, and so does whoever reads migrations here. A folder that has neither a version nor a file of a migration is
/// somebody's own, and left alone.
///
/// # Errors
/// When the folder can't be read, or the `up.sql` of a migration is missing.
fn migration_folders(path: &Path) -> Result<Vec<PathBuf>, FilesError> {
    let mut folders = Vec::new();
    for entry in fs_err::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let folder = entry.path();
        if name.starts_with('.') || !fs_err::metadata(&folder)?.is_dir() {
            continue;
        }
        if folder.join("up.sql").try_exists()? {
            folders.push((normalise_version(&name), name, folder));
        } else if name.starts_with(|c: char| c.is_ascii_digit()) || folder.join("down.sql").try_exists()? {
            return Err(FilesError::NoUp(folder));
        }
    }
    folders.sort();
    Ok(folders.into_iter().map(|(_, _, folder)| folder).collect())
}

/// The migrations of a folder in another layout than Diesel's. Other files are left alone.
///
/// # Errors
/// When a file can't be read, or a migration is no SQL.
fn migration_files(layout: Layout, path: &Path) -> Result<Vec<Migration>, FilesError> {
    let mut migrations = Vec::new();
    for entry in fs_err::read_dir(path)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if layout.reads_subfolders() && file.is_dir() && !migration_files(layout, &file)?.is_empty() {
            return Err(FilesError::InSubfolder { tool: layout.word(), folder: file });
        }
        if layout.is_program(&name) {
            return Err(FilesError::NotSql(file));
        }
        if let Some(own) = layout.name_of_down(&name)
            && !layout.files_of_up(own).iter().any(|up| path.join(up).is_file())
        {
            return Err(FilesError::DownWithoutUp(file));
        }
        if let Some(name) = layout.name_of_up(&name) {
            migrations.push(Migration::read_file(layout, name, &file)?);
        }
    }
    Ok(migrations)
}

impl Layout {
    /// Reads a folder of this layout, as [`MigrationDirectory::read`] does one of Diesel's.
    ///
    /// # Errors
    /// When it is not there, a file can't be read, or two migrations share a version.
    pub fn read(self, path: &Path) -> Result<MigrationDirectory, FilesError> {
        let directory = self.read_with_twins(path)?.without_twins()?;
        directory.parents_run_before()?;
        Ok(directory)
    }

    /// The same of a folder in which two may have one version, as two branches bring them together.
    ///
    /// # Errors
    /// When it is not there, or a file can't be read.
    pub fn read_with_twins(self, path: &Path) -> Result<MigrationDirectory, FilesError> {
        if !path.is_dir() {
            return Err(FilesError::NoDirectory(path.to_owned()));
        }
        let migrations = match self {
            Self::Diesel | Self::RusqliteMigration => {
                let folders = migration_folders(path)?;
                let read = |folder: &PathBuf| Ok(Migration::read(folder)?.in_layout(self));
                folders.iter().map(read).collect::<Result<_, FilesError>>()?
            }
            Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::Refinery => migration_files(self, path)?,
        };
        let read = MigrationDirectory::sorted(path.to_owned(), migrations, SumFile::read(path)?);
        let read = MigrationDirectory { layout: self, ..read };
        if self == Self::RusqliteMigration { read.numbered_without_gap() } else { Ok(read) }
    }
}

impl MigrationDirectory {
    /// Reads a folder in Diesel's layout. Files and hidden folders in it are left alone, as Diesel does.
    ///
    /// # Errors
    /// When it is not there, a file can't be read, or two folders share a version.
    pub fn read(path: &Path) -> Result<Self, FilesError> {
        Layout::Diesel.read(path)
    }

    /// Migrations in Diesel's layout from wherever they are.
    pub fn sorted(path: PathBuf, mut migrations: Vec<Migration>, sum: SumFile) -> Self {
        migrations.sort_by(|a, b| (&a.version, &a.name).cmp(&(&b.version, &b.name)));
        Self { layout: Layout::Diesel, path, migrations, sum }
    }

    /// Itself, unless its tool would refuse it: rusqlite_migration takes folders whose numbers go from 1 on without a gap.
    fn numbered_without_gap(self) -> Result<Self, FilesError> {
        let mut last = 0;
        for migration in &self.migrations {
            let number = migration.number().parse::<usize>().unwrap_or_default();
            if !(last.max(1)..=last + 1).contains(&number) {
                let (name, expected) = (migration.name.clone(), last + 1);
                return Err(FilesError::NumberMissing { tool: self.layout.word(), name, expected });
            }
            last = number;
        }
        Ok(self)
    }

    /// Two migrations of one version, if there are.
    pub fn twins(&self) -> Option<(&Migration, &Migration)> {
        let mut pairs = self.migrations.windows(2);
        pairs.find(|pair| pair[0].version == pair[1].version).map(|pair| (&pair[0], &pair[1]))
    }

    /// Itself, unless two migrations have one version.
    ///
    /// # Errors
    /// When two of them share a version.
    pub fn without_twins(self) -> Result<Self, FilesError> {
        match self.twins() {
            None => Ok(self),
            Some((first, second)) => {
                let (first, second) = (first.name.clone(), second.name.clone());
                Err(FilesError::DuplicateVersion { first, second })
            }
        }
    }

    /// A folder in Diesel's layout that is not there yet.
    pub fn empty(path: PathBuf) -> Self {
        Self { layout: Layout::Diesel, path, migrations: Vec::new(), sum: SumFile::default() }
    }

    /// What a folder has that may not be there yet.
    ///
    /// # Errors
    /// As for [`Layout::read`], when it is there.
    pub fn read_or_empty(layout: Layout, path: &Path) -> Result<Self, FilesError> {
        if path.is_dir() {
            return layout.read(path);
        }
        Ok(Self { layout, ..Self::empty(path.to_owned()) })
    }

    /// The newest migration.
    pub fn head(&self) -> Option<&Migration> {
        self.migrations.last()
    }

    /// A migration by version.
    pub fn get(&self, version: &str) -> Option<&Migration> {
        self.migrations.iter().find(|migration| migration.version == version)
    }

    /// The migrations that a sum file says nothing of, so that an edit of theirs goes unseen; none where there is no such file.
    pub fn not_covered(&self) -> Vec<&str> {
        let covered = self.sum.folders();
        let names = self.migrations.iter().map(|migration| migration.name.as_str());
        names.filter(|name| !covered.is_empty() && !covered.contains(name)).collect()
    }

    /// How the folder is not what `autogen.sum` says of it.
    pub fn sum_differences(&self) -> Vec<SumDifference> {
        self.sum.differences(&self.migrations)
    }

    /// Whether the folder is what `autogen.sum` says of it; a folder that is gone is one that was thrown away.
    ///
    /// # Errors
    /// When a file was edited or is gone, or version control left its marks in the sum file.
    pub fn check_sum(&self) -> Result<(), FilesError> {
        if self.sum.has_conflict_markers {
            return Err(FilesError::ConflictMarkers(self.path.join(SUM_FILE)));
        }
        let (mut edited, mut files, mut folders) = (Vec::new(), Vec::new(), Vec::new());
        for difference in self.sum_differences() {
            match difference {
                SumDifference::Edited(file) => edited.push(file),
                SumDifference::FileDeleted(file) => files.push(file),
                SumDifference::FolderDeleted(folder) => folders.push(folder),
            }
        }
        match (edited.is_empty(), files.is_empty(), folders.is_empty()) {
            (false, _, _) => Err(FilesError::Edited(edited)),
            (true, false, _) => Err(FilesError::FileDeleted(files)),
            (true, true, false) => {
                Err(self.moved_aside(&folders)?.unwrap_or(FilesError::FolderDeleted(folders)))
            }
            (true, true, true) => Ok(()),
        }
    }

    /// Folders that are missing here and lie where a program left them that was killed.
    fn moved_aside(&self, missing: &[String]) -> Result<Option<FilesError>, FilesError> {
        for entry in fs_err::read_dir(&self.path)? {
            let entry = entry?;
            let is_aside = entry.file_name().to_string_lossy().starts_with(ASIDE);
            let kept = entry.path();
            let folders = missing.iter().filter(|name| is_aside && kept.join(name).is_dir());
            let folders: Vec<String> = folders.cloned().collect();
            if !folders.is_empty() {
                return Ok(Some(FilesError::Interrupted { folders, kept }));
            }
        }
        Ok(None)
    }

    /// Migrations run in the order of their versions, which must not be against what their headers say.
    fn parents_run_before(&self) -> Result<(), FilesError> {
        let graph = self.graph();
        for migration in &self.migrations {
            let newer = |parent: &&Migration| parent.version > migration.version;
            if let Some(parent) = graph.parents(migration).into_iter().find(newer) {
                let (name, parent) = (migration.name.clone(), parent.name.clone());
                return Err(FilesError::ParentIsNewer { name, parent });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_or_no_migration_is_skipped_as_diesel_skips_it() {
        let root = tempfile::tempdir().unwrap();
        let make = |name: &str, file: &str| {
            let folder = root.path().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(file), "SELECT 1;\n").unwrap();
        };
        make("2026-01-02-000000-0000_b", "up.sql");
        make("20260101_a", "up.sql");
        make(".2026-01-03-000000-0000_hidden", "up.sql");
        make(".autogen-x/2026-01-04-000000-0000_aside", "up.sql");
        make("notes", ".up.sql");
        std::fs::write(root.path().join("up.sql"), "SELECT 1;\n").unwrap();
        let folders = migration_folders(root.path()).unwrap();
        let names: Vec<_> =
            folders.iter().map(|folder| folder.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["20260101_a", "2026-01-02-000000-0000_b"]);
        let read = MigrationDirectory::read(root.path()).unwrap();
        assert_eq!(read.migrations.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), names);
    }

    #[test]
    fn a_migration_without_its_up_is_an_error() {
        for (folder, file) in [("2026-01-01-000000-0000_a", "notes.md"), ("first", "down.sql")] {
            let root = tempfile::tempdir().unwrap();
            std::fs::create_dir(root.path().join(folder)).unwrap();
            std::fs::write(root.path().join(folder).join(file), "SELECT 1;\n").unwrap();
            let read = MigrationDirectory::read(root.path());
            let Err(FilesError::NoUp(path)) = read else { panic!("{read:?}") };
            assert_eq!(path, root.path().join(folder));
        }
    }

    #[test]
    fn a_parent_that_would_run_later_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        for (folder, up) in [("1_a", "-- a\n--\n-- revision 1, after 2\n"), ("2_b", "SELECT 1;\n")] {
            std::fs::create_dir(root.path().join(folder)).unwrap();
            std::fs::write(root.path().join(folder).join("up.sql"), up).unwrap();
        }
        let read = MigrationDirectory::read(root.path());
        assert!(matches!(read, Err(FilesError::ParentIsNewer { .. })), "{read:?}");
    }
}
