//! Virtual tables of modules that an application loads (sqlite-vec, SpatiaLite) and this library has not: they can't be made in a
//! scratch database, so they and the tables that they keep their rows in are left alone.

use std::collections::BTreeSet;

use autogen_diff_core::diagnostic::{Diagnostic, Severity};
use autogen_sql_text::declaration::sqlite::virtual_module;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::ObjectRow;
use crate::error::IntrospectError;

#[derive(QueryableByName)]
struct Module {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Takes them out of the rows of `sqlite_schema`, with what hangs on them, and says so of each virtual table.
///
/// # Errors
/// When SQLite does not tell its modules.
pub(super) fn leave_out(
    connection: &mut SqliteConnection,
    rows: &mut Vec<ObjectRow>,
) -> Result<Vec<Diagnostic>, IntrospectError> {
    if rows.iter().all(|row| row.kind != "virtual") {
        return Ok(Vec::new());
    }
    let modules: Vec<Module> = sql_query("SELECT name FROM pragma_module_list")
        .load(connection)
        .map_err(|error| IntrospectError::query("asking for the modules of virtual tables", &error))?;
    let is_there = |module: &str| modules.iter().any(|known| known.name.eq_ignore_ascii_case(module));
    let unknown = |row: &ObjectRow| {
        let module = virtual_module(row.sql.as_deref()?).filter(|module| !is_there(module))?;
        (row.kind == "virtual").then(|| (row.name.clone(), module))
    };
    let unknown: Vec<(String, String)> = rows.iter().filter_map(unknown).collect();
    let (mut left, mut notes) = (BTreeSet::new(), Vec::new());
    for (name, module) in unknown {
        let own: Vec<String> =
            rows.iter().filter(|row| is_shadow(row, &name)).map(|row| row.name.clone()).collect();
        notes.push(note(&name, &module, &own));
        left.extend(own);
        left.insert(name);
    }
    rows.retain(|row| !left.contains(&row.relation));
    Ok(notes)
}

/// What names of tables end in that hold the rows of virtual ones, without the number that may follow: those of sqlite-vec and
/// sqlite-vss, and those that SQLite's own modules have. Which a module has it alone knows (sqlite.org/vtab.html, "The xShadowName
/// Method"); any other table is somebody's own.
const SUFFIXES: [&str; 18] = [
    "auxiliary",
    "chunks",
    "config",
    "content",
    "data",
    "docsize",
    "idx",
    "index",
    "info",
    "metadatachunks",
    "metadatatext",
    "node",
    "parent",
    "rowid",
    "rowids",
    "segdir",
    "segments",
    "vector_chunks",
];

/// Whether a table holds the rows of a virtual one, by its name.
fn is_shadow(row: &ObjectRow, virtual_table: &str) -> bool {
    let parts = row.name.split_at_checked(virtual_table.len());
    let Some((_, rest)) = parts.filter(|(start, _)| start.eq_ignore_ascii_case(virtual_table)) else {
        return false;
    };
    let suffix = rest.strip_prefix('_').map(|suffix| suffix.trim_end_matches(|c: char| c.is_ascii_digit()));
    row.kind == "table" && suffix.is_some_and(|suffix| SUFFIXES.contains(&suffix))
}

fn note(name: &str, module: &str, shadows: &[String]) -> Diagnostic {
    let own = if shadows.is_empty() { String::new() } else { format!(", with {},", shadows.join(", ")) };
    Diagnostic {
        severity: Severity::Note,
        subject: None,
        message: format!("virtual table {name}{own} is left alone: there is no module {module} here"),
        help: None,
    }
}
