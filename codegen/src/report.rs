//! A difference in a few lines for people.

use autogen_diff_core::Ident;
use autogen_diff_core::diff::change::{
    Change, ColumnChange, ConstraintChange, IndexChange, ObjectChange, SchemaDiff, TableAlteration,
    TableChange,
};
use autogen_diff_core::model::{Column, Constraint, ConstraintKind, KeyConstraint};

/// What happened to one object, with its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `create`, `drop`, `alter` or `rename`.
    pub verb: &'static str,
    /// The kind and name.
    pub object: String,
    /// One line for each part, starting with `+`, `-` or `~`.
    pub lines: Vec<String>,
}

/// One entry for each object that differs.
pub fn entries(diff: &SchemaDiff) -> Vec<Entry> {
    let entries = diff.changes.iter().map(entry);
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
            TableChange::Create(table) => {
                let lines = table.columns.iter().map(|column| format!("+ {}", column_line(column)));
                Entry { verb: "create", object, lines: lines.collect() }
            }
            TableChange::Drop(_) => Entry { verb: "drop", object, lines: Vec::new() },
            TableChange::Alter(alteration) => {
                Entry { verb: "alter", object, lines: alteration_lines(alteration) }
            }
        },
        Change::View(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::MaterializedView(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::Definition(change) => Entry { verb: verb(change), object, lines: Vec::new() },
        Change::Comment(_) => Entry { verb: "alter", object, lines: vec!["~ comment".to_owned()] },
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

fn column_line(column: &Column) -> String {
    let mut line = format!("column {} {}", column.name, column.data_type);
    if !column.nullable {
        line.push_str(" not null");
    }
    if let Some(default) = &column.default {
        line.push_str(&format!(" default {default}"));
    }
    line
}

fn alteration_lines(alteration: &TableAlteration) -> Vec<String> {
    let mut lines = Vec::new();
    if alteration.table.from.postgres != alteration.table.to.postgres {
        lines.push("~ table attributes".to_owned());
    }
    let (from, to) = (&alteration.table.from.sqlite, &alteration.table.to.sqlite);
    if alteration.table.from.mysql != alteration.table.to.mysql {
        lines.push("~ table options".to_owned());
    }
    let options = |t: &autogen_diff_core::model::SqliteTable| (t.strict, t.without_rowid, t.autoincrement);
    if options(from) != options(to) {
        lines.push("~ table options".to_owned());
    }
    // What a partition gets from its parent is told with the parent.
    let inherited = |change: &&ColumnChange| match change {
        ObjectChange::Create(column) | ObjectChange::Drop(column) => column.postgres.inherited,
        ObjectChange::Alter(_) => false,
    };
    for change in alteration.columns.iter().filter(|change| !inherited(change)) {
        lines.push(match change {
            ObjectChange::Create(column) => format!("+ {}", column_line(column)),
            ObjectChange::Drop(column) => format!("- column {}", column.name),
            ObjectChange::Alter(pair) => {
                let (from, to) = (column_line(&pair.from), column_line(&pair.to));
                if from == to { format!("~ {to}") } else { format!("~ {from} -> {}", &to["column ".len()..]) }
            }
        });
    }
    lines.extend(alteration.constraints.iter().map(constraint_line));
    lines.extend(alteration.indexes.iter().map(index_line));
    if lines.is_empty() && from.constraint_tokens != to.constraint_tokens {
        lines.push("~ constraints, as they are written".to_owned());
    }
    lines
}

fn constraint_line(change: &ConstraintChange) -> String {
    match change {
        ConstraintChange::Add(constraint) => format!("+ {}", describe(constraint)),
        ConstraintChange::Drop(constraint) => format!("- {}", describe(constraint)),
        ConstraintChange::Rename(names) => format!("~ constraint {} renamed to {}", names.from, names.to),
        ConstraintChange::Validate(constraint) => format!("~ validate {}", describe(constraint)),
        ConstraintChange::AlterDeferrability(pair) => format!("~ {}", describe(&pair.to)),
    }
}

fn describe(constraint: &Constraint) -> String {
    let name = constraint.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let columns = |columns: &[Ident]| columns.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ");
    let key = |key: &KeyConstraint| columns(&key.columns);
    match &constraint.kind {
        ConstraintKind::PrimaryKey(k) => format!("primary key{name} ({})", key(k)),
        ConstraintKind::Unique(k) => format!("unique{name} ({})", key(k)),
        ConstraintKind::ForeignKey(k) => {
            format!("foreign key{name} ({}) to {}", columns(&k.columns), k.target)
        }
        ConstraintKind::Check(check) => format!("check{name} ({})", check.expression),
        ConstraintKind::Exclude(text) => format!("exclusion{name} {text}"),
    }
}

fn index_line(change: &IndexChange) -> String {
    match change {
        IndexChange::Create(index) => format!("+ index {}", index.name),
        IndexChange::Drop(index) => format!("- index {}", index.name),
        IndexChange::Rename(pair) => format!("~ index {} renamed to {}", pair.from.name, pair.to.name),
        IndexChange::Alter(pair) => format!("~ index {}", pair.to.name),
    }
}
