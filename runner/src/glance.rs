//! All that the runner's tables say of a database, read at once: what a look at many databases costs little by.

use autogen_migration_files::Direction;
use autogen_sql_text::Dialect;

use crate::backend::Backend;
use crate::error::RunError;
use crate::history::{Applied, History};
use crate::tables::OwnTable;

/// What the runner's tables say of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// What is applied.
    pub history: History,
    /// A migration that is done in part, by version, and which of its files.
    pub unfinished: Option<(String, Direction)>,
    /// The place of the history at which the schema was recorded last, as [`History::history_hash`] gives it.
    pub schema_recorded_at: Option<String>,
    /// What the database is for, where it is marked.
    pub environment: Option<String>,
}

/// Reads the tables of a database, with one query for which there are and one for their rows.
///
/// # Errors
/// When they can't be read.
pub fn glance<C: Backend>(connection: &mut C) -> Result<Glance, RunError> {
    let names = connection.texts(&C::own_tables_sql(&OwnTable::ALL))?;
    let there: Vec<OwnTable> =
        OwnTable::ALL.into_iter().filter(|table| names.iter().any(|name| name == table.name())).collect();
    let mut glance = Glance::default();
    let selects = selects(C::DIALECT, &there, "", "");
    if !selects.is_empty() {
        connection.texts(&selects.join(" UNION ALL "))?.iter().for_each(|row| glance.add(row));
    }
    Ok(glance)
}

/// How many namespaces one query reads: a query locks each table with its index until it ends, and a server has room for some
/// thousands of locks; and of many tables the planner takes longer for each.
#[cfg(feature = "postgres")]
const NAMESPACES_AT_ONCE: usize = 50;

/// The same of several namespaces of one database over one connection; each is given with its place in the list.
///
/// # Errors
/// When they can't be read. Some may have been given by then.
#[cfg(feature = "postgres")]
pub fn glance_at_namespaces(
    connection: &mut diesel::PgConnection,
    namespaces: &[&str],
    seen: &mut dyn FnMut(usize, &Glance),
) -> Result<(), RunError> {
    use crate::backend::Session as _;
    let there = tables_by_namespace(connection)?;
    for (chunk, names) in namespaces.chunks(NAMESPACES_AT_ONCE).enumerate() {
        let of_one = |(place, name): (usize, &&str)| {
            let qualifier = format!("\"{}\".", name.replace('"', "\"\""));
            let tables = there.get(*name).map(Vec::as_slice).unwrap_or_default();
            selects(Dialect::Postgres, tables, &qualifier, &format!("{place} "))
        };
        let selects: Vec<String> = names.iter().enumerate().flat_map(of_one).collect();
        let rows =
            if selects.is_empty() { Vec::new() } else { connection.texts(&selects.join(" UNION ALL "))? };
        let mut glances = vec![Glance::default(); names.len()];
        for (place, row) in rows.iter().filter_map(|row| row.split_once(' ')) {
            let glance = place.parse().ok().and_then(|place: usize| glances.get_mut(place));
            glance.into_iter().for_each(|glance| glance.add(row));
        }
        glances
            .iter()
            .enumerate()
            .for_each(|(place, glance)| seen(chunk * NAMESPACES_AT_ONCE + place, glance));
    }
    Ok(())
}

/// Which of the runner's tables each namespace has.
#[cfg(feature = "postgres")]
fn tables_by_namespace(
    connection: &mut diesel::PgConnection,
) -> Result<std::collections::BTreeMap<String, Vec<OwnTable>>, RunError> {
    use crate::backend::Session as _;
    let found = connection.texts(&format!(
        "SELECT c.relname || ' ' || n.nspname FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('r', 'p') AND c.relname IN ({})",
        OwnTable::literals(&OwnTable::ALL)
    ))?;
    let mut there = std::collections::BTreeMap::new();
    for (table, namespace) in found.iter().filter_map(|row| row.split_once(' ')) {
        let table = OwnTable::ALL.into_iter().find(|own| own.name() == table);
        let tables: &mut Vec<OwnTable> = there.entry(namespace.to_owned()).or_default();
        tables.extend(table);
    }
    Ok(there)
}

impl Glance {
    /// Takes a row: a letter for its table, and what it says.
    fn add(&mut self, row: &str) {
        let Some(letter) = row.chars().next() else { return };
        let said = &row[letter.len_utf8()..];
        match letter {
            'a' => {
                let (hash, version) = said.split_once(' ').unwrap_or(("", said));
                let hash = Some(hash.to_owned()).filter(|hash| !hash.is_empty());
                let applied = Applied { version: version.to_owned(), hash };
                self.history.applied.insert(version.to_owned(), applied);
            }
            'j' => {
                let (direction, version) = said.split_once(' ').unwrap_or(("", said));
                let direction = if direction == "down" { Direction::Down } else { Direction::Up };
                self.unfinished = Some((version.to_owned(), direction));
            }
            's' => self.schema_recorded_at = Some(said.to_owned()),
            'e' => self.environment = Some(said.to_owned()),
            _ => {}
        }
    }
}

/// A query of one text for each table: a mark, the table's letter and what a row says.
fn selects(dialect: Dialect, there: &[OwnTable], qualifier: &str, mark: &str) -> Vec<String> {
    let has = |table: &OwnTable| there.contains(table);
    let name = |table: OwnTable| format!("{qualifier}{}", table.name());
    let mut selects = Vec::new();
    if has(&OwnTable::Applied) && has(&OwnTable::History) {
        let said = joined(dialect, &format!("{mark}a"), &["COALESCE(h.hash, '')", "' '", "a.version"]);
        let (applied, history) = (name(OwnTable::Applied), name(OwnTable::History));
        let (own, other) = (in_one_collation(dialect, "a.version"), in_one_collation(dialect, "h.version"));
        selects.push(format!("SELECT {said} FROM {applied} a LEFT JOIN {history} h ON {other} = {own}"));
    } else if has(&OwnTable::Applied) {
        let said = joined(dialect, &format!("{mark}a "), &["version"]);
        selects.push(format!("SELECT {said} FROM {}", name(OwnTable::Applied)));
    }
    if has(&OwnTable::Journal) {
        let said = joined(dialect, &format!("{mark}j"), &["direction", "' '", "version"]);
        selects.push(format!("SELECT {said} FROM {}", name(OwnTable::Journal)));
    }
    for (letter, column, table) in [('s', "history", OwnTable::Schema), ('e', "name", OwnTable::Environment)]
    {
        if has(&table) {
            let said = joined(dialect, &format!("{mark}{letter}"), &[column]);
            selects.push(format!("SELECT {said} FROM {} WHERE id = 1", name(table)));
        }
    }
    selects
}

/// A literal and expressions as one text.
fn joined(dialect: Dialect, start: &str, parts: &[&str]) -> String {
    match dialect {
        Dialect::Postgres | Dialect::Sqlite => format!("'{start}' || {}", parts.join(" || ")),
        Dialect::Mysql => {
            let parts: Vec<String> = parts.iter().map(|part| in_one_collation(dialect, part)).collect();
            format!("CONCAT({}, {})", in_one_collation(dialect, &format!("'{start}'")), parts.join(", "))
        }
    }
}

/// MySQL compares and joins no texts of two collations, and each table has that of the database at its time.
fn in_one_collation(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::Postgres | Dialect::Sqlite => text.to_owned(),
        Dialect::Mysql => format!("CONVERT({text} USING utf8mb4) COLLATE utf8mb4_bin"),
    }
}
