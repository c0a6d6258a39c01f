//! What PostgreSQL's statements are to a model (manual, part VI, "SQL Commands").

use super::{LeftOut, OwnDatabases, Verdict, Words, beyond, refused, runs, unknown};
use crate::Dialect;
use crate::classify::{VerbClass, class_of};
use crate::lexeme::{Lexeme, LexemeKind, lexemes};

/// Objects of one database.
const OBJECTS: [&str; 35] = [
    "ACCESS",
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "COLUMN",
    "CONSTRAINT",
    "CONVERSION",
    "DEFAULT",
    "DOMAIN",
    "EVENT",
    "EXTENSION",
    "FOREIGN",
    "FUNCTION",
    "INDEX",
    "LANGUAGE",
    "MATERIALIZED",
    "OPERATOR",
    "POLICY",
    "PROCEDURAL",
    "PROCEDURE",
    "PROPERTY",
    "PUBLICATION",
    "ROUTINE",
    "RULE",
    "SCHEMA",
    "SEQUENCE",
    "SERVER",
    "STATISTICS",
    "TABLE",
    "TEXT",
    "TRANSFORM",
    "TRIGGER",
    "TYPE",
    "VIEW",
    "PRIVILEGES",
];

/// Verbs of declarations.
const VERBS: [&str; 7] = ["CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE", "SET"];

/// Words before an object's kind.
const ASIDE: [&str; 10] =
    ["OR", "REPLACE", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "UNIQUE", "RECURSIVE", "TRUSTED"];

/// Settings of a session that have no part in a schema, or that are ours to set.
const IDLE_SETTINGS: [&str; 9] = [
    "client_encoding",
    "client_min_messages",
    "default_with_oids",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "row_security",
    "statement_timeout",
    "synchronous_commit",
    "transaction_timeout",
];

pub(super) fn judge(words: &Words<'_>, own: &OwnDatabases) -> Verdict {
    match class_of(Dialect::Postgres, words.lexemes) {
        VerbClass::Create | VerbClass::Alter if Consent::of(words.lexemes).is_some() => Verdict::Code,
        VerbClass::Create | VerbClass::Alter | VerbClass::Drop => object(words, 1, own),
        VerbClass::Describes => {
            let on = words.position("ON").unwrap_or(words.lexemes.len());
            object(words, on + 1, own)
        }
        VerbClass::Grants => privilege(words, own),
        VerbClass::SetsSession if words.begin(&["SET"]) => setting(words),
        VerbClass::SetsSession
        | VerbClass::BeginsTransaction
        | VerbClass::EndsTransaction
        | VerbClass::WithinTransaction
            if !words.begin(&["PREPARE"]) =>
        {
            runs()
        }
        VerbClass::RunsCode if words.begin(&["SELECT"]) => select(words),
        VerbClass::RunsCode if words.begin(&["DO"]) && only_makes_roles(words) => {
            Verdict::LeftOut(LeftOut::Roles)
        }
        VerbClass::RunsCode => Verdict::Code,
        VerbClass::MovesRows => copy(words),
        VerbClass::ChangesRows => Verdict::LeftOut(LeftOut::Rows),
        VerbClass::Maintains | VerbClass::Locks => Verdict::LeftOut(LeftOut::Housekeeping),
        VerbClass::ControlsServer(why) => beyond(why),
        VerbClass::Notifies => refused("it declares nothing"),
        VerbClass::SetsSession
        | VerbClass::BeginsTransaction
        | VerbClass::EndsTransaction
        | VerbClass::WithinTransaction
        | VerbClass::Rename
        | VerbClass::Unknown => unknown(words, &VERBS),
    }
}

/// Why a statement that declares something needs the consent that code needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// `LANGUAGE c` or `internal`, and types with input functions, which begin as a shell (manual, 38.10 and 38.13).
    NativeCode,
    /// A table of `file_fdw`, which reads a file of the server or runs a program there (manual, F.15).
    ServerFile,
    /// A user mapping of `postgres_fdw` that needs no password (manual, F.38.1.7).
    NoPassword,
}

