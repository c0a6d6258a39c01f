//! The migrations as they are once a branch is merged: those of this folder, and those that a git revision has besides.

use autogen_runner::{Migration, MigrationDirectory};

use super::base::{file_at, folders_at};
use crate::error::Error;
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
        let is_own = |name: &String| own.migrations.iter().any(|migration| migration.name == *name);
        let mut others = Vec::new();
        for name in there.iter().filter(|name| !name.starts_with('.') && !is_own(name)) {
            others.extend(self.migration_at(revision, name)?);
        }
        let names: Vec<&str> = others.iter().map(|migration| migration.name.as_str()).collect();
        self.project.tell(&Event::MergedInThought { revision, names: &names });
        if others.is_empty() {
            return Ok(());
        }
        let all = [own.migrations.clone(), others].concat();
        let directory = MigrationDirectory::sorted(own.path.clone(), all, own.sum.clone()).without_twins()?;
        let merged = Migrations::of(self.project, &directory);
        merged.one_head()?;
        let mut scratch = replay::set_up(&merged.scratch()?)?;
        replay::run_all(self.project, &mut scratch, &merged.directory().migrations)
    }

    /// A migration as a git revision has it; none where a name is that of a file or of somebody's own folder.
    fn migration_at(&self, revision: &str, name: &str) -> Result<Option<Migration>, Error> {
        let root = &self.directory().path;
        let file = |file: &str| file_at(root, revision, &format!("{name}/{file}"));
        let Some(up) = file("up.sql")? else { return Ok(None) };
        let (down, metadata) = (file("down.sql")?, file("metadata.toml")?);
        Ok(Some(Migration::of_files(root.join(name), &up, down.as_deref(), metadata)?))
    }
}
