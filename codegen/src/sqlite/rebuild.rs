//! The rebuild of a table: create, copy, drop, rename
//! (sqlite.org/lang_altertable.html#otheralter), with guards around it.
//!
//! The guards are rows of a temporary table whose CHECK fails the script, since
//! SQL alone can't raise an error outside of a trigger.

use autogen_diff_core::model::Table;
use autogen_diff_core::{Ident, Pair};
use autogen_sql_text::{Dialect, lexemes};

use crate::quote::Quoter;
use crate::script::{Script, Statement, TransactionMode};

const NEW_PREFIX: &str = "__autogen_new_";

fn plain(sql: &str) -> Statement {
    Statement::plain(sql)
}

/// Puts the procedure's beginning and end around statements.
///
/// With foreign keys on, dropping a table deletes or changes the rows that refer
/// to it, and inside a transaction they can't be turned off. So the script opens
/// its own transaction, checks that they are off, and compares the number of
/// broken references before and after, which are selected from `broken`.
pub(super) fn guarded(statements: Vec<Statement>, broken: &str) -> Script {
    let mut all = vec![
        plain("PRAGMA foreign_keys = OFF"),
        plain("BEGIN IMMEDIATE"),
        plain(
            "CREATE TEMP TABLE __autogen_guard (what TEXT, found INTEGER, expected INTEGER, \
             CONSTRAINT __autogen_guard CHECK (found = expected))",
        ),
        plain(
            "INSERT INTO __autogen_guard SELECT 'foreign keys are off', foreign_keys, 0 FROM pragma_foreign_keys",
        ),
        plain(&format!(
            "INSERT INTO __autogen_guard SELECT 'broken references', count(*), count(*) FROM {broken}"
        )),
    ];
    all.extend(statements);
    all.extend([
        plain(&format!(
            "INSERT INTO __autogen_guard SELECT 'no new broken references', count(*), min(count(*), \
             (SELECT found FROM __autogen_guard WHERE what = 'broken references')) FROM {broken}"
        )),
        plain("DROP TABLE __autogen_guard"),
        plain("COMMIT"),
        plain("PRAGMA foreign_keys = ON"),
    ]);
    Script { statements: all, transaction: TransactionMode::None, notes: Vec::new() }
}

/// The steps for one table. Indexes and triggers are made again by operations
/// of their own.
pub(super) fn rebuild(pair: &Pair<Table>, q: &Quoter) -> Vec<String> {
    let name = q.qualified(&pair.to.name);
    let new_name = format!("{NEW_PREFIX}{}", pair.to.name.name);
    let new = q.text(&new_name);
    let mut statements = vec![create_as(&pair.to, &new)];
    let (targets, sources) = copied_columns(pair, q);
    if !targets.is_empty() {
        statements.push(format!("INSERT INTO {new} ({targets})\nSELECT {sources} FROM {name}"));
    }
    let what = q.literal(&format!("all rows of {} are copied", pair.to.name.name));
    statements.push(format!(
        "INSERT INTO __autogen_guard SELECT {what}, (SELECT count(*) FROM {new}), (SELECT count(*) FROM {name})"
    ));
    if pair.from.sqlite().autoincrement && pair.to.sqlite().autoincrement {
        // The counter goes on, so that no deleted number is given again.
        let (new, old) = (q.literal(&new_name), q.literal(pair.from.name.name.as_str()));
        statements.push(format!("DELETE FROM sqlite_sequence WHERE name = {new}"));
        statements.push(format!(
            "INSERT INTO sqlite_sequence (name, seq)\nSELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
        ));
    }
    statements.push(format!("DROP TABLE {name}"));
    // Views and triggers speak of the old table, which is gone for the moment; they
    // must neither be checked nor be rewritten.
    statements.push("PRAGMA legacy_alter_table = ON".to_owned());
    statements.push(format!("ALTER TABLE {new} RENAME TO {name}"));
    statements.push("PRAGMA legacy_alter_table = OFF".to_owned());
    statements
}

/// The author's `CREATE TABLE` under another name. SQLite stores the text as
/// `CREATE TABLE ` and then the name as it was written.
fn create_as(table: &Table, new: &str) -> String {
    let source = &table.sqlite().source.0;
    let open = body_start(source).unwrap_or(source.len());
    format!("CREATE TABLE {new} {}", &source[open..])
}

/// Where the parenthesis behind the name opens; the name itself may hold one.
fn body_start(source: &str) -> Option<usize> {
    let lexemes = lexemes(Dialect::Sqlite, source);
    lexemes.iter().find(|lexeme| lexeme.is_sign("(")).map(|open| open.span.start)
}

/// The columns to fill and what to fill them with; rowids stay what they were.
fn copied_columns(pair: &Pair<Table>, q: &Quoter) -> (String, String) {
    let Pair { from, to } = pair;
    let kept =
        to.columns.iter().filter(|column| column.generated.is_none() && from.column(&column.name).is_some());
    let mut columns: Vec<String> = kept.map(|column| q.ident(&column.name)).collect();
    let has_rowid = |table: &Table| !table.sqlite().without_rowid;
    if has_rowid(from) && has_rowid(to) && to.sqlite().rowid_alias.is_none() && !columns.is_empty() {
        let free = ["rowid", "_rowid_", "oid"].into_iter().find(|word| {
            let word = Ident::case_insensitive(*word);
            from.column(&word).is_none() && to.column(&word).is_none()
        });
        if let Some(word) = free {
            columns.insert(0, word.to_owned());
        }
    }
    let columns = columns.join(", ");
    (columns.clone(), columns)
}