impl Consent {
    /// What a statement needs consent for, if for anything.
    #[must_use]
    pub fn of(lexemes: &[Lexeme]) -> Option<Self> {
        let upper: Vec<String> = lexemes.iter().take(4).map(Lexeme::upper).collect();
        let words: Vec<&str> = upper.iter().map(String::as_str).collect();
        let has_option = |name: &str| {
            let options = lexemes.iter().skip_while(|lexeme| !lexeme.is("OPTIONS"));
            options.into_iter().any(|lexeme| lexeme.name().is_some_and(|own| own.eq_ignore_ascii_case(name)))
        };
        match words[..] {
            ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE"]
            | ["CREATE", "FUNCTION" | "PROCEDURE", ..] => is_native(lexemes).then_some(Self::NativeCode),
            ["CREATE", "TYPE", ..] => is_base_type(lexemes).then_some(Self::NativeCode),
            // The functions that the server calls for its values.
            ["ALTER", "TYPE", ..] => sets_functions(lexemes).then_some(Self::NativeCode),
            ["CREATE" | "ALTER", "FOREIGN", "TABLE", ..] => {
                (has_option("filename") || has_option("program")).then_some(Self::ServerFile)
            }
            ["CREATE" | "ALTER", "USER", "MAPPING", ..] => {
                has_option("password_required").then_some(Self::NoPassword)
            }
            _ => None,
        }
    }

    /// What it could do.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NativeCode => "it makes native code callable, which runs in the server's own process",
            Self::ServerFile => "it lets a table read a file of the server, or run a program there",
            Self::NoPassword => "it lets a role connect to another server as whoever this server runs as",
        }
    }
}

fn is_native(lexemes: &[Lexeme]) -> bool {
    // A parameter may be called so, and what is quoted otherwise is not read.
    lexemes.windows(2).filter(|pair| pair[0].is("LANGUAGE")).any(|pair| match &pair[1].kind {
        LexemeKind::Word(name) | LexemeKind::Text(name) | LexemeKind::Name(name) => {
            ["c", "internal"].contains(&name.to_lowercase().as_str())
        }
        LexemeKind::Other(text) => text.contains(['\'', '$', '"']),
    })
}

fn is_base_type(lexemes: &[Lexeme]) -> bool {
    let is_shell = lexemes.iter().all(|lexeme| !lexeme.is("AS") && !lexeme.is_sign("("));
    is_shell || lexemes.windows(2).any(|pair| pair[0].is("INPUT") && pair[1].is_sign("="))
}

/// `ALTER TYPE … SET (…)`.
fn sets_functions(lexemes: &[Lexeme]) -> bool {
    lexemes.windows(2).any(|pair| pair[0].is("SET") && pair[1].is_sign("("))
}

/// What an object's kind, which stands at a place or behind words like `OR REPLACE`, says.
fn object(words: &Words<'_>, mut at: usize, own: &OwnDatabases) -> Verdict {
    while words.get(at).is_some_and(|lexeme| lexeme.is_any(&ASIDE)) {
        at += 1;
    }
    let kind = words.upper(at);
    match kind.as_str() {
        "USER" if words.stand_at(at + 1, &["MAPPING"]) => runs(),
        "ROLE" | "USER" | "GROUP" => beyond("roles are the whole server's: make them outside of the model"),
        "DATABASE" => database(words, at, own),
        "TABLESPACE" => beyond("tablespaces are the whole server's"),
        "SYSTEM" => beyond("it changes the server's settings"),
        "OWNED" => beyond("it drops all that a role owns, in other databases too"),
        "SUBSCRIPTION" => Verdict::LeftOut(LeftOut::Subscription),
        "LARGE" => Verdict::LeftOut(LeftOut::Rows),
        known if OBJECTS.contains(&known) => runs(),
        _ => unknown(words, &OBJECTS),
    }
}

/// `CREATE DATABASE shop`, `ALTER DATABASE shop SET …`, `COMMENT ON DATABASE shop`.
fn database(words: &Words<'_>, at: usize, own: &OwnDatabases) -> Verdict {
    let named = words.lexemes[at + 1..].iter().find(|lexeme| !lexeme.is_any(&["IF", "EXISTS"]));
    let name = named.and_then(Lexeme::name).unwrap_or_default();
    if words.begin(&["CREATE"]) || own.contains(name) {
        return Verdict::LeftOut(LeftOut::Database);
    }
    beyond(format!("the database {name} is not the one that the model is for"))
}

fn privilege(words: &Words<'_>, own: &OwnDatabases) -> Verdict {
    let Some(on) = words.position("ON") else {
        return beyond("who is a member of a role is the whole server's");
    };
    match words.upper(on + 1).as_str() {
        "DATABASE" => database(words, on + 1, own),
        "TABLESPACE" | "PARAMETER" => beyond("it is a privilege on the whole server"),
        "LARGE" => Verdict::LeftOut(LeftOut::Rows),
        _ => runs(),
    }
}

