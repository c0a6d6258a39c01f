//! The layouts of the tools that run migrations: what files are called, which marks stand in them, how they are numbered, and which table
//! says what is applied. Nothing else knows it.

use std::fmt;
use std::path::{Path, PathBuf};

use autogen_sql_text::Dialect;
use serde::Deserialize;

use crate::direction::Direction;
use crate::error::FilesError;
use crate::files::MigrationFiles;
use crate::version::normalise_version;

/// The tool that a folder of migrations is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Diesel's, which autogen's own runner runs: a folder a migration.
    #[default]
    Diesel,
    /// `1_name.up.sql` and `1_name.down.sql`, or `1_name.sql` without a way back.
    Sqlx,
    /// `1_name.sql` with both ways below their marks.
    Dbmate,
    /// `1_name.up.sql` and `1_name.down.sql`.
    GolangMigrate,
    /// `V1__name.sql`, without a way back.
    Refinery,
    /// A folder a migration, `01-name`, numbered without a gap (SQLite).
    RusqliteMigration,
}

/// Where a tool keeps what is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryPlace {
    /// In Diesel's table, which is the runner's own affair.
    Runner,
    /// In a table with a row a migration, or with one of the newest.
    Table(&'static str),
    /// In SQLite's `user_version`: how many migrations are applied (sqlite.org/pragma.html#pragma_user_version).
    UserVersion,
}

/// What a runner is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunnerTask {
    /// Apply what is pending.
    Upgrade,
    /// Take the newest migration back.
    Downgrade,
    /// Mark migrations as applied.
    Stamp,
}

/// The mark above dbmate's way there.
const UP_MARK: &str = "-- migrate:up";
/// The mark above its way back.
const DOWN_MARK: &str = "-- migrate:down";
/// What stands behind either where it runs in no transaction.
const DBMATE_OUTSIDE: &str = "transaction:false";
/// How a file of sqlx begins that runs in no transaction.
const SQLX_OUTSIDE: &str = "-- no-transaction";
/// How goose's marks begin, and the one of its way back.
const GOOSE_MARK: &str = "-- +goose";
const GOOSE_DOWN: &str = "-- +goose down";

/// How many digits the largest number has that a runner counts with.
const DIGITS: usize = 20;

