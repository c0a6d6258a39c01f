//! A model as its statements, each with the part that it belongs to and the words in it.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::Dialect;
use autogen_introspect::load::SourceFile;
use autogen_migration_files::sha256_hex;
use autogen_sql_text::{
    Lexeme, SourceStatement, Statement, Subject, VerbClass, blanks, for_server, lexemes, rename_hints, split,
    takes_all_columns,
};

use super::names::words;

/// The statements of a model that can be told apart.
pub(crate) struct ModelStatements {
    files: Vec<SourceFile>,
    statements: Vec<ModelStatement>,
    hashes: BTreeMap<String, String>,
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
    /// Whether it makes something rather than saying something of it.
    makes: bool,
    /// Whether it makes a routine, which others may run without naming what that names.
    pub(super) makes_routine: bool,
    /// Whether it takes over what there is of a relation when it runs: its columns (`SELECT *`, `LIKE`), or what it hands down.
    takes_over: bool,
    /// The other parts that it names, each with how many of that part's statements stand before it.
    mentions: Vec<(String, usize)>,
}

impl ModelStatements {
    /// Nothing where a statement's meaning hangs on more than names.
    pub(crate) fn of(dialect: Dialect, files: &[SourceFile]) -> Option<Self> {
        let mut statements = Vec::new();
        for (file, source) in files.iter().enumerate() {
            let script = for_server(dialect, &source.text).ok()?;
            // A hint is a comment, and none of a statement's own.
            if !script.refused.is_empty() || !rename_hints(dialect, &script.text).ok()?.is_empty() {
                return None;
            }
            for statement in split(dialect, &script.text).ok()? {
                statements.push(ModelStatement::of(dialect, file, statement)?);
            }
        }
        note_mentions(&mut statements);
        let hashes = hashes(&statements);
        Some(Self { files: files.to_vec(), statements, hashes })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &ModelStatement> {
        self.statements.iter()
    }

    /// The names of the parts, each as often as it has statements.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().filter_map(ModelStatement::part)
    }

    /// How many parts there are.
    pub(super) fn count(&self) -> usize {
        self.parts().collect::<BTreeSet<_>>().len()
    }

    /// A hash of each part by its name in one line. What sets up the session is in the hashes of all that stands behind it; what
    /// has no name is the part without one.
    pub(crate) const fn hashes(&self) -> &BTreeMap<String, String> {
        &self.hashes
    }

