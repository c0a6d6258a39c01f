//! Runs declared SQL in a scratch database. Statements that fail because
//! something is not there yet are tried again after the others, so that neither
//! the order of files nor that of statements matters.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use autogen_diff_core::Dialect;
use autogen_diff_core::diagnostic::{Diagnostic, Severity};
use autogen_sql_text::{
    LineIndex, RenameHint, SourceStatement, TokenizeError, VerbClass, blanks, rename_hints, split, strip_bom,
};

use crate::admission::admit;
use crate::error::{IntrospectError, SqlFailure};
use crate::parts::{AT_ONCE, is_one_as_several};
use crate::scratch::{Scratch, ServerFailure};

/// A file of declared SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, for messages.
    pub path: PathBuf,
    /// Its text, without a byte order mark.
    pub text: String,
    /// What its parts were written from, when nobody wrote it by hand.
    pub origin: Option<Arc<SourceMap>>,
}

/// What SQL was written from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// The files that people wrote, with their texts.
    pub files: Vec<(PathBuf, String)>,
    /// Ranges of bytes in the SQL, the file in the list, and the range of bytes there. They may lie in each other.
    pub parts: Vec<(Range<usize>, usize, Range<usize>)>,
}

impl SourceMap {
    /// The file and the range that a place in the SQL comes from: the smallest part that holds it.
    fn origin(&self, place: usize) -> Option<(&(PathBuf, String), &Range<usize>)> {
        let holding = self.parts.iter().filter(|(range, ..)| range.contains(&place));
        let (_, file, span) = holding.min_by_key(|(range, ..)| range.len())?;
        Some((self.files.get(*file)?, span))
    }
}

/// What was noticed while loading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Statements that were passed over.
    pub diagnostics: Vec<Diagnostic>,
    /// Rename hints in comments.
    pub hints: Vec<RenameHint>,
    /// Whether all statements ran in the order in which they stand, and none had to wait for others.
    pub is_in_order: bool,
}

impl Loaded {
    /// Whether there is nothing to tell but details.
    pub fn is_silent(&self) -> bool {
        self.diagnostics.iter().all(|found| found.severity == Severity::Detail)
    }
}

impl SourceFile {
    /// A file that somebody wrote.
    pub const fn new(path: PathBuf, text: String) -> Self {
        Self { path, text, origin: None }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it can't be read or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, IntrospectError> {
        let text = String::from_utf8(fs_err::read(path)?).map_err(|error| {
            let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + read.iter().filter(|byte| **byte == b'\n').count();
            IntrospectError::NotUtf8 { file: path.to_owned(), line }
        })?;
        Ok(Self::new(path.to_owned(), strip_bom(&text).to_owned()))
    }

    /// The file and the line, from 1, that a byte of the text was written from, where that was another file.
    pub fn written_at(&self, offset: usize) -> Option<(&Path, usize)> {
        let ((path, text), span) = self.origin.as_ref()?.origin(offset)?;
        Some((path, LineIndex::new(text).line_at(span.start)))
    }

    /// The error for a byte range of this file.
    pub(crate) fn failure(&self, span: Range<usize>, failure: ServerFailure) -> IntrospectError {
        IntrospectError::Sql(Box::new(self.sql_failure(span, failure)))
    }

    /// The same as a value.
    pub(crate) fn sql_failure(&self, span: Range<usize>, failure: ServerFailure) -> SqlFailure {
        let origin = self.origin.as_ref().and_then(|map| map.origin(span.start));
        let (file, text, span) = match origin {
            Some(((path, text), span)) => (path, text, span.clone()),
            None => (&self.path, &self.text, span),
        };
        SqlFailure {
            file: file.clone(),
            text: text.clone(),
            span,
            message: failure.message,
            hint: failure.hint,
            is_refused: failure.is_refused,
        }
    }
}

/// The SQL files behind a path: the file itself, or all below a folder, sorted, but for hidden ones (`.name`).
///
/// # Errors
/// When a file can't be read.
pub fn sql_files(path: &Path) -> Result<Vec<SourceFile>, IntrospectError> {
    if !path.is_dir() {
        return Ok(vec![SourceFile::read(path)?]);
    }
    let mut paths = Vec::new();
    collect(path, &mut paths)?;
    paths.sort();
    paths.iter().map(|path| SourceFile::read(path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), IntrospectError> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        // Editors and file systems keep theirs beside what people write.
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            paths.push(path);
        }
    }
    Ok(())
}

/// The statements of a file.
///
/// # Errors
/// When the text ends inside a quote or a comment, with the place.
pub fn statements(dialect: Dialect, file: &SourceFile) -> Result<Vec<SourceStatement>, IntrospectError> {
    split(dialect, &file.text).map_err(|error| tokenize_failure(file, &error))
}

/// A file without some of its statements; the others keep their places.
///
/// # Errors
/// As for [`statements`].
pub fn without(
    dialect: Dialect,
    file: &SourceFile,
    is_out: &dyn Fn(&SourceStatement) -> bool,
) -> Result<SourceFile, IntrospectError> {
    let mut text = file.text.clone();
    for statement in statements(dialect, file)?.iter().filter(|statement| is_out(statement)) {
        text.replace_range(statement.range(), &blanks(&statement.text));
    }
    Ok(SourceFile { text, ..file.clone() })
}

