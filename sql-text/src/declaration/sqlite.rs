//! What SQLite's statements are to a model (sqlite.org/lang.html).

use super::{LeftOut, Rewritten, Verdict, Words, beyond, refused, runs, unknown};
use crate::Dialect;
use crate::classify::{VerbClass, class_of};
use crate::lexeme::{Lexeme, LexemeKind, lexemes};

/// Pragmas that shape what is declared behind them (sqlite.org/pragma.html).
const SHAPING: [&str; 8] = [
    "application_id",
    "auto_vacuum",
    "encoding",
    "foreign_keys",
    "legacy_alter_table",
    "page_size",
    "recursive_triggers",
    "user_version",
];

pub(super) fn judge(words: &Words<'_>) -> Verdict {
    match class_of(Dialect::Sqlite, words.lexemes) {
        VerbClass::Create | VerbClass::Alter | VerbClass::Drop => object(words),
        VerbClass::ChangesRows
            if (words.begin(&["INSERT"]) || words.begin(&["REPLACE"])) && writes_schema(words) =>
        {
            declared_by_row(words)
        }
        VerbClass::ChangesRows if is_internal(words) => Verdict::LeftOut(LeftOut::Housekeeping),
        VerbClass::ChangesRows => Verdict::LeftOut(LeftOut::Rows),
        VerbClass::RunsCode => Verdict::Code,
        VerbClass::BeginsTransaction | VerbClass::EndsTransaction | VerbClass::WithinTransaction => runs(),
        VerbClass::SetsSession
            if words.name(1).is_some_and(|name| SHAPING.contains(&name.to_ascii_lowercase().as_str())) =>
        {
            runs()
        }
        VerbClass::Maintains if words.begin(&["VACUUM"]) && words.hold("INTO") => beyond("it writes a file"),
        VerbClass::SetsSession | VerbClass::Maintains => Verdict::LeftOut(LeftOut::Housekeeping),
        VerbClass::ControlsServer(why) => beyond(why),
        VerbClass::Rename
        | VerbClass::Describes
        | VerbClass::Grants
        | VerbClass::MovesRows
        | VerbClass::Locks
        | VerbClass::Notifies
        | VerbClass::Unknown => unknown(words, &["CREATE", "ALTER", "DROP", "PRAGMA"]),
    }
}

fn object(words: &Words<'_>) -> Verdict {
    const KINDS: [&str; 4] = ["TABLE", "INDEX", "VIEW", "TRIGGER"];
    let aside = |lexeme: &Lexeme| lexeme.is_any(&["TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"]);
    let at = 1 + words.lexemes[1..].iter().take_while(|lexeme| aside(lexeme)).count();
    if !words.get(at).is_some_and(|lexeme| lexeme.is_any(&KINDS)) {
        return unknown(words, &KINDS);
    }
    let name =
        at + 1 + words.lexemes[at + 1..].iter().take_while(|l| l.is_any(&["IF", "NOT", "EXISTS"])).count();
    match (words.name(name), words.get(name + 1)) {
        (Some(database), Some(dot))
            if dot.is_sign(".") && !["main", "temp"].contains(&database.to_ascii_lowercase().as_str()) =>
        {
            beyond(format!("it is in another database, {database}"))
        }
        _ => runs(),
    }
}

/// The table that rows go to or come from.
fn table<'a>(words: &'a Words<'_>) -> Option<&'a str> {
    let into = words.lexemes.iter().position(|lexeme| lexeme.is_any(&["INTO", "FROM", "UPDATE"]))?;
    words.name(into + 1)
}

/// The shell's `.dump` writes the counters of AUTOINCREMENT and what ANALYZE found.
fn is_internal(words: &Words<'_>) -> bool {
    table(words).is_some_and(|table| table.to_ascii_lowercase().starts_with("sqlite_"))
}

fn writes_schema(words: &Words<'_>) -> bool {
    table(words).is_some_and(|table| {
        ["sqlite_schema", "sqlite_master"].contains(&table.to_ascii_lowercase().as_str())
    })
}

/// The shell's `.dump` writes a virtual table as the row of `sqlite_schema` that declares it.
fn declared_by_row(words: &Words<'_>) -> Verdict {
    let last = words.lexemes.iter().rev().find_map(|lexeme| match &lexeme.kind {
        LexemeKind::Text(text) => Some((text, lexeme.span.start + 1)),
        LexemeKind::Word(_) | LexemeKind::Name(_) | LexemeKind::Other(_) => None,
    });
    let is_virtual = |text: &str| {
        let mut found = text.split_whitespace();
        found.next().is_some_and(|word| word.eq_ignore_ascii_case("CREATE"))
            && found.next().is_some_and(|word| word.eq_ignore_ascii_case("VIRTUAL"))
    };
    match last {
        Some((text, offset)) if is_virtual(text) => {
            Verdict::Runs(Some(Rewritten { text: text.replace("''", "'"), offset }))
        }
        _ => refused("it writes the schema's own table"),
    }
}

/// The virtual table that a statement makes.
pub fn virtual_table(statement: &str) -> Option<String> {
    of_virtual_table(statement, |words| words.name(after_if_not_exists(words, 3)).map(str::to_owned))
}

/// The module of the virtual table that a statement makes.
pub fn virtual_module(statement: &str) -> Option<String> {
    of_virtual_table(statement, |words| {
        // The arguments of a module may be any words.
        let using = (0..words.lexemes.len()).find(|at| words.stand_at(*at, &["USING"]))?;
        words.name(using + 1).map(str::to_owned)
    })
}

fn of_virtual_table(statement: &str, part: impl Fn(&Words<'_>) -> Option<String>) -> Option<String> {
    let lexemes = lexemes(Dialect::Sqlite, statement);
    let words = Words { lexemes: &lexemes, text: statement };
    if words.begin(&["CREATE", "VIRTUAL", "TABLE"]) { part(&words) } else { None }
}

/// Whether a statement makes a table that a virtual table keeps its rows in, and makes by itself
/// (sqlite.org/vtab.html, "The xShadowName Method"; those of FTS3, FTS5 and R-Tree).
pub fn is_shadow_table(statement: &str, virtual_tables: &[String]) -> bool {
    const SUFFIXES: [&str; 11] = [
        "config", "content", "data", "docsize", "idx", "node", "parent", "rowid", "segdir", "segments",
        "stat",
    ];
    let lexemes = lexemes(Dialect::Sqlite, statement);
    let words = Words { lexemes: &lexemes, text: statement };
    if virtual_tables.is_empty() || !words.begin(&["CREATE", "TABLE"]) {
        return false;
    }
    let named = words.get(after_if_not_exists(&words, 2)).map(|lexeme| match &lexeme.kind {
        LexemeKind::Word(name)
        | LexemeKind::Name(name)
        | LexemeKind::Text(name)
        | LexemeKind::Other(name) => name,
    });
    let Some((table, suffix)) = named.and_then(|name| name.rsplit_once('_')) else { return false };
    SUFFIXES.contains(&suffix) && virtual_tables.iter().any(|name| name.eq_ignore_ascii_case(table))
}

fn after_if_not_exists(words: &Words<'_>, at: usize) -> usize {
    if words.stand_at(at, &["IF", "NOT", "EXISTS"]) { at + 3 } else { at }
}
