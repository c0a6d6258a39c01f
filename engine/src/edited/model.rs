//! A model as its statements, each with the part that it belongs to and the words in it.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::Dialect;
use autogen_introspect::load::SourceFile;
use autogen_migration_files::sha256_hex;
use autogen_sql_text::{Statement, Subject, VerbClass, blanks, for_server, lexemes, split};

use super::names::words;

/// The statements of a model that can be told apart.
pub(crate) struct ModelStatements {
    files: Vec<SourceFile>,
    statements: Vec<ModelStatement>,
}

/// One of them.
pub(super) struct ModelStatement {
    /// The file's place in the list.
    file: usize,
    offset: usize,
    text: String,
    pub(super) subject: Subject,
    /// All words of the text in lower case, those in strings and bodies included.
    pub(super) words: BTreeSet<String>,
    /// Whether a change of it can only be felt by what names it, or is recorded to lean on it.
    pub(super) is_plain: bool,
    /// Whether it makes a routine, which others may run without naming what that names.
    pub(super) makes_routine: bool,
}

impl ModelStatements {
    /// Nothing where a statement's meaning hangs on more than names.
    pub(crate) fn of(files: &[SourceFile]) -> Option<Self> {
        let mut statements = Vec::new();
        for (file, source) in files.iter().enumerate() {
            // A hint is a comment, and none of a statement's own.
            if source.text.contains("renamed from") {
                return None;
            }
            let script = for_server(Dialect::Postgres, &source.text).ok()?;
            if !script.refused.is_empty() {
                return None;
            }
            for statement in split(Dialect::Postgres, &script.text).ok()? {
                statements.push(ModelStatement::of(file, statement.offset, statement.text)?);
            }
        }
        Some(Self { files: files.to_vec(), statements })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &ModelStatement> {
        self.statements.iter()
    }

    /// The names of the parts, each as often as it has statements.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().filter_map(|statement| match &statement.subject {
            Subject::Named(name) => Some(name.as_str()),
            Subject::Unnamed | Subject::Session | Subject::Whole => None,
        })
    }

    /// How many parts there are.
    pub(super) fn count(&self) -> usize {
        self.parts().collect::<BTreeSet<_>>().len()
    }

    /// A hash of each part by its name in one line. What sets up the session is in the hashes of all that stands behind it; what
    /// has no name is the part without one.
    pub(crate) fn hashes(&self) -> BTreeMap<String, String> {
        let mut session = String::new();
        let mut parts: BTreeMap<String, String> = BTreeMap::new();
        for statement in &self.statements {
            let name = match &statement.subject {
                Subject::Named(name) => escaped(name),
                Subject::Unnamed | Subject::Whole => String::new(),
                Subject::Session => {
                    session = sha256_hex(&format!("{session}\n{}", statement.text));
                    String::new()
                }
            };
            let so_far = parts.entry(name).or_default();
            *so_far = sha256_hex(&format!("{so_far}\n{session}\n{}", statement.text))[..HASH].to_owned();
        }
        parts
    }

    /// The files with nothing but what some parts need: their statements, what has no name and names one of them, and the session.
    pub(super) fn files_of(&self, parts: &BTreeSet<String>) -> Vec<SourceFile> {
        let named: Vec<_> = parts.iter().map(|part| words(part)).collect();
        let mut files = self.files.clone();
        for statement in &self.statements {
            let is_in = match &statement.subject {
                Subject::Named(name) => parts.contains(name),
                Subject::Unnamed => named.iter().any(|words| statement.names(words)),
                Subject::Session | Subject::Whole => true,
            };
            if !is_in {
                let range = statement.offset..statement.offset + statement.text.len();
                files[statement.file].text.replace_range(range, &blanks(&statement.text));
            }
        }
        files
    }
}

/// Digits of a part's hash.
const HASH: usize = 16;

impl ModelStatement {
    fn of(file: usize, offset: usize, text: String) -> Option<Self> {
        let lexemes = lexemes(Dialect::Postgres, &text);
        let statement = Statement::of_lexemes(Dialect::Postgres, &lexemes);
        let subject = Subject::of(&statement, &lexemes);
        let kind = statement.object.as_ref().map(|object| object.kind.as_str());
        let makes_enum = lexemes.windows(2).any(|pair| pair[0].is("AS") && pair[1].is("ENUM"));
        let is_plain = match statement.class {
            VerbClass::Describes => statement.is("COMMENT"),
            VerbClass::Create | VerbClass::Alter => match kind {
                Some("TYPE") => makes_enum || statement.class == VerbClass::Alter,
                // An index without a name.
                None => lexemes.iter().take(3).any(|lexeme| lexeme.is("INDEX")),
                Some(kind) => PLAIN.contains(&kind),
            },
            _ => false,
        };
        let makes_routine = matches!(kind, Some("FUNCTION" | "PROCEDURE"));
        let words = words(&text);
        let is_whole = subject == Subject::Whole;
        (!is_whole).then_some(Self { file, offset, text, subject, words, is_plain, makes_routine })
    }

    /// Whether it may name something, by the words of that name.
    pub(super) fn names(&self, words: &BTreeSet<String>) -> bool {
        words.is_subset(&self.words)
    }
}

/// Kinds that statements find by name, or by what the catalog records, and in no other way.
const PLAIN: [&str; 10] = [
    "TABLE",
    "INDEX",
    "VIEW",
    "MATERIALIZED VIEW",
    "SEQUENCE",
    "FUNCTION",
    "PROCEDURE",
    "TRIGGER",
    "POLICY",
    "STATISTICS",
];

/// A name in one line.
pub(super) fn escaped(name: &str) -> String {
    name.escape_debug().to_string()
}
