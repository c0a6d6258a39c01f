//! Migrations of the folder as a value for machines.

use autogen_diff_core::Dialect;
use autogen_report::{ListedMigration, Listing};
use autogen_runner::{History, Migration, RevisionGraph};

use crate::migrations::Migrations;

impl Migrations<'_> {
    /// Some of the migrations, in the order given, with their places. What is applied is known where there is a history.
    pub fn listing(&self, migrations: &[&Migration], history: Option<&History>) -> Listing {
        let directory = self.directory();
        let known = Known {
            graph: directory.graph(),
            dialect: self.project.dialect().ok(),
            history,
            current: history.and_then(|history| history.current(directory)),
        };
        Listing {
            version: 1,
            migrations: migrations.iter().map(|migration| known.listed(migration)).collect(),
            missing: history.map(|history| history.missing(directory)).unwrap_or_default(),
        }
    }
}

/// What tells the place of each.
struct Known<'a> {
    graph: RevisionGraph<'a>,
    dialect: Option<Dialect>,
    history: Option<&'a History>,
    current: Option<&'a Migration>,
}

impl<'a> Known<'a> {
    fn listed(&self, migration: &'a Migration) -> ListedMigration {
        let names = |migrations: Vec<&Migration>| -> Vec<String> {
            migrations.iter().map(|migration| migration.name.clone()).collect()
        };
        let before = names(self.graph.children(migration));
        ListedMigration {
            name: migration.name.clone(),
            version: migration.version.clone(),
            message: migration.message(),
            hash: self.dialect.map(|dialect| migration.statements_hash(dialect)),
            after: names(self.graph.parents(migration)),
            head: before.is_empty(),
            before,
            applied: self.history.map(|history| history.has(migration)),
            current: self.current == Some(migration),
            has_down: migration.down.is_some(),
            in_transaction: migration.run_in_transaction,
        }
    }
}
