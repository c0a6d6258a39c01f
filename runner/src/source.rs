//! Where migrations come from: a folder, or the program itself.

use std::path::{Path, PathBuf};

use autogen_migration_files::MigrationDirectory;

use crate::error::RunError;

/// A place that migrations are read from.
pub trait Source {
    /// Reads them.
    ///
    /// # Errors
    /// When they can't be read, or two of them share a version.
    fn read(&self) -> Result<MigrationDirectory, RunError>;
}

impl Source for MigrationDirectory {
    fn read(&self) -> Result<MigrationDirectory, RunError> {
        Ok(self.clone())
    }
}

impl Source for &Path {
    fn read(&self) -> Result<MigrationDirectory, RunError> {
        Ok(MigrationDirectory::read(self)?)
    }
}

impl Source for PathBuf {
    fn read(&self) -> Result<MigrationDirectory, RunError> {
        Ok(MigrationDirectory::read(self)?)
    }
}

impl Source for &str {
    fn read(&self) -> Result<MigrationDirectory, RunError> {
        Ok(MigrationDirectory::read(self.as_ref())?)
    }
}

#[cfg(feature = "embedded")]
mod embedded {
    use std::any::Any;
    use std::path::PathBuf;

    use autogen_migration_files::{Migration, SumFile};
    use diesel::QueryResult;
    use diesel::connection::{BoxableConnection, SimpleConnection};
    use diesel::migration::{Migration as DieselMigration, MigrationSource as _};
    use diesel_migrations::EmbeddedMigrations;

    use super::{MigrationDirectory, RunError, Source};

    /// Diesel gives out migrations for one kind of database. The texts are the same for all, and this one's types need no
    /// client library.
    type AnyBackend = diesel::mysql::Mysql;

    /// What `diesel_migrations::embed_migrations!` has built into the program.
    impl Source for EmbeddedMigrations {
        fn read(&self) -> Result<MigrationDirectory, RunError> {
            let found: Vec<Box<dyn DieselMigration<AnyBackend>>> =
                self.migrations().map_err(|error| RunError::BadSource(error.to_string()))?;
            let migrations: Result<Vec<_>, _> = found.iter().map(|found| texts(found.as_ref())).collect();
            let directory = MigrationDirectory::sorted(PathBuf::new(), migrations?, SumFile::default());
            Ok(directory.without_twins()?)
        }
    }

    /// A connection to nowhere that keeps what it is told to run: Diesel gives out the text of a
    /// migration in no other way.
    #[derive(Default)]
    struct Recorder(String);

    impl SimpleConnection for Recorder {
        fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
            self.0.push_str(query);
            Ok(())
        }
    }

    impl BoxableConnection<AnyBackend> for Recorder {
        fn as_any(&self) -> &dyn Any {
            self
        }

        fn as_any_mut(&mut self) -> &mut dyn Any {
            self
        }
    }

    fn texts(found: &dyn DieselMigration<AnyBackend>) -> Result<Migration, RunError> {
        let name = found.name().to_string();
        let (mut up, mut down) = (Recorder::default(), Recorder::default());
        found.run(&mut up).map_err(|error| RunError::BadSource(format!("{name}: {error}")))?;
        // The only error of a recorded way back is that there is none.
        let has_down = found.revert(&mut down).is_ok();
        let down = has_down.then_some(down.0.as_str());
        let run_in_transaction = found.metadata().run_in_transaction();
        Ok(Migration::of_texts(name.clone(), PathBuf::from(name), &up.0, down, run_in_transaction))
    }
}
