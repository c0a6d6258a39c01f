//! What routines, triggers, events and views have in common: an account that they run as,
//! and the `sql_mode` that they were made under.

use autogen_diff_core::model::{Clause, Clauses, Definition, DefinitionParts};
use autogen_diff_core::{DefinitionKind, ObjectId, Schema};

use super::{Context, quoted};

/// A text that the server runs.
pub(super) struct Code {
    pub(super) kind: DefinitionKind,
    /// What `DROP` takes.
    pub(super) identity: String,
    /// `CREATE …`.
    pub(super) create: String,
    /// The statement that puts it in the place of another in one step, where the server has one.
    pub(super) replace: Option<String>,
    /// What no statement changes in place.
    pub(super) fixed: String,
    pub(super) sql_mode: String,
    /// The time zone that times in it are told in.
    pub(super) time_zone: Option<String>,
    /// The table of a trigger.
    pub(super) parent: Option<ObjectId>,
}

impl Code {
    /// Adds it to the schema; gives its id.
    pub(super) fn add(mut self, schema: &mut Schema, context: &Context) -> ObjectId {
        // MySQL keeps the semicolon that ended a simple body when several statements came at once.
        for text in self.replace.iter_mut().chain([&mut self.create]) {
            text.truncate(text.trim_end_matches([';', ' ', '\n']).len());
        }
        let settings = self.settings(context);
        let (statements, parts) = match (&self.replace, settings.is_empty()) {
            (Some(replace), true) => {
                let clause = Clause {
                    on: None,
                    value: self.create.clone(),
                    within: None,
                    separate: false,
                    add: None,
                    alter: Some(replace.clone()),
                    drop: None,
                };
                let clauses = [("text".to_owned(), clause)].into();
                let parts = DefinitionParts::Clauses(Clauses { base: self.fixed.clone(), clauses });
                (vec![self.create.clone()], parts)
            }
            (Some(_) | None, _) => (bracketed(&settings, &self.create), DefinitionParts::Whole),
        };
        let text = statements.join(";\n");
        let definition = Definition {
            kind: self.kind,
            identity: self.identity,
            parent: self.parent.clone(),
            statements,
            signature: Some(text.clone()),
            compared: Some(text),
            parts,
        };
        let id = definition.id();
        if let Some(parent) = self.parent {
            schema.dependencies.entry(id.clone()).or_default().insert(parent);
        }
        schema.insert(definition);
        id
    }

    /// The settings under which its text means what it means, where they are not the session's.
    fn settings(&self, context: &Context) -> Vec<(&'static str, String)> {
        let mut settings = Vec::new();
        if modes(&self.sql_mode) != context.sql_mode {
            settings.push(("sql_mode", self.sql_mode.clone()));
        }
        if let Some(zone) = self.time_zone.as_ref().filter(|zone| *zone != "+00:00") {
            settings.push(("time_zone", zone.clone()));
        }
        settings
    }
}

/// A statement between those that set what it needs and those that set it back.
fn bracketed(settings: &[(&'static str, String)], statement: &str) -> Vec<String> {
    let mut statements = Vec::new();
    for (name, value) in settings {
        let value = value.replace('\'', "''");
        statements.push(format!("SET @autogen_{name} = @@SESSION.{name}, SESSION {name} = '{value}'"));
    }
    statements.push(statement.to_owned());
    statements.extend(settings.iter().map(|(name, _)| format!("SET SESSION {name} = @autogen_{name}")));
    statements
}

/// The modes that a `sql_mode` lists, sorted.
pub(super) fn modes(text: &str) -> Vec<String> {
    let mut modes: Vec<String> = text.split(',').filter(|mode| !mode.is_empty()).map(str::to_owned).collect();
    modes.sort();
    modes
}

/// `DEFINER=…` with a space behind it, or nothing for what is our own.
pub(super) fn definer(definer: &str, context: &Context) -> String {
    if definer == context.account {
        return String::new();
    }
    match definer.rsplit_once('@') {
        Some((user, host)) => format!("DEFINER={}@{} ", quoted(user), quoted(host)),
        None => format!("DEFINER={} ", quoted(definer)),
    }
}

/// A text of `SHOW CREATE` without the `DEFINER` that we are ourselves.
pub(super) fn without_own_definer(text: &str, context: &Context) -> String {
    let Some((user, host)) = context.account.rsplit_once('@') else { return text.to_owned() };
    // Under ANSI_QUOTES the server quotes names as the standard does.
    let standard = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let plain = format!(" DEFINER={}@{}", quoted(user), quoted(host));
    let ansi = format!(" DEFINER={}@{}", standard(user), standard(host));
    text.replacen(&plain, "", 1).replacen(&ansi, "", 1)
}

/// A string as SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// The statement that puts `CREATE …` in the place of what is there (MariaDB only).
pub(super) fn or_replace(create: &str) -> String {
    create.replacen("CREATE ", "CREATE OR REPLACE ", 1)
}
