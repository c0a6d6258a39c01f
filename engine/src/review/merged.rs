//! The migrations as they are once a branch is merged: those of this folder, and those that a git revision has besides.

use autogen_migration_files::{Layout, name_of_file};
use autogen_runner::{Migration, MigrationDirectory};

use crate::error::Error;
use crate::git::{file_at, folders_at};
use crate::migrations::Migrations;
use crate::observer::Event;
use crate::replay;

impl Migrations<'_> {
    /// Judges the folder as it is once it is merged with a git revision: it has one head, no two of one version, and runs.
    ///
    /// # Errors
    /// When git does not know the revision, the result has several heads, or a migration fails.
    pub fn check_merged(&self, revision: &str) -> Result<(), Error> {
        let own = self.directory();
        let there = folders_at(&own.path, revision)?;
        let is_own = |name: &str| own.migrations.iter().any(|migration| migration.name == name);
        let mut others = Vec::new();
        for entry in there.iter().filter(|entry| !entry.starts_with('.') && !is_own(name_of_file(entry))) {
            others.extend(self.migration_at(revision, entry)?);
        }
        let names: Vec<&str> = others.iter().map(|migration| migration.name.as_str()).collect();
        self.project.tell(&Event::MergedInThought { revision, names: &names });
        if others.is_empty() {
            return Ok(());
        }
        let all = [own.migrations.clone(), others].concat();
        let sorted = MigrationDirectory::sorted(own.path.clone(), all, own.sum.clone());
        let directory = MigrationDirectory { layout: own.layout, ..sorted }.without_twins()?;
        let merged = Migrations::of(self.project, &directory);
        merged.one_head()?;
        let mut scratch = replay::set_up(&merged.scratch()?)?;
        replay::run_all(self.project, &mut scratch, &merged.directory().migrations)
    }

    /// A migration as a git revision has it; none where a name is that of a file or of somebody's own folder.
    fn migration_at(&self, revision: &str, entry: &str) -> Result<Option<Migration>, Error> {
        let MigrationDirectory { layout, path: root, .. } = self.directory();
        let file = |file: &str| file_at(root, revision, file);
        if *layout == Layout::Diesel {
            let Some(up) = file(&format!("{entry}/up.sql"))? else { return Ok(None) };
            let (down, metadata) =
                (file(&format!("{entry}/down.sql"))?, file(&format!("{entry}/metadata.toml"))?);
            return Ok(Some(Migration::of_files(root.join(entry), &up, down.as_deref(), metadata)?));
        }
        let Some(name) = layout.name_of_up(entry) else { return Ok(None) };
        let Some(up) = file(entry)? else { return Ok(None) };
        let down = layout.down_file(name).map(|down| file(&down)).transpose()?.flatten();
        Ok(Some(Migration::of_file(*layout, root.join(entry), &up, down.as_deref())))
    }
}
