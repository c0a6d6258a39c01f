//! A difference in a few lines for people.

mod column;
mod constraint;
mod index;
mod rename;

use autogen_diff_core::diff::change::{
    Change, ColumnChange, ObjectChange, SchemaDiff, TableAlteration, TableChange,
};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::model::Table;
use serde::Serialize;

pub(crate) use constraint::check_clause;

/// What happened to one object, with its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// `create`, `drop`, `alter` or `rename`.
    pub verb: &'static str,
    /// The kind and name.
    pub object: String,
    /// One line for each part, starting with `+`, `-` or `~`.
    #[serde(rename = "details")]
    pub lines: Vec<String>,
}

/// One entry for each rename, then one for each object that differs behind the renames.
pub fn entries(renames: &[Rename], diff: &SchemaDiff) -> Vec<Entry> {
    let entries = renames.iter().map(rename::entry).chain(diff.changes.iter().map(entry));
    entries
        .filter(|entry| {
            entry.verb != "alter" || !entry.lines.is_empty() || !entry.object.starts_with("table ")
        })
        .collect()
}

fn entry(change: &Change) -> Entry {
    let object = change.subject().to_string();
    match change {
        Change::Namespace(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::Extension(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::EnumType(change) => {
            let lines = match change {
                ObjectChange::Alter(pair) => {
                    let gone = pair.from.values.iter().filter(|v| !pair.to.values.contains(v));
                    let new = pair.to.values.iter().filter(|v| !pair.from.values.contains(v));
                    gone.map(|v| format!("- value {v}")).chain(new.map(|v| format!("+ value {v}"))).collect()
                }
                ObjectChange::Create(_) | ObjectChange::Drop(_) => Vec::new(),
            };
            Entry { verb: verb(change), object, lines }
        }
        Change::Sequence(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::Table(change) => match change.as_ref() {
            TableChange::Create(table) => Entry { verb: "create", object, lines: creation_lines(table) },
            TableChange::Drop(_) => Entry { verb: "drop", object, lines: Vec::new() },
            TableChange::Alter(alteration) => {
                Entry { verb: "alter", object, lines: alteration_lines(alteration) }
            }
        },
        Change::View(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::MaterializedView(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::Definition(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::Comment(_) => Entry { verb: "alter", object, lines: vec!["~ comment".to_owned()] },
        Change::ExtensionDependency(_) => {
            Entry { verb: "alter", object, lines: vec!["~ depends on extension".to_owned()] }
        }
        Change::Owner(change) => {
            let lines = vec![format!("~ owner {} -> {}", change.owner.from, change.owner.to)];
            Entry { verb: "alter", object, lines }
        }
        Change::Privilege(_) => Entry { verb: "alter", object, lines: vec!["~ privileges".to_owned()] },
    }
}

const fn verb<T>(change: &ObjectChange<T>) -> &'static str {
    match change {
        ObjectChange::Create(_) => "create",
        ObjectChange::Drop(_) => "drop",
        ObjectChange::Alter(_) => "alter",
    }
}

fn creation_lines(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().map(column::describe);
    let constraints = table.constraints.iter().map(constraint::describe);
    let indexes = table.indexes.values().map(|index| index::describe(index));
    columns.chain(constraints).chain(indexes).map(|line| format!("+ {line}")).collect()
}

fn alteration_lines(alteration: &TableAlteration) -> Vec<String> {
    let mut lines = Vec::new();
    if alteration.table.from.postgres() != alteration.table.to.postgres() {
        lines.push("~ table attributes".to_owned());
    }
    let (from, to) = (alteration.table.from.sqlite(), alteration.table.to.sqlite());
    if alteration.table.from.mysql() != alteration.table.to.mysql() {
        lines.push("~ table options".to_owned());
    }
    let options = |t: &autogen_diff_core::model::SqliteTable| (t.strict, t.without_rowid, t.autoincrement);
    if options(from) != options(to) {
        lines.push("~ table options".to_owned());
    }
    // What a partition gets from its parent is told with the parent.
    let inherited = |change: &&ColumnChange| match change {
        ObjectChange::Create(column) | ObjectChange::Drop(column) => column.postgres().inherited,
        ObjectChange::Alter(_) => false,
    };
    for change in alteration.columns.iter().filter(|change| !inherited(change)) {
        lines.push(column::line(change));
    }
    lines.extend(constraint::lines(&alteration.constraints));
    lines.extend(index::lines(&alteration.indexes));
    if lines.is_empty() && from.constraint_tokens != to.constraint_tokens {
        lines.push("~ constraints, as they are written".to_owned());
    }
    lines
}