/// `SET [SESSION | LOCAL] name …`
fn setting(words: &Words<'_>) -> Verdict {
    let at =
        if matches!(words.upper(1).as_str(), "SESSION" | "LOCAL") && !words.stand_at(2, &["AUTHORIZATION"]) {
            2
        } else {
            1
        };
    let name = words.name(at).unwrap_or_default().to_ascii_lowercase();
    match name.as_str() {
        // With backslashes the server would end strings elsewhere than we do.
        "standard_conforming_strings" if words.lexemes[at..].iter().any(is_off) => {
            refused("strings would end elsewhere than they seem to")
        }
        "standard_conforming_strings" => Verdict::LeftOut(LeftOut::Housekeeping),
        idle if IDLE_SETTINGS.contains(&idle) => Verdict::LeftOut(LeftOut::Housekeeping),
        _ => runs(),
    }
}

fn is_off(lexeme: &Lexeme) -> bool {
    match &lexeme.kind {
        LexemeKind::Word(text)
        | LexemeKind::Text(text)
        | LexemeKind::Name(text)
        | LexemeKind::Other(text) => {
            ["off", "false", "no", "0", "f", "n", "of"].contains(&text.to_ascii_lowercase().as_str())
        }
    }
}

/// What `pg_dump` selects: the search path, the values of sequences, large objects.
fn select(words: &Words<'_>) -> Verdict {
    let at = if words.stand_at(1, &["pg_catalog"]) && words.get(2).is_some_and(|lexeme| lexeme.is_sign(".")) {
        3
    } else {
        1
    };
    let function = words.name(at).unwrap_or_default().to_ascii_lowercase();
    let is_one_call = words.end_in_one_call(at);
    let first = words.get(at + 2).map(|lexeme| &lexeme.kind);
    match (function.as_str(), first) {
        ("set_config", Some(LexemeKind::Text(name))) if is_one_call && name == "search_path" => runs(),
        ("setval" | "lo_create" | "lo_open" | "lo_close" | "lowrite", _) if is_one_call => {
            Verdict::LeftOut(LeftOut::Rows)
        }
        _ => Verdict::Code,
    }
}

fn copy(words: &Words<'_>) -> Verdict {
    if words.hold("PROGRAM") {
        return beyond("it runs a program on the server");
    }
    match words.position("FROM") {
        Some(from) if words.stand_at(from + 1, &["STDIN"]) => Verdict::LeftOut(LeftOut::Rows),
        _ => beyond("it reads or writes a file of the server"),
    }
}

/// `DO $$ BEGIN IF NOT EXISTS (SELECT … FROM pg_roles …) THEN CREATE ROLE …; END IF; END $$`: it is not run, and
/// so it is no matter what else it might do; it is known by asking for roles and declaring nothing but roles.
fn only_makes_roles(words: &Words<'_>) -> bool {
    let body = words.lexemes.iter().map(Lexeme::text).find(|text| text.starts_with('$'));
    let Some(body) = body.and_then(dollar_body) else { return false };
    let lexemes = lexemes(Dialect::Postgres, body);
    let asks = |lexeme: &Lexeme| lexeme.is_any(&["pg_roles", "pg_user", "pg_authid", "duplicate_object"]);
    const CHANGES: [&str; 14] = [
        "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "EXECUTE", "PERFORM", "CALL", "GRANT", "REVOKE",
        "COMMENT", "COPY", "TRUNCATE", "SET",
    ];
    let makes_other =
        lexemes.windows(2).any(|pair| pair[0].is("CREATE") && !pair[1].is_any(&["ROLE", "USER", "GROUP"]));
    lexemes.iter().any(asks) && !makes_other && !lexemes.iter().any(|lexeme| lexeme.is_any(&CHANGES))
}

/// What stands between the tags of a dollar-quoted string.
fn dollar_body(quoted: &str) -> Option<&str> {
    let length = quoted.strip_prefix('$')?.find('$')? + 2;
    let (tag, rest) = quoted.split_at(length);
    rest.strip_suffix(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;
    use crate::lexeme::lexemes;

    #[test]
    fn native_code_needs_consent_however_it_is_written() {
        for text in [
            "CREATE FUNCTION f(a int) RETURNS int LANGUAGE c AS 'x'",
            "CREATE FUNCTION f(language int) RETURNS int LEAKPROOF AS 'int4abs' LANGUAGE internal",
            "CREATE FUNCTION f() RETURNS int LANGUAGE E'c' AS 'x'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE \"internal\" AS 'x'",
        ] {
            assert!(is_native(&lexemes(Dialect::Postgres, text)), "{text}");
        }
        let plain = "CREATE FUNCTION f(language int) RETURNS int LANGUAGE sql AS 'SELECT 1'";
        assert!(!is_native(&lexemes(Dialect::Postgres, plain)));
    }
}
