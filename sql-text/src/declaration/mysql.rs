//! What MySQL's and MariaDB's statements are to a model (MySQL manual, chapter 15, "SQL Statements";
//! MariaDB, "SQL Statements").

use super::{LeftOut, OwnDatabases, Rewritten, Verdict, Words, beyond, refused, runs, unknown};
use crate::classify::{SERVER_OBJECTS_MYSQL, VerbClass, class_of};
use crate::dialect::Dialect;
use crate::lexeme::{Lexeme, LexemeKind};

/// Objects of one database.
const OBJECTS: [&str; 10] =
    ["TABLE", "VIEW", "INDEX", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "SEQUENCE", "PACKAGE", "LIBRARY"];

/// Character sets in which no byte of a longer character is a quote or a backslash.
const PLAIN_CHARACTER_SETS: [&str; 8] =
    ["utf8mb4", "utf8mb3", "utf8", "latin1", "ascii", "binary", "default", "latin2"];

pub(super) fn judge(words: &Words<'_>, own: &OwnDatabases) -> Verdict {
    match class_of(Dialect::Mysql, words.lexemes) {
        VerbClass::Create | VerbClass::Alter | VerbClass::Drop => object(words, own),
        VerbClass::Rename if words.stand_at(1, &["USER"]) => beyond("accounts are the whole server's"),
        VerbClass::Rename => within(words, own),
        VerbClass::SetsSession if words.begin(&["USE"]) => home(words, own),
        VerbClass::SetsSession => settings(words),
        VerbClass::BeginsTransaction | VerbClass::EndsTransaction | VerbClass::WithinTransaction => runs(),
        VerbClass::ChangesRows => Verdict::LeftOut(LeftOut::Rows),
        VerbClass::MovesRows => beyond("it reads a file"),
        VerbClass::Locks | VerbClass::Maintains => Verdict::LeftOut(LeftOut::Housekeeping),
        // What a dump holds of a sequence: where it has got to.
        VerbClass::RunsCode if words.stand_at(1, &["SETVAL"]) && words.end_in_one_call(1) => {
            Verdict::LeftOut(LeftOut::Rows)
        }
        VerbClass::RunsCode => Verdict::Code,
        VerbClass::Grants => beyond("accounts and their privileges are the whole server's"),
        VerbClass::ControlsServer(why) => beyond(why),
        VerbClass::Describes | VerbClass::Notifies | VerbClass::Unknown => {
            unknown(words, &["CREATE", "ALTER", "DROP", "RENAME", "SET"])
        }
    }
}

/// `USE shop`
fn home(words: &Words<'_>, own: &OwnDatabases) -> Verdict {
    match words.name(1) {
        Some(name) if own.contains(name) => Verdict::LeftOut(LeftOut::Database),
        name => beyond(format!(
            "a model declares the objects of one database, and {} is not the one that it is for",
            name.unwrap_or_default()
        )),
    }
}

fn object(words: &Words<'_>, own: &OwnDatabases) -> Verdict {
    let kinds: Vec<&str> = OBJECTS.iter().chain(&SERVER_OBJECTS_MYSQL).copied().collect();
    let Some(at) = words.lexemes.iter().position(|lexeme| lexeme.is_any(&kinds)) else {
        return unknown(words, &OBJECTS);
    };
    // `CREATE tabel t (a index)`: the kind stands before any parenthesis, and only options before it.
    if words.lexemes[1..at].iter().any(|lexeme| lexeme.is_sign("(")) {
        return unknown(words, &OBJECTS);
    }
    let kind = words.upper(at);
    match kind.as_str() {
        "DATABASE" | "SCHEMA" => database(words, at, own),
        "FUNCTION" if words.hold("SONAME") => beyond("it loads a library into the server"),
        // `DROP PREPARE`
        "PREPARE" => Verdict::Code,
        known if SERVER_OBJECTS_MYSQL.contains(&known) => beyond("it is the whole server's"),
        _ => within(words, own),
    }
}

fn database(words: &Words<'_>, at: usize, own: &OwnDatabases) -> Verdict {
    let named = words.lexemes[at + 1..].iter().find(|lexeme| !lexeme.is_any(&["IF", "NOT", "EXISTS"]));
    let name = named.and_then(Lexeme::name).unwrap_or_default();
    if own.contains(name) {
        return Verdict::LeftOut(LeftOut::Database);
    }
    beyond(format!("the database {name} is not the one that the model is for"))
}

/// Words behind which the name of an object stands.
const BEFORE_NAMES: [&str; 19] = [
    "TABLE",
    "VIEW",
    "INDEX",
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "EVENT",
    "SEQUENCE",
    "PACKAGE",
    "BODY",
    "LIBRARY",
    "EXISTS",
    "ON",
    "TO",
    "REFERENCES",
    "LIKE",
    "FROM",
    "JOIN",
    "INTO",
];