    /// The same, and nothing else of it.
    pub(crate) fn into_hashes(self) -> BTreeMap<String, String> {
        self.hashes
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

fn hashes(statements: &[ModelStatement]) -> BTreeMap<String, String> {
    let mut session = String::new();
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    for statement in statements {
        let name = match &statement.subject {
            Subject::Named(name) => escaped(name),
            Subject::Unnamed | Subject::Whole => String::new(),
            Subject::Session => {
                session = sha256_hex(&format!("{session}\n{}", statement.text));
                String::new()
            }
        };
        let so_far = parts.entry(name).or_default();
        let text = format!("{so_far}\n{session}\n{}{}", statement.place(), statement.text);
        *so_far = sha256_hex(&text)[..HASH].to_owned();
    }
    parts
}

/// Notes for each statement which parts it names, and how much of them stands before it.
fn note_mentions(statements: &mut [ModelStatement]) {
    // What is only said of an index or a constraint is no part that something could wait for.
    let makers = statements.iter().filter(|statement| statement.makes);
    let names: BTreeSet<String> = makers.filter_map(|maker| maker.part().map(str::to_owned)).collect();
    let mut by_word: BTreeMap<String, Vec<(&str, BTreeSet<String>)>> = BTreeMap::new();
    for name in &names {
        let words = words(name);
        if let Some(first) = words.first().cloned() {
            by_word.entry(first).or_default().push((name, words));
        }
    }
    let mut before: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in statements {
        let candidates = statement.words.iter().filter_map(|word| by_word.get(word)).flatten();
        let named = candidates.filter(|(_, words)| statement.names(words)).map(|(name, _)| *name);
        let others = named.filter(|name| statement.part() != Some(name));
        statement.mentions =
            others.map(|name| (name.to_owned(), before.get(name).copied().unwrap_or_default())).collect();
        if let Some(part) = statement.part().and_then(|part| names.get(part)) {
            *before.entry(part).or_default() += 1;
        }
    }
}

/// Whether a statement takes over what there is of a relation when it runs.
fn takes_over(lexemes: &[Lexeme]) -> bool {
    const WORDS: [&str; 9] =
        ["LIKE", "NATURAL", "INHERITS", "INHERIT", "PARTITION", "ATTACH", "OF", "REPLACE", "EXISTS"];
    const TYPES: [&str; 2] = ["TYPE", "ROWTYPE"];
    const BEFORE_QUERY: [&str; 7] = ["AS", "UNION", "EXCEPT", "INTERSECT", "ALL", "DISTINCT", "IN"];
    // `TABLE t` as a query, `t.a%TYPE`.
    let is_pair = |pair: &[Lexeme]| {
        let is_query = pair[0].is_any(&BEFORE_QUERY) || pair[0].is_sign("(");
        (is_query && pair[1].is("TABLE")) || (pair[0].is_sign("%") && pair[1].is_any(&TYPES))
    };
    takes_all_columns(lexemes)
        || lexemes.iter().any(|lexeme| lexeme.is_any(&WORDS))
        || lexemes.windows(2).any(is_pair)
}

impl ModelStatement {
    /// The part that it belongs to.
    pub(super) fn part(&self) -> Option<&str> {
        match &self.subject {
            Subject::Named(name) => Some(name),
            Subject::Unnamed | Subject::Session | Subject::Whole => None,
        }
    }

    /// Whether it names a part of which nothing stands before it, so that it may only run behind others.
    pub(super) fn looks_ahead(&self) -> bool {
        self.mentions.iter().any(|(_, before)| *before == 0)
    }

    /// The parts of which it takes over what stands before it.
    pub(super) fn taken_over(&self) -> impl Iterator<Item = &(String, usize)> {
        self.mentions.iter().filter(|_| self.takes_over)
    }

    /// Its place among the others, as a line a part that it names: what stands before it of that.
    fn place(&self) -> String {
        self.mentions.iter().map(|(name, before)| format!("{} {before}\n", escaped(name))).collect()
    }

    fn of(dialect: Dialect, file: usize, source: SourceStatement) -> Option<Self> {
        let SourceStatement { offset, text, .. } = source;
        let lexemes = lexemes(dialect, &text);
        let statement = Statement::of_lexemes(dialect, &lexemes);
        let subject = Subject::of(dialect, &statement, &lexemes);
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
            VerbClass::Drop
            | VerbClass::Rename
            | VerbClass::Grants
            | VerbClass::ChangesRows
            | VerbClass::MovesRows
            | VerbClass::SetsSession
            | VerbClass::BeginsTransaction
            | VerbClass::EndsTransaction
            | VerbClass::WithinTransaction
            | VerbClass::Locks
            | VerbClass::RunsCode
            | VerbClass::Maintains
            | VerbClass::ControlsServer(_)
            | VerbClass::Notifies
            | VerbClass::Unknown => false,
        };
        let makes_routine = matches!(kind, Some("FUNCTION" | "PROCEDURE" | "PACKAGE" | "PACKAGE BODY"));
        let (words, takes_over) = (words(&text), takes_over(&lexemes));
        // What a query gives a table hangs on more than what it names. Names in other letters may be the same to MySQL.
        let is_unclear = statement.fills_table || (dialect == Dialect::Mysql && !is_ascii(&subject));
        let is_whole = subject == Subject::Whole || is_unclear;
        let mentions = Vec::new();
        (!is_whole).then_some(Self {
            file,
            offset,
            text,
            subject,
            words,
            is_plain,
            makes: statement.class == VerbClass::Create,
            makes_routine,
            takes_over,
            mentions,
        })
    }

    /// Whether it may name something, by the words of that name.
    pub(super) fn names(&self, words: &BTreeSet<String>) -> bool {
        words.is_subset(&self.words)
    }
}

fn is_ascii(subject: &Subject) -> bool {
    match subject {
        Subject::Named(name) => name.is_ascii(),
        Subject::Unnamed | Subject::Session | Subject::Whole => true,
    }
}

/// Kinds that statements find by name, or by what the catalog records, and in no other way.
const PLAIN: [&str; 13] = [
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
    "EVENT",
    "PACKAGE",
    "PACKAGE BODY",
];

/// A name in one line.
pub(super) fn escaped(name: &str) -> String {
    name.escape_debug().to_string()
}