impl Layout {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Diesel,
        Self::Sqlx,
        Self::Dbmate,
        Self::GolangMigrate,
        Self::Refinery,
        Self::RusqliteMigration,
    ];

    /// The word for it in the settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Diesel => "diesel",
            Self::Sqlx => "sqlx",
            Self::Dbmate => "dbmate",
            Self::GolangMigrate => "golang-migrate",
            Self::Refinery => "refinery",
            Self::RusqliteMigration => "rusqlite-migration",
        }
    }

    /// Where its tool looks for migrations when nothing says where they are.
    pub const fn usual_folder(self) -> &'static str {
        match self {
            Self::Diesel | Self::Sqlx | Self::GolangMigrate | Self::Refinery | Self::RusqliteMigration => {
                "migrations"
            }
            Self::Dbmate => "db/migrations",
        }
    }

    /// Where its tool keeps what is applied.
    pub const fn history_place(self) -> HistoryPlace {
        match self {
            Self::Diesel => HistoryPlace::Runner,
            Self::Sqlx => HistoryPlace::Table("_sqlx_migrations"),
            Self::Dbmate | Self::GolangMigrate => HistoryPlace::Table("schema_migrations"),
            Self::Refinery => HistoryPlace::Table("refinery_schema_history"),
            Self::RusqliteMigration => HistoryPlace::UserVersion,
        }
    }

    /// The only dialect that its tool is for, where it is for one.
    pub const fn only_dialect(self) -> Option<Dialect> {
        match self {
            Self::Diesel | Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::Refinery => None,
            Self::RusqliteMigration => Some(Dialect::Sqlite),
        }
    }

    /// The condition of that table's rows that are of a migration which failed half-way.
    pub const fn unfinished_rows(self) -> Option<&'static str> {
        match self {
            Self::Diesel | Self::Dbmate | Self::Refinery | Self::RusqliteMigration => None,
            Self::Sqlx => Some("NOT success"),
            Self::GolangMigrate => Some("dirty"),
        }
    }

    /// Whether the newest applied migration alone is kept there, which stands for all before it too.
    pub const fn records_newest_alone(self) -> bool {
        match self {
            Self::Diesel | Self::Sqlx | Self::Dbmate | Self::Refinery => false,
            Self::GolangMigrate | Self::RusqliteMigration => true,
        }
    }

    /// What its tool is asked for a task with.
    pub const fn command(self, task: RunnerTask) -> &'static str {
        match (self, task) {
            (Self::Diesel, RunnerTask::Upgrade) => "run `autogen upgrade`",
            (Self::Diesel, RunnerTask::Downgrade) => "run `autogen downgrade -1`",
            (Self::Diesel, RunnerTask::Stamp) => "run `autogen stamp head`",
            (Self::Sqlx, RunnerTask::Upgrade) => "run `sqlx migrate run`",
            (Self::Sqlx, RunnerTask::Downgrade) => "run `sqlx migrate revert`",
            (Self::Sqlx, RunnerTask::Stamp) => "run `sqlx migrate override skip` (sqlx 0.9)",
            (Self::Dbmate, RunnerTask::Upgrade) => "run `dbmate migrate`",
            (Self::Dbmate, RunnerTask::Downgrade) => "run `dbmate rollback`",
            (Self::Dbmate, RunnerTask::Stamp) => {
                "dbmate has no command for it: INSERT INTO schema_migrations (version) VALUES ('…'), the digits of the file's name"
            }
            (Self::GolangMigrate, RunnerTask::Upgrade) => "run `migrate -path … -database … up`",
            (Self::GolangMigrate, RunnerTask::Downgrade) => "run `migrate -path … -database … down 1`",
            (Self::GolangMigrate, RunnerTask::Stamp) => "run `migrate -path … -database … force VERSION`",
            (Self::Refinery, RunnerTask::Upgrade) => {
                "run `refinery migrate`, or the program that embeds the migrations"
            }
            (Self::Refinery, RunnerTask::Downgrade) => {
                "refinery knows no way back: edit the model and write a migration that undoes it"
            }
            (Self::Refinery, RunnerTask::Stamp) => "run `refinery migrate --fake`",
            (Self::RusqliteMigration, RunnerTask::Upgrade) => {
                "run the program that embeds the migrations (Migrations::to_latest)"
            }
            (Self::RusqliteMigration, RunnerTask::Downgrade) => {
                "have the program that embeds the migrations go back (Migrations::to_version)"
            }
            (Self::RusqliteMigration, RunnerTask::Stamp) => {
                "rusqlite_migration has no command for it: PRAGMA user_version = N, how many migrations are applied"
            }
        }
    }

    /// The name of a migration with a number and words.
    pub fn name(self, number: &str, words: &str) -> String {
        match self {
            Self::Diesel | Self::Sqlx | Self::Dbmate | Self::GolangMigrate => format!("{number}_{words}"),
            Self::Refinery => format!("V{number}__{words}"),
            Self::RusqliteMigration => format!("{number}-{words}"),
        }
    }

    /// The number that a migration's name begins with, as it is written there.
    pub fn number(self, name: &str) -> &str {
        match self {
            Self::Diesel => name.split('_').next().unwrap_or_default(),
            Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::RusqliteMigration => digits(name),
            Self::Refinery => digits(name.strip_prefix(['V', 'U']).unwrap_or(name)),
        }
    }

    /// The version of a migration's name or number, by which its tool orders migrations. Numbers are as long as the largest one; dbmate
    /// compares their digits as text.
    pub fn version(self, name: &str) -> String {
        match self {
            Self::Diesel => normalise_version(name),
            Self::Dbmate => digits(name).to_owned(),
            Self::Sqlx | Self::GolangMigrate | Self::Refinery | Self::RusqliteMigration => {
                match self.number(name) {
                    "" => String::new(),
                    number => format!("{:0>DIGITS$}", number.trim_start_matches('0')),
                }
            }
        }
    }

    /// What stands behind the number in a migration's name.
    pub fn words(self, name: &str) -> &str {
        match self {
            Self::Diesel => name.split_once('_').map_or("", |(_, words)| words),
            Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::Refinery | Self::RusqliteMigration => {
                let behind = name.trim_start_matches(['V', 'U']).strip_prefix(self.number(name));
                behind.unwrap_or_default().trim_start_matches(['_', '-'])
            }
        }
    }

    /// The name of the migration whose way there a file is; none where migrations are folders, and none of other files.
    pub fn name_of_up(self, file: &str) -> Option<&str> {
        let name = match self {
            Self::Diesel | Self::RusqliteMigration => None,
            Self::Sqlx if file.ends_with(".down.sql") => None,
            Self::Sqlx => file.strip_suffix(".up.sql").or_else(|| file.strip_suffix(".sql")),
            Self::Dbmate => file.strip_suffix(".sql"),
            Self::GolangMigrate => file.strip_suffix(".up.sql"),
            Self::Refinery => file.strip_suffix(".sql"),
        }?;
        let number = self.number(name);
        let is_named = match self {
            Self::Diesel | Self::RusqliteMigration => false,
            Self::Sqlx | Self::GolangMigrate => name[number.len()..].starts_with('_'),
            Self::Dbmate => true,
            Self::Refinery => {
                let words =
                    name.strip_prefix(['V', 'U']).and_then(|rest| rest[number.len()..].strip_prefix("__"));
                // Files with other names it passes over itself.
                words.is_some_and(|words| {
                    !words.is_empty() && words.chars().all(|c| c.is_alphanumeric() || c == '_')
                })
            }
        };
        (is_named && !number.is_empty()).then_some(name)
    }

    /// Whether its tool runs what stands in subfolders, too.
    pub(crate) const fn reads_subfolders(self) -> bool {
        match self {
            Self::Diesel | Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::RusqliteMigration => false,
            Self::Refinery => true,
        }
    }

    /// Whether a file is a migration of its tool that is no SQL, and that can't be run without it.
    pub fn is_program(self, file: &str) -> bool {
        let stem = match self {
            Self::Diesel | Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::RusqliteMigration => None,
            Self::Refinery => file.strip_suffix(".rs"),
        };
        stem.is_some_and(|stem| self.name_of_up(&format!("{stem}.sql")).is_some())
    }

    /// The name of the file of a migration's way back, where that stands in a file of its own beside the one of the way there.
    pub fn down_file(self, name: &str) -> Option<String> {
        match self {
            Self::Diesel | Self::Dbmate | Self::Refinery | Self::RusqliteMigration => None,
            Self::Sqlx | Self::GolangMigrate => Some(format!("{name}.down.sql")),
        }
    }

    /// The name of the migration whose way back a file is, by the name of the file.
    pub(crate) fn name_of_down(self, file: &str) -> Option<&str> {
        let name = file.strip_suffix(".down.sql")?;
        (self.down_file(name).is_some() && !self.number(name).is_empty()).then_some(name)
    }

    /// What the file of a migration's way there may be called.
    pub(crate) fn files_of_up(self, name: &str) -> Vec<String> {
        match self {
            Self::Diesel | Self::RusqliteMigration => Vec::new(),
            Self::Sqlx => vec![format!("{name}.up.sql"), format!("{name}.sql")],
            Self::Dbmate | Self::Refinery => vec![format!("{name}.sql")],
            Self::GolangMigrate => vec![format!("{name}.up.sql")],
        }
    }

    /// The file of a migration's direction, by the place that the migration has: its folder, or else the file of its way there.
    pub(crate) fn file(self, place: &Path, name: &str, direction: Direction) -> PathBuf {
        match (self, direction) {
            (Self::Diesel | Self::RusqliteMigration, _) => place.join(direction.file()),
            (Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::Refinery, Direction::Up) => {
                place.to_owned()
            }
            (Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::Refinery, Direction::Down) => {
                self.down_file(name).map_or_else(|| place.to_owned(), |file| place.with_file_name(file))
            }
        }
    }

    /// What stands in the folder of migrations for one with a name: its own folder, or else the file of the way there.
    pub fn entry(self, name: &str) -> String {
        match self {
            Self::Diesel | Self::RusqliteMigration => name.to_owned(),
            Self::Sqlx | Self::GolangMigrate => format!("{name}.up.sql"),
            Self::Dbmate | Self::Refinery => format!("{name}.sql"),
        }
    }

    /// Whether one file holds both ways.
    pub(crate) const fn has_one_file(self) -> bool {
        match self {
            Self::Diesel | Self::Sqlx | Self::GolangMigrate | Self::Refinery | Self::RusqliteMigration => {
                false
            }
            Self::Dbmate => true,
        }
    }

    /// Whether a migration is a folder of its files.
    pub const fn has_folders(self) -> bool {
        match self {
            Self::Diesel | Self::RusqliteMigration => true,
            Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::Refinery => false,
        }
    }

    /// Whether its tool knows a way back.
    pub const fn has_way_back(self) -> bool {
        match self {
            Self::Diesel | Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::RusqliteMigration => true,
            Self::Refinery => false,
        }
    }

    /// The ways that a migration is proven by.
    pub const fn proven_ways(self) -> &'static str {
        if self.has_way_back() { "up, down, up" } else { "up" }
    }

    /// What the way there or back of a migration is called.
    pub const fn way(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Diesel | Self::RusqliteMigration, _) => direction.file(),
            (Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::Refinery, Direction::Up) => "the way up",
            (Self::Sqlx | Self::Dbmate | Self::GolangMigrate | Self::Refinery, Direction::Down) => {
                "the way down"
            }
        }
    }

    /// Whether its tool runs a file in a transaction of its own. golang-migrate sends it as it is.
    pub fn runs_in_transaction(self, text: &str) -> bool {
        match self {
            Self::Diesel | Self::Sqlx | Self::Dbmate | Self::Refinery => runs_in_transaction(text),
            Self::GolangMigrate => false,
            Self::RusqliteMigration => true,
        }
    }

    /// What whoever runs a migration outside of a transaction has to do about it.
    pub const fn note_outside(self, dialect: Dialect) -> Option<&'static str> {
        match (self, dialect) {
            (Self::GolangMigrate, Dialect::Sqlite) => {
                Some("golang-migrate needs x-no-tx-wrap=true in the URL of the database for this file")
            }
            (Self::GolangMigrate, Dialect::Postgres | Dialect::Mysql)
            | (Self::Diesel | Self::Sqlx | Self::Dbmate | Self::Refinery | Self::RusqliteMigration, _) => {
                None
            }
        }
    }

    /// The files of a migration: their names below the folder of migrations, and their texts.
    ///
    /// # Errors
    /// When its tool could not run them as they are meant.
    pub fn files(self, name: &str, files: &MigrationFiles) -> Result<Vec<(String, String)>, FilesError> {
        let MigrationFiles { up, down, metadata } = files;
        let is_outside = metadata.is_some();
        let named = |end: &str, text: String| (format!("{name}{end}"), text);
        Ok(match self {
            Self::Refinery | Self::RusqliteMigration if is_outside => {
                return Err(FilesError::AlwaysInTransaction { tool: self.word(), name: name.to_owned() });
            }
            Self::Diesel | Self::RusqliteMigration => {
                let down = down.iter().map(|down| named("/down.sql", down.clone()));
                let metadata = metadata.iter().map(|metadata| named("/metadata.toml", metadata.clone()));
                [named("/up.sql", up.clone())].into_iter().chain(down).chain(metadata).collect()
            }
            Self::Sqlx => {
                let down = down.iter().map(|down| named(".down.sql", of_sqlx(down, is_outside)));
                [named(".up.sql", of_sqlx(up, is_outside))].into_iter().chain(down).collect()
            }
            Self::Dbmate => vec![named(".sql", of_dbmate(name, up, down.as_deref(), is_outside)?)],
            Self::GolangMigrate => {
                let down = down.iter().map(|down| named(".down.sql", down.clone()));
                [named(".up.sql", up.clone())].into_iter().chain(down).collect()
            }
            Self::Refinery => vec![named(".sql", up.clone())],
        })
    }

    /// The layout of the migrations that a folder holds, if it holds any. The files of sqlx and golang-migrate have the same names, and
    /// `is_go` tells which of the two it is.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn found_in(folder: &Path, is_go: bool) -> Result<Option<Self>, std::io::Error> {
        let of_both = if is_go { Self::GolangMigrate } else { Self::Sqlx };
        let (mut found, mut folders) = (None, Vec::new());
        for entry in fs_err::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && !name.starts_with('.') && path.join(Direction::Up.file()).is_file() {
                folders.push(name.into_owned());
                continue;
            }
            if !path.is_file() {
                continue;
            }
            let text = if name.ends_with(".sql") { fs_err::read_to_string(&path)? } else { String::new() };
            // What goose runs is called like the files of others.
            if text.lines().any(|line| line.starts_with(GOOSE_MARK)) {
                continue;
            }
            if Self::Refinery.name_of_up(&name).is_some() {
                found = Some(Self::Refinery);
            } else if Self::Dbmate.name_of_up(&name).is_some() && text.lines().any(is_mark) {
                found = Some(Self::Dbmate);
            } else if of_both.name_of_up(&name).is_some() {
                found = Some(of_both);
            }
        }
        if folders.is_empty() {
            return Ok(found);
        }
        Ok(Some(if are_numbered(&folders) { Self::RusqliteMigration } else { Self::Diesel }))
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Whether folders are rusqlite_migration's: `1-a`, `02-b` and so on, without a gap. Diesel's versions are no such numbers.
fn are_numbered(folders: &[String]) -> bool {
    let number = |name: &String| name.split_once('-').and_then(|(number, _)| number.parse::<usize>().ok());
    let numbers: Option<std::collections::BTreeSet<usize>> = folders.iter().map(number).collect();
    numbers.is_some_and(|numbers| numbers.into_iter().eq(1..=folders.len()))
}

