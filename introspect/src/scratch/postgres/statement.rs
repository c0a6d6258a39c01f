//! Statements as they are run: who runs them, and with which roles in them.

use std::collections::BTreeMap;

use autogen_diff_core::Dialect;
use autogen_sql_text::SourceStatement;
use autogen_sql_text::{Lexeme, lexemes};

use super::route::{self, Route, is_made_by_server};
use super::stand_in;

/// A statement that was read.
pub(super) struct Read {
    pub(super) statement: SourceStatement,
    /// The length that it had in its script.
    length: usize,
    pub(super) lexemes: Vec<Lexeme>,
    pub(super) route: Route,
    /// Whether other roles stand in it.
    pub(super) is_changed: bool,
}

impl Read {
    pub(super) fn of(statement: SourceStatement) -> Self {
        let lexemes = lexemes(Dialect::Postgres, &statement.text);
        let route = route::route(&lexemes);
        Self { length: statement.text.len(), statement, lexemes, route, is_changed: false }
    }

    /// The statement with the roles that stand in; what is given to the own role, which owns it already, needs no superuser.
    pub(super) fn with_roles(mut self, roles: &BTreeMap<String, String>, own: &str) -> Self {
        if let Some(text) = stand_in::with_roles(&self.statement.text, &self.lexemes, roles) {
            let is_for_own = text.ends_with(&format!("OWNER TO {own}"));
            if is_for_own && is_made_by_server(&self.lexemes) {
                // It is the connecting role's already, for whom the own one stands in.
                return self;
            }
            if is_for_own && self.route == Route::Server {
                self.route = Route::Confined;
            }
            self.statement.text = text;
            self.is_changed = true;
        }
        self
    }
}

/// The script with its statements as they have become.
pub(super) fn joined(script: &str, read: &[Read]) -> String {
    let mut text = String::with_capacity(script.len());
    let mut at = 0;
    for read in read {
        text.push_str(&script[at..read.statement.offset]);
        text.push_str(&read.statement.text);
        at = read.statement.offset + read.length;
    }
    text.push_str(&script[at..]);
    text
}
