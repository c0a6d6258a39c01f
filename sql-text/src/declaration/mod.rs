//! Whether a statement of a model declares an object: the allow-list.
//!
//! A model is foreign code. What it may hold is a declaration in the database that it is for; what dumps
//! and clients write beside that is understood and left out; all else is refused by name, before anything runs.
//! This is the first line of defence and the one with the good messages: rights and limits of the scratch
//! database hold whatever is overlooked here.

mod mysql;
pub mod postgres;
pub mod sqlite;

use std::borrow::Cow;

use crate::Dialect;
use crate::lexeme::{Lexeme, lexemes};
use crate::split::SourceStatement;

/// What a statement is to a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It declares something, or sets the session for what does: it is run, as it is or in another spelling.
    Runs(Option<Rewritten>),
    /// It says nothing of the schema.
    LeftOut(LeftOut),
    /// It runs code rather than declaring something.
    Code,
    /// It is no declaration.
    Refused(Refusal),
}

/// A statement in another spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The text that is run.
    pub text: String,
    /// Where in the old text it begins.
    pub offset: usize,
}

/// Why a statement is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It sets or does something that has no part in a schema: what dumps are full of.
    Housekeeping,
    /// It makes, names or sets the database that the script is for.
    Database,
    /// It drops what is not there: the beginning of a dump with `--clean`.
    Cleaning,
    /// It puts rows into tables.
    Rows,
    /// It makes roles where they are missing.
    Roles,
    /// It is a subscription's, which would connect to another server.
    Subscription,
}

/// Why a statement is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it is, as the end of a sentence that begins with the statement's first words.
    pub reason: String,
    /// Whether it reaches beyond the database that it is run in.
    pub reaches_beyond: bool,
}

/// The databases that a script is for, by name: those that its own lines and the target's URL name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnDatabases(Vec<String>);

impl OwnDatabases {
    /// The target's database, where one is known.
    pub fn of_target(name: Option<&str>) -> Self {
        Self(name.filter(|name| !name.is_empty()).map(str::to_owned).into_iter().collect())
    }

    /// Adds what a script declares by `CREATE DATABASE` or a client's command.
    pub fn declare(&mut self, name: &str) {
        if !self.contains(name) {
            self.0.push(name.to_owned());
        }
    }

    /// Whether a database is the script's own.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|own| own == name)
    }
}

/// What a statement of a model is.
pub fn judge(dialect: Dialect, statement: &SourceStatement, own: &OwnDatabases) -> Verdict {
    let lexemes = lexemes(dialect, &statement.text);
    let words = Words { lexemes: &lexemes, text: &statement.text };
    match dialect {
        Dialect::Postgres => postgres::judge(&words, own),
        Dialect::Mysql => mysql::judge(&words, own),
        Dialect::Sqlite => sqlite::judge(&words),
    }
}

/// The database that a statement declares.
pub fn declared_database(dialect: Dialect, statement: &SourceStatement) -> Option<String> {
    let is_create = statement.words.first().is_some_and(|word| word == "CREATE");
    let is_database = matches!(statement.words.get(1).map(String::as_str), Some("DATABASE" | "SCHEMA"));
    if dialect == Dialect::Sqlite || !is_create || !is_database {
        return None;
    }
    // On PostgreSQL a schema is a namespace.
    if dialect == Dialect::Postgres && statement.words[1] == "SCHEMA" {
        return None;
    }
    let lexemes = lexemes(dialect, &statement.text);
    let name = lexemes[2..].iter().find(|lexeme| !lexeme.is_any(&["IF", "NOT", "EXISTS"]))?;
    name.name().map(str::to_owned)
}

/// A statement's first words, for messages.
pub fn first_words(statement: &str) -> Cow<'_, str> {
    let line = statement.lines().next().unwrap_or_default();
    match line.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}…", &line[..end])),
        None => Cow::Borrowed(line),
    }
}

/// The tokens of a statement.
struct Words<'a> {
    lexemes: &'a [Lexeme],
    text: &'a str,
}

impl Words<'_> {
    /// Whether the rest, from the name of a function on, is one call with nothing that calls within.
    fn end_in_one_call(&self, at: usize) -> bool {
        self.get(at + 1).is_some_and(|lexeme| lexeme.is_sign("("))
            && self.lexemes.last().is_some_and(|lexeme| lexeme.is_sign(")"))
            && !self.lexemes[at + 2..].iter().any(|lexeme| lexeme.is_sign("("))
    }

    /// Whether it begins with some keywords.
    fn begin(&self, keywords: &[&str]) -> bool {
        self.stand_at(0, keywords)
    }

    /// Whether keywords stand at a place.
    fn stand_at(&self, at: usize, keywords: &[&str]) -> bool {
        let found = self.lexemes.get(at..).unwrap_or_default();
        found.len() >= keywords.len()
            && keywords.iter().zip(found).all(|(keyword, lexeme)| lexeme.is(keyword))
    }

    fn get(&self, at: usize) -> Option<&Lexeme> {
        self.lexemes.get(at)
    }

    /// A keyword in upper case; empty where there is none.
    fn upper(&self, at: usize) -> String {
        self.get(at).map(Lexeme::upper).unwrap_or_default()
    }

    /// Whether a keyword stands anywhere in it.
    fn hold(&self, keyword: &str) -> bool {
        self.lexemes.iter().any(|lexeme| lexeme.is(keyword))
    }

    /// The place of a keyword.
    fn position(&self, keyword: &str) -> Option<usize> {
        self.lexemes.iter().position(|lexeme| lexeme.is(keyword))
    }

    fn name(&self, at: usize) -> Option<&str> {
        self.get(at).and_then(Lexeme::name)
    }
}

const fn runs() -> Verdict {
    Verdict::Runs(None)
}

fn refused(reason: impl Into<String>) -> Verdict {
    Verdict::Refused(Refusal { reason: reason.into(), reaches_beyond: false })
}

/// It reaches beyond the database.
fn beyond(reason: impl Into<String>) -> Verdict {
    Verdict::Refused(Refusal { reason: reason.into(), reaches_beyond: true })
}

/// A verb or an object that no list has, and the nearest that one has.
fn unknown(words: &Words<'_>, known: &[&str]) -> Verdict {
    let (verb, object) = (words.upper(0), words.upper(1));
    let (shown, word) = match verb.as_str() {
        "CREATE" | "ALTER" | "DROP" => (format!("{verb} {object}"), object.as_str()),
        _ => (verb.clone(), verb.as_str()),
    };
    let likeness = |candidate: &str| strsim::jaro_winkler(word, candidate);
    let nearest = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let meant = match nearest.filter(|nearest| likeness(nearest) > 0.8) {
        Some(nearest) if word == verb => format!("; did you mean {nearest}?"),
        Some(nearest) => format!("; did you mean {verb} {nearest}?"),
        None => String::new(),
    };
    refused(format!("{} declares nothing that autogen knows{meant}", shown.trim()))
}

#[cfg(test)]
mod tests;