/// The name of the migration that a file is of, by the file's name below the folder of migrations.
pub fn name_of_file(file: &str) -> &str {
    if let Some((folder, _)) = file.split_once('/') {
        return folder;
    }
    let ends = [".up.sql", ".down.sql", ".sql"];
    ends.iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file)
}

/// Where a file stands among those of whichever tool: by the number that its name begins with; names without one go last.
pub fn place_of_file(file: &str) -> u128 {
    digits(file.strip_prefix(['v', 'V']).unwrap_or(file)).parse().unwrap_or(u128::MAX)
}

/// The text of a file of dbmate or goose and where in it the way back begins, if it holds both.
pub fn both_ways(text: &str) -> (&str, Option<&str>) {
    let is_of_goose = |line: &str| line.trim().to_lowercase().starts_with(GOOSE_DOWN);
    cut_at(text, |line| is_mark_of(line, "migrate:down") || is_of_goose(line))
}

/// The same of a file of dbmate.
pub(crate) fn both_ways_of_dbmate(text: &str) -> (&str, Option<&str>) {
    cut_at(text, |line| is_mark_of(line, "migrate:down"))
}

fn cut_at(text: &str, is_down: impl Fn(&str) -> bool) -> (&str, Option<&str>) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if is_down(line) {
            return (&text[..start], Some(&text[start..]));
        }
        start += line.len();
    }
    (text, None)
}

