//! A difference in a few lines for people.

mod attachment;
mod attribute;
mod column;
mod constraint;
mod definition;
mod index;
mod rename;
mod sequence;
mod table;
mod text;
mod view;

use autogen_diff_core::diff::change::{Change, ObjectChange, SchemaDiff, TableChange};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::model::{EnumType, Extension};
use autogen_diff_core::{Dialect, Pair};
use schemars::JsonSchema;
use serde::Serialize;

use attribute::Attributes;
pub(crate) use constraint::check_clause;
pub use text::{Side, TextChange, TextLine, TextPart};

/// What happened to one object, with its parts.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Entry {
    /// `create`, `drop`, `alter` or `rename`.
    pub verb: &'static str,
    /// The kind and name.
    pub object: String,
    /// One line for each part, starting with `+`, `-` or `~`.
    #[serde(rename = "details")]
    pub lines: Vec<String>,
    /// The texts that differ: a view's query, a function's body, a comment.
    pub texts: Vec<TextChange>,
}

/// What differs of an object that both sides have.
#[derive(Debug, Default)]
struct Details {
    lines: Vec<String>,
    texts: Vec<TextChange>,
}

impl Entry {
    fn new(verb: &'static str, object: String, details: Details) -> Self {
        let Details { lines, texts } = details;
        Self { verb, object, lines, texts }
    }

    /// All that it says of its object, in lines: first the parts, then the texts as a unified diff shows them.
    pub fn details(&self) -> impl Iterator<Item = String> {
        let texts = self.texts.iter().flat_map(|text| {
            let head = format!("~ {}", text.what);
            std::iter::once(head).chain(text.lines.iter().map(|line| format!("    {line}")))
        });
        self.lines.iter().cloned().chain(texts)
    }
}

impl From<Vec<String>> for Details {
    fn from(lines: Vec<String>) -> Self {
        Self { lines, texts: Vec::new() }
    }
}

/// One entry for each rename, then one for each object that differs behind the renames.
/// Secrets in the texts of a dialect are covered.
pub fn entries(dialect: Dialect, renames: &[Rename], diff: &SchemaDiff) -> Vec<Entry> {
    let entries =
        renames.iter().map(rename::entry).chain(diff.changes.iter().map(|change| entry(dialect, change)));
    let says = |entry: &Entry| !entry.lines.is_empty() || !entry.texts.is_empty();
    entries
        .filter(|entry| entry.verb != "alter" || says(entry) || !entry.object.starts_with("table "))
        .collect()
}

fn entry(dialect: Dialect, change: &Change) -> Entry {
    let (verb, details) = match change {
        Change::Namespace(change) => (verb(change), Details::default()),
        Change::Extension(change) => told(change, |pair| extension(pair).into()),
        Change::EnumType(change) => told(change, |pair| enum_type(pair).into()),
        Change::Sequence(change) => told(change, |pair| sequence::lines(pair).into()),
        Change::Table(change) => match change.as_ref() {
            TableChange::Create(table) => ("create", table::created(table).into()),
            TableChange::Drop(_) => ("drop", Details::default()),
            TableChange::Alter(alteration) => ("alter", table::altered(alteration).into()),
        },
        Change::View(change) => told(change, view::view),
        Change::MaterializedView(change) => told(change, view::materialized_view),
        Change::Definition(change) => told(change, |pair| definition::definition(dialect, pair)),
        Change::Comment(change) => ("alter", attachment::comment(change)),
        Change::ExtensionDependency(change) => ("alter", attachment::extension_dependency(change).into()),
        Change::Owner(change) => ("alter", attachment::owner(change).into()),
        Change::Privilege(change) => ("alter", attachment::privileges(change).into()),
    };
    Entry::new(verb, change.subject().to_string(), details)
}

/// The verb, and what differs where both sides have the object.
fn told<T>(change: &ObjectChange<T>, altered: impl Fn(&Pair<T>) -> Details) -> (&'static str, Details) {
    let details = match change {
        ObjectChange::Alter(pair) => altered(pair),
        ObjectChange::Create(_) | ObjectChange::Drop(_) => Details::default(),
    };
    (verb(change), details)
}

const fn verb<T>(change: &ObjectChange<T>) -> &'static str {
    match change {
        ObjectChange::Create(_) => "create",
        ObjectChange::Drop(_) => "drop",
        ObjectChange::Alter(_) => "alter",
    }
}

fn extension(pair: &Pair<Extension>) -> Vec<String> {
    let Extension { name: _, namespace, version, is_default_version: _, own_comment: _ } = &pair.from;
    let mut found = Attributes::default();
    found.value("schema", Pair::new(namespace, &pair.to.namespace));
    found.value("version", Pair::new(version, &pair.to.version));
    found.into_lines()
}

fn enum_type(pair: &Pair<EnumType>) -> Vec<String> {
    let mut found = Attributes::default();
    found.list("value", Pair::new(&pair.from.values, &pair.to.values));
    if found.len() == 0 {
        found.value("order of values", Pair::new(pair.from.values.join(", "), pair.to.values.join(", ")));
    }
    found.into_lines()
}
