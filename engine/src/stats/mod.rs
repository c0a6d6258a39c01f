//! How large the tables of the project's database are, and how fast its server works: measured once, kept in a file, and read
//! without a database.

mod rates;

use autogen_diff_core::Dialect;
use autogen_diff_core::stats::{DatabaseStats, Rates, STATS_VERSION};
use autogen_introspect::ScratchPlace;
use autogen_introspect::stats::{Sizes, sizes};

use crate::error::Error;
use crate::observer::Event;
use crate::project::Project;
use crate::stats_file;

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatsRequest {
    /// Whether the server is left alone but for its catalog, so that no rates are known.
    pub sizes_only: bool,
}

impl Project {
    /// Reads the sizes of the database, and measures how fast its server is.
    ///
    /// # Errors
    /// When no database is named, or its catalog can't be read.
    pub fn measure(&self, request: StatsRequest) -> Result<DatabaseStats, Error> {
        let url = self.existing_database()?;
        let Sizes { server, tables } = sizes(url)?;
        let rates = if request.sizes_only { None } else { self.rates() };
        let taken_at = stats_file::now();
        Ok(DatabaseStats { version: STATS_VERSION, server, taken_at, rates, tables })
    }

    /// How fast the server is; says so where that is not measured.
    fn rates(&self) -> Option<Rates> {
        match self.measured_rates() {
            Ok(rates) => Some(rates),
            Err(reason) => {
                self.tell(&Event::NoRates(&reason));
                None
            }
        }
    }

    fn measured_rates(&self) -> Result<Rates, String> {
        let dialect = self.dialect().map_err(|error| error.to_string())?;
        match dialect {
            Dialect::Postgres => {}
            Dialect::Sqlite | Dialect::Mysql => {
                return Err(format!(
                    "what a statement locks is told for PostgreSQL alone, not for {}",
                    dialect.name()
                ));
            }
        }
        let options = self.scratch(dialect, None);
        match options.place {
            ScratchPlace::Target => {}
            ScratchPlace::Url(_) | ScratchPlace::Local(_) => {
                return Err("scratch databases are made on another server".to_owned());
            }
        }
        let mut scratch = self.new_scratch(&options).map_err(|error| error.to_string())?;
        rates::measure(&mut scratch)
    }
}
