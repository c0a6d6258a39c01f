//! What of a script is let into a scratch database: declarations of a model, and of a migration all that
//! does not reach beyond its database. Everything is judged before anything runs.

use std::ops::Range;

use autogen_diff_core::Dialect;
use autogen_diff_core::diagnostic::{Diagnostic, Severity};
use autogen_sql_text::declaration::{
    LeftOut, OwnDatabases, Refusal, Rewritten, Verdict, declared_database, first_words, judge, sqlite,
};
use autogen_sql_text::{
    LineIndex, ServerScript, SourceStatement, TokenizeError, VerbClass, blanks, for_server, lexemes,
    open_conditional_comments, split,
};

use crate::error::{IntrospectError, SqlFailure};
use crate::load::{SourceFile, tokenize_failure};
use crate::scratch::{CodePolicy, Scratch, ServerFailure};

/// A model as it is run.
pub(crate) struct Model {
    /// The files, each as long as it was.
    pub(crate) files: Vec<SourceFile>,
    /// The statements with the places of their files in the list.
    pub(crate) statements: Vec<(usize, SourceStatement)>,
    /// What was left out.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Judges all statements of a model.
///
/// # Errors
/// When one is refused: all that are, with their places.
pub(crate) fn admit(scratch: &mut Scratch, files: &[SourceFile]) -> Result<Model, IntrospectError> {
    let mut own = scratch.own_databases().clone();
    let mut declared = None;
    let mut refused = Vec::new();
    let mut plain = Vec::new();
    for file in files {
        let script = server_script(scratch, file, &mut refused)?;
        for (span, name) in &script.databases {
            refused.extend(declare(&mut declared, &mut own, file, span.clone(), name));
        }
        plain.push(opened(scratch, SourceFile { text: script.text, ..file.clone() })?);
    }
    let dialect = scratch.dialect();
    let mut found = Vec::new();
    for (place, file) in plain.iter().enumerate() {
        let statements = split(dialect, &file.text).map_err(|error| tokenize_failure(file, &error))?;
        for statement in &statements {
            if let Some(name) = declared_database(dialect, statement) {
                let span = statement.offset..statement.offset + statement.text.len();
                refused.extend(declare(&mut declared, &mut own, file, span, &name));
            }
        }
        found.extend(statements.into_iter().map(|statement| (place, statement)));
    }
    let mut model = Model { files: plain, statements: Vec::new(), diagnostics: Vec::new() };
    let mut left_out = LeftOutStatements::default();
    let mut virtual_tables = Vec::new();
    for (place, statement) in found {
        let verdict = match judge(dialect, &statement, &own) {
            Verdict::Runs(None) if model.is_cleaning(dialect, &statement) => {
                Verdict::LeftOut(LeftOut::Cleaning)
            }
            Verdict::Runs(None) if sqlite::is_shadow_table(&statement.text, &virtual_tables) => {
                Verdict::LeftOut(LeftOut::Housekeeping)
            }
            verdict => verdict,
        };
        if dialect == Dialect::Sqlite {
            let made = match &verdict {
                Verdict::Runs(Some(rewritten)) => sqlite::virtual_table(&rewritten.text),
                Verdict::Runs(None) => sqlite::virtual_table(&statement.text),
                Verdict::LeftOut(_) | Verdict::Code | Verdict::Refused(_) => None,
            };
            virtual_tables.extend(made);
        }
        if dialect == Dialect::Postgres {
            model.diagnostics.extend(concurrently(&model.files[place], &statement));
        }
        match allowed(verdict, scratch.code_policy()) {
            Ok(Some(rewritten)) => model.statements.push((place, in_other_words(statement, rewritten))),
            Ok(None) => model.statements.push((place, statement)),
            Err(NotRun::LeftOut(why)) => left_out.add(place, why, &model.files[place], &statement),
            Err(NotRun::Refused(reason, help)) => {
                refused.push(statement_refusal(&model.files[place], &statement, &reason, help));
            }
            Err(NotRun::Unknown(reason, help)) => {
                let failure = statement_refusal(&model.files[place], &statement, &reason, help);
                refused.push(SqlFailure { is_refused: false, ..failure });
            }
        }
    }
    model.diagnostics.extend(left_out.told());
    if refused.is_empty() { Ok(model) } else { Err(IntrospectError::NotDeclarations(refused)) }
}

/// How an index is built is no part of a schema, and a model that says so would be obeyed in silence only in part.
fn concurrently(file: &SourceFile, statement: &SourceStatement) -> Option<Diagnostic> {
    let found = statement.classify(Dialect::Postgres);
    if found.class != VerbClass::Create || !found.is_concurrent {
        return None;
    }
    let line = LineIndex::new(&file.text).line_at(statement.offset);
    Some(Diagnostic {
        severity: Severity::Warning,
        subject: None,
        message: format!(
            "{}:{line}: CONCURRENTLY is how an index is built and no part of a schema; the migration builds it as it is planned",
            file.path.display()
        ),
        help: Some(
            "to build it while others write, put CREATE INDEX CONCURRENTLY into a migration of its own \
             (`autogen generate --empty`) whose metadata.toml says `run_in_transaction = false`"
                .to_owned(),
        ),
    })
}

impl Model {
    /// Dumps with `--clean` begin by dropping what they make.
    fn is_cleaning(&self, dialect: Dialect, statement: &SourceStatement) -> bool {
        let found = statement.classify(dialect);
        let is_of_table = || found.object.as_ref().is_some_and(|object| object.kind == "TABLE");
        let drops_part = || lexemes(dialect, &statement.text).iter().any(|lexeme| lexeme.is("DROP"));
        let takes_away = found.class == VerbClass::Drop
            || (found.class == VerbClass::Alter && is_of_table() && drops_part());
        let declares = |(_, statement): &(usize, SourceStatement)| {
            statement.words.first().is_some_and(|word| word == "CREATE")
        };
        takes_away && !self.statements.iter().any(declares)
    }
}

/// Why a statement is not run.
enum NotRun {
    LeftOut(LeftOut),
    /// The reason, and what to do.
    Refused(String, &'static str),
    /// The same for what nobody knows.
    Unknown(String, &'static str),
}

fn allowed(verdict: Verdict, code: CodePolicy) -> Result<Option<Rewritten>, NotRun> {
    match (verdict, code) {
        (Verdict::Runs(rewritten), _) => Ok(rewritten),
        (Verdict::Code, CodePolicy::Allowed) => Ok(None),
        (Verdict::LeftOut(why), _) => Err(NotRun::LeftOut(why)),
        (Verdict::Code, CodePolicy::Refused) => Err(NotRun::Refused(
            "it runs code, and a model declares objects".to_owned(),
            "take it out of the model; if you trust it, `allow_code = true` in autogen.toml, or --allow-code, runs it",
        )),
        (Verdict::Refused(Refusal { reason, reaches_beyond }), _) => Err(if reaches_beyond {
            NotRun::Refused(reason, "take it out of the model: nothing of it was run")
        } else {
            NotRun::Unknown(reason, "correct it, or take it out of the model: nothing of it was run")
        }),
    }
}

fn statement_refusal(file: &SourceFile, statement: &SourceStatement, reason: &str, help: &str) -> SqlFailure {
    let span = statement.offset..statement.offset + statement.text.lines().next().map_or(0, str::len);
    refusal(file, span, &first_words(&statement.text), reason, help)
}

fn refusal(file: &SourceFile, span: Range<usize>, what: &str, reason: &str, help: &str) -> SqlFailure {
    let failure = ServerFailure {
        hint: Some(help.to_owned()),
        is_refused: true,
        ..ServerFailure::new(format!("{what}: {reason}"))
    };
    file.sql_failure(span, failure)
}

fn in_other_words(statement: SourceStatement, rewritten: Rewritten) -> SourceStatement {
    SourceStatement { offset: statement.offset + rewritten.offset, text: rewritten.text, ..statement }
}

/// Notes a database that a model names. Refused when it is the second one: the tables of both would be taken for
/// those of one.
fn declare(
    declared: &mut Option<String>,
    own: &mut OwnDatabases,
    file: &SourceFile,
    span: Range<usize>,
    name: &str,
) -> Option<SqlFailure> {
    own.declare(name);
    let first = declared.get_or_insert_with(|| name.to_owned());
    (first != name).then(|| {
        let what = first_words(&file.text[span.clone()]).into_owned();
        let reason = format!("a model is one database, and {first} is named before");
        refusal(file, span, &what, &reason, "keep what belongs to one of them")
    })
}

/// A file without what is for clients.
fn server_script(
    scratch: &Scratch,
    file: &SourceFile,
    refused: &mut Vec<SqlFailure>,
) -> Result<ServerScript, IntrospectError> {
    let failed = |error: TokenizeError| tokenize_failure(file, &error);
    let script = for_server(scratch.dialect(), &file.text).map_err(failed)?;
    for span in script.refused.iter().cloned() {
        let what = file.text[span.clone()].to_owned();
        let help = "list the files in `model` or `sources` in autogen.toml, and put into them what the server shall run";
        refused.push(refusal(file, span, &what, "only a client can do that", help));
    }
    Ok(script)
}

/// A file with the conditional comments that the server opens.
fn opened(scratch: &mut Scratch, file: SourceFile) -> Result<SourceFile, IntrospectError> {
    if scratch.dialect() != Dialect::Mysql {
        return Ok(file);
    }
    let (flavor, version) = scratch.server()?;
    let text = open_conditional_comments(&file.text, flavor, version);
    let text = text.map_err(|error| tokenize_failure(&file, &error))?.into_owned();
    Ok(SourceFile { text, ..file })
}

/// Statements that were left out, by file and reason: the first one's line and how many.
#[derive(Default)]
struct LeftOutStatements(Vec<Group>);

struct Group {
    place: usize,
    why: LeftOut,
    file: String,
    line: usize,
    what: String,
    more: usize,
}

impl LeftOutStatements {
    fn add(&mut self, place: usize, why: LeftOut, file: &SourceFile, statement: &SourceStatement) {
        if let Some(group) = self.0.iter_mut().find(|group| group.place == place && group.why == why) {
            group.more += 1;
            return;
        }
        self.0.push(Group {
            place,
            why,
            file: file.path.display().to_string(),
            line: LineIndex::new(&file.text).line_at(statement.offset),
            what: first_words(&statement.text).into_owned(),
            more: 0,
        });
    }

    fn told(self) -> Vec<Diagnostic> {
        self.0.into_iter().map(Group::told).collect()
    }
}

impl Group {
    fn told(self) -> Diagnostic {
        let (severity, reason, help) = match self.why {
            LeftOut::Housekeeping => (Severity::Detail, "it says nothing of a schema", None),
            LeftOut::Database => (Severity::Detail, "the database is there already", None),
            LeftOut::Cleaning => (Severity::Detail, "there is nothing yet that it could drop", None),
            LeftOut::Rows => (
                Severity::Warning,
                "rows are no part of a schema",
                Some("put rows into a migration: `autogen generate --empty -m \"first rows\"`"),
            ),
            LeftOut::Roles => (
                Severity::Warning,
                "roles are the whole server's",
                Some("make them before, outside of the model"),
            ),
            LeftOut::Subscription => (
                Severity::Warning,
                "a subscription connects to another server",
                Some("autogen compares subscriptions that are there, and makes none"),
            ),
        };
        let more = match self.more {
            0 => String::new(),
            1 => ", and one more statement like it".to_owned(),
            n => format!(", and {n} more statements like it"),
        };
        Diagnostic {
            severity,
            subject: None,
            message: format!("{}:{}: left out {}{more}: {reason}", self.file, self.line, self.what),
            help: help.map(str::to_owned),
        }
    }
}

/// What becomes of the statements of a migration that reach beyond its database, when it is replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// They are refused.
    #[default]
    Refused,
    /// They are left out: `metadata.toml` says `reaches_beyond_schema = true`.
    LeftOut,
}

/// `metadata.toml`, as far as it speaks of replays.
#[derive(Default, serde::Deserialize)]
struct Metadata {
    #[serde(default)]
    reaches_beyond_schema: bool,
}

impl Reach {
    /// What a migration's `metadata.toml` says; one that can't be read is for the runner to tell.
    pub fn of_metadata(metadata: Option<&str>) -> Self {
        let metadata: Metadata = metadata.and_then(|text| toml::from_str(text).ok()).unwrap_or_default();
        if metadata.reaches_beyond_schema { Self::LeftOut } else { Self::Refused }
    }
}

/// A migration's file as it is replayed in a scratch database, of the same length.
///
/// # Errors
/// When a statement reaches beyond the database and nobody says that it may.
pub(crate) fn replayed(
    scratch: &mut Scratch,
    file: &SourceFile,
    reach: Reach,
) -> Result<SourceFile, IntrospectError> {
    let file = opened(scratch, file.clone())?;
    let dialect = scratch.dialect();
    // The server says what is wrong with a text that can't be read.
    let Ok(statements) = split(dialect, &file.text) else { return Ok(file) };
    let mut own = scratch.own_databases().clone();
    statements.iter().filter_map(|s| declared_database(dialect, s)).for_each(|name| own.declare(&name));
    let mut text = file.text.clone();
    let mut refused = Vec::new();
    for statement in &statements {
        let range = statement.range();
        match judge(dialect, statement, &own) {
            Verdict::Runs(Some(rewritten)) if dialect == Dialect::Mysql => {
                text.replace_range(range, &rewritten.text)
            }
            Verdict::LeftOut(LeftOut::Database | LeftOut::Roles) => {
                text.replace_range(range, &blanks(&statement.text))
            }
            Verdict::Refused(refusal) if refusal.reaches_beyond && reach == Reach::LeftOut => {
                text.replace_range(range, &blanks(&statement.text))
            }
            Verdict::Refused(Refusal { reason, reaches_beyond: true }) => {
                let help = "a replay in a scratch database must not run it: `reaches_beyond_schema = true` in the \
                            migration's metadata.toml leaves such statements out of replays";
                refused.push(statement_refusal(&file, statement, &reason, help));
            }
            Verdict::Runs(_) | Verdict::LeftOut(_) | Verdict::Code | Verdict::Refused(_) => {}
        }
    }
    if refused.is_empty() {
        Ok(SourceFile { text, ..file })
    } else {
        Err(IntrospectError::NotDeclarations(refused))
    }
}