/// Whether a file of whichever tool is run in a transaction, as its marks say.
pub fn runs_in_transaction(text: &str) -> bool {
    !text.lines().enumerate().any(|(number, line)| ends_transactions(number, line))
}

/// Whether a line says that its file runs in no transaction.
fn ends_transactions(number: usize, line: &str) -> bool {
    let is_of_sqlx = number == 0 && line.starts_with(SQLX_OUTSIDE);
    let is_of_dbmate = is_mark(line) && line.contains(DBMATE_OUTSIDE);
    is_of_sqlx || is_of_dbmate || line.trim().to_lowercase().starts_with("-- +goose no transaction")
}

/// Whether a comment is a mark for a tool, and no words of whoever wrote the file.
pub(crate) fn is_message(comment: &str) -> bool {
    let line = format!("-- {}", comment.trim());
    !is_mark(&line) && line != SQLX_OUTSIDE && !line.starts_with(GOOSE_MARK)
}

/// Whether dbmate takes a line for one of its marks.
fn is_mark(line: &str) -> bool {
    is_mark_of(line, "migrate:up") || is_mark_of(line, "migrate:down")
}

/// The same of one of them: at the start of a line, in small letters, and as a word of its own.
fn is_mark_of(line: &str, mark: &str) -> bool {
    let word = line.strip_prefix("--").map(str::trim_start).unwrap_or_default();
    word.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// The digits that a name begins with.
fn digits(name: &str) -> &str {
    let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    &name[..end]
}

/// A file of sqlx. A message that reads like the mark does not begin the file.
fn of_sqlx(text: &str, is_outside: bool) -> String {
    match is_outside {
        true => format!("{SQLX_OUTSIDE}\n\n{text}"),
        false if text.starts_with(SQLX_OUTSIDE) => format!("\n{text}"),
        false => text.to_owned(),
    }
}

/// A file of dbmate.
fn of_dbmate(name: &str, up: &str, down: Option<&str>, is_outside: bool) -> Result<String, FilesError> {
    let option = if is_outside { format!(" {DBMATE_OUTSIDE}") } else { String::new() };
    let down = down.unwrap_or_default();
    match up.lines().chain(down.lines()).find(|line| is_mark(line)) {
        Some(line) => Err(FilesError::MarkInStatement { name: name.to_owned(), line: line.to_owned() }),
        None => Ok(format!("{UP_MARK}{option}\n\n{up}\n{DOWN_MARK}{option}\n\n{down}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(is_outside: bool) -> MigrationFiles {
        MigrationFiles {
            up: "CREATE TABLE t (a int);\n".to_owned(),
            down: Some("DROP TABLE t;\n".to_owned()),
            metadata: is_outside.then(|| "run_in_transaction = false\n".to_owned()),
        }
    }

    fn written(layout: Layout, is_outside: bool) -> String {
        let files = layout.files("1_a", &files(is_outside)).unwrap();
        files.iter().map(|(name, text)| format!("[{name}]\n{text}")).collect()
    }

    #[test]
    fn each_layout_has_its_files() {
        assert_eq!(
            written(Layout::Diesel, false),
            "[1_a/up.sql]\nCREATE TABLE t (a int);\n[1_a/down.sql]\nDROP TABLE t;\n"
        );
        assert_eq!(
            written(Layout::Sqlx, true),
            "[1_a.up.sql]\n-- no-transaction\n\nCREATE TABLE t (a int);\n[1_a.down.sql]\n-- no-transaction\n\nDROP TABLE t;\n"
        );
        assert_eq!(
            written(Layout::Dbmate, false),
            "[1_a.sql]\n-- migrate:up\n\nCREATE TABLE t (a int);\n\n-- migrate:down\n\nDROP TABLE t;\n"
        );
        assert_eq!(
            written(Layout::Dbmate, true),
            "[1_a.sql]\n-- migrate:up transaction:false\n\nCREATE TABLE t (a int);\n\n\
             -- migrate:down transaction:false\n\nDROP TABLE t;\n"
        );
        assert_eq!(
            written(Layout::GolangMigrate, true),
            "[1_a.up.sql]\nCREATE TABLE t (a int);\n[1_a.down.sql]\nDROP TABLE t;\n"
        );
        assert_eq!(written(Layout::Refinery, false), "[1_a.sql]\nCREATE TABLE t (a int);\n");
        assert!(Layout::Refinery.files("V1__a", &files(true)).is_err());
    }

    #[test]
    fn no_text_is_taken_for_a_mark() {
        let hostile = |up: &str| MigrationFiles { up: up.to_owned(), ..files(false) };
        let sqlx = Layout::Sqlx.files("1_a", &hostile("-- no-transaction\n--\nSELECT 1;\n")).unwrap();
        assert!(Layout::Sqlx.runs_in_transaction(&sqlx[0].1), "{sqlx:?}");
        for text in ["-- migrate:down\n", "SELECT '\n--  migrate:up x';\n"] {
            let refused = Layout::Dbmate.files("1_a", &hostile(text));
            assert!(matches!(refused, Err(FilesError::MarkInStatement { .. })), "{refused:?}");
        }
        let harmless = "-- migrate:downwards\n-- MIGRATE:DOWN\n  -- migrate:down in words\n";
        let written = Layout::Dbmate.files("1_a", &hostile(harmless)).unwrap();
        let (up, down) = both_ways_of_dbmate(&written[0].1);
        assert!(up.contains(harmless) && down.is_some_and(|down| down.starts_with(DOWN_MARK)), "{written:?}");
        assert_eq!(
            both_ways_of_dbmate("--migrate:up\nA\n--migrate:down\nB\n").1,
            Some("--migrate:down\nB\n")
        );
        assert!(Layout::Sqlx.runs_in_transaction("-- NO-TRANSACTION wanted?\nSELECT 1;\n"));
    }

    #[test]
    fn names_and_versions_are_those_of_the_tool() {
        let named = |layout: Layout, file: &str| {
            layout.name_of_up(file).map(|name| (name.to_owned(), layout.number(name).to_owned()))
        };
        let some = |name: &str, number: &str| Some((name.to_owned(), number.to_owned()));
        assert_eq!(named(Layout::Sqlx, "01_a.up.sql"), some("01_a", "01"));
        assert_eq!(named(Layout::Sqlx, "1_a.sql"), some("1_a", "1"));
        assert_eq!(named(Layout::Sqlx, "1_a.down.sql"), None);
        assert_eq!(named(Layout::Sqlx, "seed.sql"), None);
        assert_eq!(named(Layout::GolangMigrate, "1_a.sql"), None);
        assert_eq!(named(Layout::GolangMigrate, "1_a.up.sql"), some("1_a", "1"));
        assert_eq!(named(Layout::Dbmate, "20260101000000_a.sql"), some("20260101000000_a", "20260101000000"));
        assert_eq!(named(Layout::Refinery, "V12__a.sql"), some("V12__a", "12"));
        assert_eq!(named(Layout::Refinery, "V12_a.sql"), None);
        assert_eq!(named(Layout::Refinery, "V12__a b.sql"), None);
        assert_eq!(named(Layout::Diesel, "1_a.sql"), None);
        assert!(Layout::Refinery.is_program("V2__b.rs") && !Layout::Refinery.is_program("lib.rs"));
        assert!(Layout::Sqlx.version("9_a") < Layout::Sqlx.version("10_a"));
        assert_eq!(Layout::Sqlx.version("0010_a"), Layout::Sqlx.version("10"));
        assert!(Layout::Refinery.version("V9__a") < Layout::Refinery.version("10"));
        assert!(Layout::Dbmate.version("10_a") < Layout::Dbmate.version("9_a"));
    }

    #[test]
    fn a_name_is_that_of_each_of_its_files() {
        for file in ["1_a/up.sql", "1_a.up.sql", "1_a.down.sql", "1_a.sql"] {
            assert_eq!(name_of_file(file), "1_a");
        }
    }

    #[test]
    fn a_folder_tells_its_layout() {
        let found = |files: &[(&str, &str)], is_go: bool| {
            let root = tempfile::tempdir().unwrap();
            for (name, text) in files {
                let path = root.path().join(name);
                fs_err::create_dir_all(path.parent().unwrap()).unwrap();
                fs_err::write(path, text).unwrap();
            }
            Layout::found_in(root.path(), is_go).unwrap()
        };
        assert_eq!(found(&[("1_a/up.sql", ""), ("readme.md", "")], false), Some(Layout::Diesel));
        assert_eq!(found(&[("1_a.sql", "-- migrate:up\nSELECT 1;\n")], false), Some(Layout::Dbmate));
        assert_eq!(found(&[("1_a.up.sql", ""), ("1_a.down.sql", "")], false), Some(Layout::Sqlx));
        assert_eq!(found(&[("1_a.up.sql", ""), ("1_a.down.sql", "")], true), Some(Layout::GolangMigrate));
        assert_eq!(found(&[("V1__a.sql", "")], false), Some(Layout::Refinery));
        assert_eq!(found(&[("schema.sql", "")], false), None);
    }

    #[test]
    fn marks_are_read() {
        let (up, down) =
            both_ways("-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nSELECT 2;\n");
        assert_eq!(up, "-- migrate:up transaction:false\nSELECT 1;\n");
        assert_eq!(down, Some("-- migrate:down\nSELECT 2;\n"));
        assert!(!runs_in_transaction(up));
        assert!(runs_in_transaction("SELECT 1;\n-- no-transaction\n-- not transaction:false\n"));
        assert!(!is_message("migrate:up") && !is_message("no-transaction") && is_message("Add users"));
    }
}
