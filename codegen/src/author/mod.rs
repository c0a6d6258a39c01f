//! The author's words: what a migration makes of a model's text stands in it as the author wrote it, where that is the same.
//!
//! A script is planned in the server's spelling. What it makes (views, routines, triggers, policies) or says of a table (checks,
//! defaults) is looked up among the model's statements by name, and put in their words. Whether the server makes the same of them
//! is not judged here: such a script has to be proven, and the other one stays where it is not.

mod declared;
mod table;
mod text;

use std::collections::BTreeMap;

use autogen_diff_core::{Dialect, Ident, Schema};
use autogen_sql_text::{Lexeme, Object, Statement as Classified, Subject, VerbClass, lexemes};

use self::declared::Declared;
use self::table::TableWords;
use crate::script::Statement;

/// A model's statements by what they make, as far as a name tells that.
#[derive(Debug)]
pub struct AuthorWords {
    /// Nothing where several statements make it.
    made: BTreeMap<Key, Option<String>>,
    tables: BTreeMap<Vec<String>, TableWords>,
    default_namespace: Option<Ident>,
}

/// What an object is known by: its kind, its name, and the table that it stands on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: String,
    name: Vec<String>,
    on: Option<Vec<String>>,
}

/// The kinds that a statement makes as a whole.
const WHOLE: [&str; 6] = ["VIEW", "MATERIALIZED VIEW", "FUNCTION", "PROCEDURE", "TRIGGER", "POLICY"];

/// What a comment of ours begins with, which a migration would obey.
const OWN_COMMENT: &str = "autogen:";

impl AuthorWords {
    /// From the statements of a model of PostgreSQL, in order. There are none where what a statement means hangs on the session, or
    /// on what ran before it.
    pub fn of<'a>(statements: impl IntoIterator<Item = &'a str>, schema: &Schema) -> Option<Self> {
        let mut found = Self::none(schema)?;
        let are_plain = statements.into_iter().all(|text| found.note(text));
        are_plain.then_some(found)
    }

    /// From the statements of a migration, as far as they make something: for telling whether it says what a plan says.
    pub fn of_migration<'a>(statements: impl IntoIterator<Item = &'a str>, schema: &Schema) -> Option<Self> {
        let mut found = Self::none(schema)?;
        for text in statements {
            found.note(text);
        }
        Some(found)
    }

    /// SQLite keeps the author's words by itself, and MySQL's are not known here.
    fn none(schema: &Schema) -> Option<Self> {
        let default_namespace = schema.default_namespace.clone();
        let found = Self { made: BTreeMap::new(), tables: BTreeMap::new(), default_namespace };
        (schema.dialect == Dialect::Postgres).then_some(found)
    }

    /// Statements in the author's words; the declared schema is where they lead.
    pub fn put_into(&self, mut statements: Vec<Statement>, declared: &Schema) -> Vec<Statement> {
        let declared = Declared::of(declared);
        for statement in &mut statements {
            let lexemes = lexemes(Dialect::Postgres, &statement.sql);
            let classified = Classified::of_lexemes(Dialect::Postgres, &lexemes);
            let Some(object) = &classified.object else { continue };
            let is_created = classified.class == VerbClass::Create;
            let said = if is_created && WHOLE.contains(&object.kind.as_str()) {
                self.whole(&statement.sql, object, &declared)
            } else if object.kind == "TABLE" && (is_created || classified.class == VerbClass::Alter) {
                self.of_table(&statement.sql, object, &declared)
            } else {
                None
            };
            if let Some(said) = said.filter(|said| declared.is_unambiguous(said)) {
                statement.sql = said;
            }
        }
        statements
    }

    /// Takes what a statement makes; gives whether what the others mean does not hang on it.
    fn note(&mut self, text: &str) -> bool {
        let lexemes = lexemes(Dialect::Postgres, text);
        let statement = Classified::of_lexemes(Dialect::Postgres, &lexemes);
        match Subject::of(Dialect::Postgres, &statement, &lexemes) {
            Subject::Session | Subject::Whole => false,
            Subject::Named(_) | Subject::Unnamed => {
                self.note_declaration(text, &statement, &lexemes);
                true
            }
        }
    }

    fn note_declaration(&mut self, text: &str, statement: &Classified, lexemes: &[Lexeme]) {
        let Some(object) = &statement.object else { return };
        if object.kind == "TABLE" {
            let words = self.tables.entry(self.full(&object.name)).or_default();
            match statement.class == VerbClass::Create {
                true => words.note_created(text, object, lexemes),
                false => words.note_altered(text, object, lexemes),
            }
        }
        if !WHOLE.contains(&object.kind.as_str()) || statement.class == VerbClass::Describes {
            return;
        }
        let key = self.key(object);
        let is_first = !self.made.contains_key(&key);
        let is_plain = statement.class == VerbClass::Create && text::can_be_said(text);
        let said = text::up_to_the_last(text, lexemes);
        // What is made twice, or altered, is in no statement as it is in the end.
        self.made.insert(key, (is_first && is_plain).then_some(said));
    }

    /// A statement that makes a whole object, in the author's words.
    fn whole(&self, sql: &str, object: &Object, declared: &Declared<'_>) -> Option<String> {
        let said = self.made.get(&self.key(object))?.as_deref()?;
        match object.kind.as_str() {
            "VIEW" | "MATERIALIZED VIEW" => {
                let query = declared.query(&object.kind, &self.full(&object.name))?;
                text::view(sql, object, &query, said)
            }
            _ => declared.has_statement(sql).then(|| text::replacing(sql, said)).flatten(),
        }
    }

    /// A statement about a table, with its checks and defaults in the author's words.
    fn of_table(&self, sql: &str, object: &Object, declared: &Declared<'_>) -> Option<String> {
        let name = self.full(&object.name);
        let words = self.tables.get(&name)?;
        let said = words.put_into(sql, declared.table(&name)?);
        (said != sql).then_some(said)
    }

    fn key(&self, object: &Object) -> Key {
        let on = object.on.as_ref().map(|on| self.full(on));
        // A trigger or a policy has no namespace of its own.
        let name = if on.is_some() { object.name.clone() } else { self.full(&object.name) };
        Key { kind: object.kind.clone(), name, on }
    }

    /// A name with its namespace.
    fn full(&self, name: &[String]) -> Vec<String> {
        let namespace = self.default_namespace.iter().filter(|_| name.len() == 1);
        namespace.map(|namespace| namespace.as_str().to_owned()).chain(name.iter().cloned()).collect()
    }
}
