//! What is applied to a database: what Diesel's table says, or that of the tool that the migrations are for.

use autogen_diff_core::Dialect;
use autogen_migration_files::{HistoryPlace, Layout, MigrationDirectory};
use autogen_runner::{Applied, Backend, History, RunError, Session as _};

use crate::advice::Advice;
use crate::connection::{AnyConnection, with_connection};
use crate::error::Error;
use crate::project::Project;

/// Reads what is applied to a project's database.
pub(crate) fn of(project: &Project, connection: &mut AnyConnection) -> Result<History, Error> {
    let dialect = project.database_url()?.dialect();
    let path = project.migrations_path();
    let directory = match project.layout() {
        // Diesel's table says it by itself, also where two branches brought one version together.
        Layout::Diesel => MigrationDirectory::empty(path),
        layout @ (Layout::Sqlx
        | Layout::Dbmate
        | Layout::GolangMigrate
        | Layout::Refinery
        | Layout::RusqliteMigration) => MigrationDirectory::read_or_empty(layout, &path)?,
    };
    read(&directory, dialect, connection)
}

/// Reads what is applied of a folder's migrations. Nothing is written; without its table, nothing is applied.
pub(crate) fn read(
    directory: &MigrationDirectory,
    dialect: Dialect,
    connection: &mut AnyConnection,
) -> Result<History, Error> {
    let layout = directory.layout;
    let rows = match layout.history_place() {
        HistoryPlace::Runner => return Ok(with_connection!(connection, c => autogen_runner::applied(c)?)),
        HistoryPlace::Table(table) => with_connection!(connection, c => rows(c, layout, table, dialect)?),
        HistoryPlace::UserVersion => {
            let count = with_connection!(connection, c => c.text(USER_VERSION).map_err(RunError::from)?);
            count.into_iter().filter(|count| count != "0").collect()
        }
    };
    Ok(history(directory, &rows))
}

/// SQLite's number for programs, 0 in a new file.
const USER_VERSION: &str = "SELECT CAST(user_version AS text) FROM pragma_user_version";

/// The versions in another tool's table, as it has them.
fn rows<C: Backend>(
    connection: &mut C,
    layout: Layout,
    table: &str,
    dialect: Dialect,
) -> Result<Vec<String>, Error> {
    let mut texts = |sql: &str| connection.texts(sql).map_err(RunError::from);
    if texts(&look_for(table, dialect))?.is_empty() {
        return Ok(Vec::new());
    }
    let text = match dialect {
        Dialect::Postgres | Dialect::Sqlite => "text",
        Dialect::Mysql => "char",
    };
    let versions = format!("SELECT CAST(version AS {text}) FROM {table}");
    if let Some(condition) = layout.unfinished_rows()
        && let Some(version) = texts(&format!("{versions} WHERE {condition}"))?.first()
    {
        return Err(Error::History {
            message: format!("{table} says that {version} failed half-way"),
            advice: Advice::MendWithRunner { layout },
        });
    }
    Ok(texts(&versions)?)
}

/// The query that gives a row when there is a table.
fn look_for(table: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => format!("SELECT to_regclass('{table}')::text"),
        Dialect::Sqlite => {
            format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{table}'")
        }
        Dialect::Mysql => format!(
            "SELECT CAST(table_name AS char) FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name = '{table}'"
        ),
    }
}

/// The history that rows of a table tell.
fn history(directory: &MigrationDirectory, rows: &[String]) -> History {
    let layout = directory.layout;
    let mut versions: Vec<String> = rows.iter().map(|row| layout.version(&layout.name(row, ""))).collect();
    versions.retain(|version| !version.is_empty());
    if let (true, Some(newest)) = (layout.records_newest_alone(), versions.last().cloned()) {
        let all = directory.migrations.iter().map(|migration| migration.version.clone());
        versions.extend(all.filter(|version| *version <= newest));
    }
    let applied = versions.into_iter().map(|version| (version.clone(), Applied { version, hash: None }));
    History { applied: applied.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_tell_what_is_applied() {
        let applied = |layout: Layout, rows: &[&str]| {
            let root = tempfile::tempdir().unwrap();
            for name in ["8_a", "9_b", "10_c"] {
                let name = if layout == Layout::Refinery {
                    format!("V{}", name.replace('_', "__"))
                } else {
                    name.to_owned()
                };
                for end in [".up.sql", ".down.sql"] {
                    let end = if layout == Layout::Refinery { ".sql" } else { end };
                    std::fs::write(root.path().join(format!("{name}{end}")), "SELECT 1;\n").unwrap();
                }
            }
            let directory = layout.read(root.path()).unwrap();
            let rows: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
            let history = history(&directory, &rows);
            let found = directory.migrations.iter().filter(|migration| history.has(migration));
            found.map(|migration| migration.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(applied(Layout::Sqlx, &["8", "10"]), ["8_a", "10_c"]);
        assert_eq!(applied(Layout::GolangMigrate, &["9"]), ["8_a", "9_b"]);
        assert_eq!(applied(Layout::GolangMigrate, &["-1"]), [""; 0]);
        assert_eq!(applied(Layout::Refinery, &["9"]), ["V9__b"]);
    }
}