/// Runs the files in a scratch database.
///
/// # Errors
/// When a statement declares nothing, all of them with their places, before anything runs; or when one
/// fails however often it is tried: the first one in the files' order, with its place.
pub fn load(scratch: &mut Scratch, files: &[SourceFile]) -> Result<Loaded, IntrospectError> {
    load_by(scratch, files, |scratch, work| Ok(run_at_once(scratch, work)? || run_one_by_one(scratch, work)?))
}

/// The same beside what is there, which a batch that fails could take along.
///
/// # Errors
/// As for [`load`].
pub fn load_beside(scratch: &mut Scratch, files: &[SourceFile]) -> Result<Loaded, IntrospectError> {
    load_by(scratch, files, run_one_by_one)
}

/// `run` gives whether all ran in the order in which they stand.
fn load_by(
    scratch: &mut Scratch,
    files: &[SourceFile],
    run: impl FnOnce(&mut Scratch, &mut [PendingStatement<'_>]) -> Result<bool, IntrospectError>,
) -> Result<Loaded, IntrospectError> {
    let model = admit(scratch, files)?;
    let mut loaded = Loaded { diagnostics: model.diagnostics, ..Loaded::default() };
    for file in &model.files {
        let failed = |error: TokenizeError| tokenize_failure(file, &error);
        loaded.hints.extend(rename_hints(scratch.dialect(), &file.text).map_err(failed)?);
    }
    let mut work: Vec<PendingStatement<'_>> = model
        .statements
        .into_iter()
        .map(|(file, statement)| PendingStatement { file: &model.files[file], statement, done: false })
        .collect();
    loaded.is_in_order = run(scratch, &mut work)?;
    scratch.reset_session()?;
    scratch.must_have_changed_nothing_else()?;
    Ok(loaded)
}

struct PendingStatement<'a> {
    file: &'a SourceFile,
    statement: SourceStatement,
    done: bool,
}

/// Many in each round trip, and in one transaction where a statement can tell; false when one failed, with those marked that are done.
fn run_at_once(scratch: &mut Scratch, work: &mut [PendingStatement<'_>]) -> Result<bool, IntrospectError> {
    let dialect = scratch.dialect();
    let transactional = |work: &PendingStatement<'_>| {
        matches!(
            work.statement.classify(dialect).class,
            VerbClass::BeginsTransaction | VerbClass::EndsTransaction | VerbClass::WithinTransaction
        )
    };
    if dialect == Dialect::Sqlite || work.iter().any(transactional) {
        return Ok(false);
    }
    let statements = work.iter().map(|work| &work.statement);
    let count = if is_one_as_several(dialect, statements) { AT_ONCE } else { work.len().max(1) };
    for start in (0..work.len()).step_by(count) {
        let end = work.len().min(start + count);
        let texts: Vec<&str> = work[start..end].iter().map(|work| work.statement.text.as_str()).collect();
        if scratch.execute(&texts.join(";\n")).is_err() {
            let is_all_gone = scratch.undo_failed_batch()?;
            let kept = if is_all_gone { 0 } else { start };
            work[..kept].iter_mut().for_each(|work| work.done = true);
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the first round was enough.
fn run_one_by_one(scratch: &mut Scratch, work: &mut [PendingStatement<'_>]) -> Result<bool, IntrospectError> {
    // Statements that later ones rely on, so that each round repeats them.
    let dialect = scratch.dialect();
    let repeated: Vec<bool> = work.iter().map(|work| work.statement.classify(dialect).sets_session).collect();
    for round in 0.. {
        let mut progress = false;
        let mut first_failure = None;
        scratch.reset_session()?;
        for (work, is_repeated) in work.iter_mut().zip(&repeated) {
            if work.done && !is_repeated {
                continue;
            }
            match scratch.execute(&work.statement.text) {
                Ok(()) => {
                    progress |= !work.done;
                    work.done = true;
                }
                // Behind it there is no session that the others could run in.
                Err(failure) if failure.is_over_limit => return Err(statement_failure(work, failure)),
                Err(failure) => {
                    first_failure.get_or_insert_with(|| statement_failure(work, failure));
                }
            }
        }
        match first_failure {
            None => return Ok(round == 0),
            Some(failure) if !progress => return Err(failure),
            Some(_) => {}
        }
    }
    Ok(false)
}

fn statement_failure(work: &PendingStatement<'_>, failure: ServerFailure) -> IntrospectError {
    let PendingStatement { file, statement, done: _ } = work;
    let text = &statement.text;
    let at = failure.position.and_then(|position| text.char_indices().nth(position.saturating_sub(1)));
    let near = || {
        let rest = failure.message.split_once("near \"").and_then(|(_, rest)| rest.split('"').next());
        // SQLite: no such column: x.
        let named = || failure.message.split_once("no such ").and_then(|(_, rest)| rest.split(": ").nth(1));
        let word = rest.or_else(named).filter(|word| !word.is_empty())?;
        Some(text.find(word)?..text.find(word)? + word.len())
    };
    let span = match at {
        Some((start, _)) => start..start + word_length(&text[start..]),
        None => near().unwrap_or_else(|| 0..text.lines().next().map_or(0, str::len)),
    };
    file.failure(statement.offset + span.start..statement.offset + span.end, failure)
}

fn word_length(text: &str) -> usize {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    let length = end.unwrap_or(text.len());
    if length == 0 { text.chars().next().map_or(0, char::len_utf8) } else { length }
}

pub(crate) fn tokenize_failure(file: &SourceFile, error: &TokenizeError) -> IntrospectError {
    let length = file.text[error.offset..].chars().next().map_or(0, char::len_utf8);
    file.failure(error.offset..error.offset + length, ServerFailure::new(error.message.to_owned()))
}
