//! `[fleet.NAME]` in `autogen.toml`: many databases that have the same migrations.

use std::path::PathBuf;

use serde::Deserialize;

/// A fleet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "FleetTable")]
pub(crate) struct FleetSettings {
    /// What names its databases.
    pub(crate) source: FleetSource,
    /// The database that `query` asks, and in which workers claim databases.
    pub(crate) control: Option<String>,
}

/// What names the databases of a fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FleetSource {
    /// URLs.
    Urls(Vec<String>),
    /// A file with a URL on each line.
    File(PathBuf),
    /// A pattern of SQLite files.
    Glob(String),
    /// A query of URLs, on the control database.
    Query(String),
    /// A program that prints a URL on each line.
    Command(Vec<String>),
    /// A pattern of schemas of the project's own database (PostgreSQL).
    Schemas {
        /// The pattern; `*` stands for anything.
        pattern: String,
        /// The schemas behind each of them on its search path.
        search_path: Vec<String>,
    },
}

/// The keys of the table.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FleetTable {
    urls: Option<Vec<String>>,
    file: Option<PathBuf>,
    glob: Option<String>,
    query: Option<String>,
    command: Option<Vec<String>>,
    schemas: Option<String>,
    search_path: Option<Vec<String>>,
    control: Option<String>,
}

impl TryFrom<FleetTable> for FleetSettings {
    type Error = String;

    fn try_from(table: FleetTable) -> Result<Self, String> {
        let FleetTable { urls, file, glob, query, command, schemas, search_path, control } = table;
        if search_path.is_some() && schemas.is_none() {
            return Err("search_path goes with schemas".to_owned());
        }
        let search_path = search_path.unwrap_or_default();
        let mut sources = [
            urls.map(FleetSource::Urls),
            file.map(FleetSource::File),
            glob.map(FleetSource::Glob),
            query.map(FleetSource::Query),
            command.map(FleetSource::Command),
            schemas.map(|pattern| FleetSource::Schemas { pattern, search_path }),
        ]
        .into_iter()
        .flatten();
        let (Some(source), None) = (sources.next(), sources.next()) else {
            return Err("a fleet has one of urls, file, glob, query, command and schemas".to_owned());
        };
        Ok(Self { source, control })
    }
}