/// Whether all that it names is in the model's own database; the names of that are taken out.
///
/// Bodies may read another database, and rights decide: only their own names are taken out of them.
fn within(words: &Words<'_>, own: &OwnDatabases) -> Verdict {
    let body = body(words);
    let mut cuts = Vec::new();
    for at in 1..words.lexemes.len() {
        let Some(database) = qualifier(words, at) else { continue };
        if own.contains(database) {
            cuts.push(words.lexemes[at].span.start..words.lexemes[at + 2].span.start);
        } else if at < body {
            return beyond(format!(
                "it names the database {database}, which is not the one that the model is for"
            ));
        }
    }
    if cuts.is_empty() {
        return runs();
    }
    // Blanks, so that all else keeps its place.
    let mut text = words.text.to_owned();
    for cut in cuts {
        let blank = " ".repeat(cut.len());
        text.replace_range(cut, &blank);
    }
    Verdict::Runs(Some(Rewritten { text, offset: 0 }))
}

/// Where the body of a view or of code begins; the end for all else.
fn body(words: &Words<'_>) -> usize {
    let end = words.lexemes.len();
    let kind = words.lexemes.iter().position(|lexeme| {
        lexeme.is_any(&[
            "VIEW",
            "TRIGGER",
            "PROCEDURE",
            "FUNCTION",
            "EVENT",
            "PACKAGE",
            "LIBRARY",
            "TABLE",
            "INDEX",
        ])
    });
    let Some(kind) = kind.filter(|_| !words.begin(&["DROP"])) else { return end };
    let behind = |keyword: &str| {
        words.lexemes[kind..].iter().position(|lexeme| lexeme.is(keyword)).map_or(end, |at| kind + at)
    };
    match words.upper(kind).as_str() {
        "VIEW" => behind("AS"),
        "TRIGGER" => behind("ROW"),
        "EVENT" => behind("DO"),
        "PROCEDURE" | "FUNCTION" | "PACKAGE" | "LIBRARY" => kind + 4,
        _ => end,
    }
}

/// The database in `shop.users` at a place where an object is named, or in `shop.users.id`.
fn qualifier<'a>(words: &'a Words<'_>, at: usize) -> Option<&'a str> {
    let database = words.name(at)?;
    let is_dot = |at: usize| words.get(at).is_some_and(|lexeme| lexeme.is_sign("."));
    if !is_dot(at + 1) || is_dot(at - 1) || words.name(at + 2).is_none() {
        return None;
    }
    let before = &words.lexemes[at - 1];
    let in_list = before.is_sign(",") && (words.begin(&["DROP"]) || words.begin(&["RENAME"]));
    (before.is_any(&BEFORE_NAMES) || in_list || is_dot(at + 3)).then_some(database)
}

/// `SET a = 1, SESSION b = 2, @c = @@d`
fn settings(words: &Words<'_>) -> Verdict {
    if matches!(words.upper(1).as_str(), "PASSWORD" | "ROLE" | "DEFAULT" | "RESOURCE") {
        return beyond("accounts are the whole server's");
    }
    if words.stand_at(1, &["STATEMENT"]) {
        return Verdict::Code;
    }
    let rest = &words.lexemes[1.min(words.lexemes.len())..];
    let verdicts: Vec<Verdict> = rest.split(|lexeme| lexeme.is_sign(",")).map(one_setting).collect();
    let left_out = Verdict::LeftOut(LeftOut::Housekeeping);
    let all = verdicts.iter().all(|verdict| *verdict == left_out);
    let worst =
        verdicts.into_iter().find(|verdict| !matches!(verdict, Verdict::Runs(_)) && *verdict != left_out);
    worst.unwrap_or(if all { left_out } else { runs() })
}

fn one_setting(assignment: &[Lexeme]) -> Verdict {
    let text = |lexeme: &Lexeme| match &lexeme.kind {
        LexemeKind::Word(text)
        | LexemeKind::Name(text)
        | LexemeKind::Text(text)
        | LexemeKind::Other(text) => text.to_ascii_lowercase(),
    };
    let words: Vec<String> = assignment.iter().map(text).collect();
    let equals = words.iter().position(|word| word == "=" || word == ":=").unwrap_or(words.len());
    let target = words[..equals].concat();
    let value = words.get(equals + 1).map(String::as_str).unwrap_or_default();
    let name = target.rsplit(['.', '@']).next().unwrap_or_default();
    if name == "gtid_purged" || target.ends_with("sql_log_bin") {
        return Verdict::LeftOut(LeftOut::Housekeeping);
    }
    let is_global = ["global", "@@global", "persist", "@@persist", "persist_only", "@@persist_only"];
    if is_global.iter().any(|scope| target.starts_with(scope)) {
        return beyond("it changes the server's settings");
    }
    let sets_names = matches!(words.first().map(String::as_str), Some("names" | "charset" | "character"));
    let set =
        if sets_names { words.iter().skip(1).find(|word| *word != "set").map(String::as_str) } else { None };
    let set = set.or((name == "character_set_client").then_some(value));
    if let Some(set) = set.filter(|set| !set.starts_with('@') && !PLAIN_CHARACTER_SETS.contains(set)) {
        return refused(format!(
            "under the character set {set} strings would end elsewhere than they seem to"
        ));
    }
    if name == "sql_mode" && value.contains("no_backslash_escapes") {
        return refused("under NO_BACKSLASH_ESCAPES strings would end elsewhere than they seem to");
    }
    if words[equals.min(words.len())..].iter().any(|word| word == "(") { Verdict::Code } else { runs() }
}
