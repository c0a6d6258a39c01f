//! Where the statements of a script stand.

use std::path::Path;

use autogen_report::Place;
use autogen_sql_text::{Dialect, SourceStatement, split};

use crate::model_places::shown;

/// A statement of a script.
#[derive(Clone)]
pub(super) struct OwnStatement {
    pub(super) text: String,
    /// The line of its first word, from 1.
    pub(super) line: usize,
    /// Its first words, in upper case and without anything that stands in quotes.
    pub(super) words: String,
}

/// The statements of a script; none where it can't be read.
pub(super) fn statements_of(dialect: Dialect, script: &str) -> Vec<OwnStatement> {
    let own = |found: SourceStatement| OwnStatement {
        text: found.text.trim().to_owned(),
        line: found.line,
        words: found.words.join(" ").trim().to_owned(),
    };
    split(dialect, script).unwrap_or_default().into_iter().map(own).collect()
}

/// Where the statements of a script stand.
pub(super) struct Places {
    file: String,
    pub(super) statements: Vec<OwnStatement>,
}

impl Places {
    pub(super) fn of(dialect: Dialect, path: &Path, script: &str) -> Self {
        Self { file: shown(path), statements: statements_of(dialect, script) }
    }

    /// The line of a planned statement; of the first one where a person wrote it otherwise.
    pub(super) fn of_statement(&self, sql: &str) -> Place {
        let found = self.statements.iter().find(|own| is_statement(&own.text, sql));
        found.map_or_else(|| self.first(), |own| self.at(own.line))
    }

    pub(super) fn first(&self) -> Place {
        let line = self.statements.first().map_or(1, |own| own.line);
        Place { is_exact: false, ..self.at(line) }
    }

    pub(super) fn at(&self, line: usize) -> Place {
        Place { file: self.file.clone(), line, is_exact: true }
    }
}

/// Whether a statement of a file is a planned one, or the first of those that are planned together.
pub(super) fn is_statement(text: &str, planned: &str) -> bool {
    let rest = planned.strip_prefix(text).filter(|_| !text.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with(';'))
}
