//! Renames: from hints in the model, from `--rename`, or from an answer.

use std::io::IsTerminal as _;

use autogen_codegen::{Plan, RenderOptions, render};
use autogen_diff_core::diff::rename::{PairOf, Rename, candidates};
use autogen_diff_core::text::hint::RenameHint;
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema, diff};
use autogen_introspect::ScratchOptions;

use crate::error::CliError;
use crate::output::{self, escape};
use crate::proof;

/// What is stated about renames.
pub(crate) struct Stated<'a> {
    /// `--rename` flags.
    pub(crate) flags: &'a [String],
    /// Hints in the model.
    pub(crate) hints: &'a [RenameHint],
}

/// All renames that are stated and not made yet, tables first.
pub(crate) fn stated(schemas: Pair<&Schema>, stated: &Stated<'_>) -> Result<Vec<Rename>, CliError> {
    let mut renames: Vec<Rename> = stated.hints.iter().filter_map(|hint| from_hint(schemas, hint)).collect();
    for flag in stated.flags {
        renames.push(from_flag(schemas, flag)?);
    }
    renames.sort();
    renames.dedup();
    Ok(renames)
}

/// A hint whose old name is still there and whose new name is not.
fn from_hint(schemas: Pair<&Schema>, hint: &RenameHint) -> Option<Rename> {
    let parts: Vec<&str> = hint.table.iter().map(String::as_str).collect();
    let to = find_table(schemas.to, &parts)?;
    let Some(column) = &hint.column else {
        let from = to.sibling(like(&to.name, &hint.from));
        let pending = schemas.from.tables.contains_key(&from) && !schemas.from.tables.contains_key(to);
        return pending.then(|| Rename::Table(PairOf { from, to: to.clone() }));
    };
    let table = schemas.to.tables.get(to)?;
    let column = table.columns.iter().find(|c| c.name.as_str().eq_ignore_ascii_case(column))?;
    let from = like(&column.name, &hint.from);
    let old_table = schemas.from.tables.get(to).or_else(|| {
        // The table itself may be renamed in the same step.
        schemas
            .from
            .tables
            .values()
            .find(|t| t.column(&from).is_some() && !schemas.to.tables.contains_key(&t.name))
    })?;
    let pending = old_table.column(&from).is_some() && old_table.column(&column.name).is_none();
    pending.then(|| Rename::Column(to.clone(), PairOf { from, to: column.name.clone() }))
}

/// A name that compares as another one does.
fn like(model: &Ident, text: &str) -> Ident {
    model.renamed(text)
}

fn find_table<'a>(schema: &'a Schema, parts: &[&str]) -> Option<&'a QualifiedName> {
    let (name, namespace) = match parts {
        [name] => (name, None),
        [namespace, name] => (name, Some(namespace)),
        _ => return None,
    };
    let mut found = schema.tables.keys().filter(|key| {
        key.name.as_str().eq_ignore_ascii_case(name)
            && namespace.is_none_or(|wanted| key.namespace.as_ref().is_some_and(|n| n.as_str() == *wanted))
    });
    let in_default = found.clone().find(|key| key.namespace.as_ref() == schema.default_namespace.as_ref());
    in_default.or_else(|| found.next())
}

/// `old=new`, or `table.old=table.new`.
fn from_flag(schemas: Pair<&Schema>, flag: &str) -> Result<Rename, CliError> {
    let wrong = |message: String| {
        CliError::usage(
            message,
            "write --rename old=new for a table, --rename table.old=table.new for a column",
        )
    };
    let (old, new) = flag.split_once('=').ok_or_else(|| wrong(format!("--rename {flag} has no =")))?;
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('.').collect(), new.split('.').collect());
    if let (Some((from, _)), Some((to, to_table))) = (old.split_last(), new.split_last())
        && let Some(table) = find_table(schemas.to, to_table)
        && let Some(column) = schemas.to.tables[table].columns.iter().find(|c| c.name.as_str() == *to)
    {
        let from = like(&column.name, from);
        let old_table = find_table(schemas.from, &old[..old.len() - 1]);
        if old_table.is_some_and(|t| schemas.from.tables[t].column(&from).is_some()) {
            return Ok(Rename::Column(table.clone(), PairOf { from, to: column.name.clone() }));
        }
    }
    match (find_table(schemas.from, &old), find_table(schemas.to, &new)) {
        (Some(from), Some(to)) => Ok(Rename::Table(PairOf { from: from.clone(), to: to.clone() })),
        (None, _) => Err(wrong(format!("--rename {flag}: the current schema has no {}", old.join(".")))),
        (_, None) => Err(wrong(format!("--rename {flag}: the declared schema has no {}", new.join(".")))),
    }
}

/// Likely renames that nobody stated: asked about on a terminal, told about elsewhere.
pub(crate) fn ask(schemas: Pair<&Schema>) -> Vec<Rename> {
    let likely = candidates(&diff(schemas));
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        for rename in &likely {
            let flag = rename.flag();
            let (old, new) = flag.split_once('=').unwrap_or((&flag, ""));
            output::warning(&escape(&format!(
                "{old} is dropped and {new} is new; values are not carried over"
            )));
            output::hint(&escape(&format!("if it is a rename, pass --rename {flag}")));
        }
        return Vec::new();
    }
    likely
        .into_iter()
        .filter(|rename| {
            let flag = escape(&rename.flag());
            let (old, new) = flag.split_once('=').unwrap_or((&flag, ""));
            let question = format!("Is {new} the old {old} under a new name?");
            dialoguer::Confirm::new().with_prompt(question).default(false).interact().unwrap_or(false)
        })
        .collect()
}

/// The schema after the renames, as the server has it then.
pub(crate) fn applied(
    schema: &Schema,
    renames: &[Rename],
    options: &ScratchOptions,
) -> Result<Schema, CliError> {
    if renames.is_empty() {
        return Ok(schema.clone());
    }
    let mut scratch = proof::build(schema, options)?;
    let operations = renames.iter().cloned().map(autogen_codegen::Operation::Rename).collect();
    for script in render(&Plan { operations }, Pair::new(schema, schema), &RenderOptions::default()) {
        proof::run(&mut scratch, &script, "the rename")?;
    }
    let mut renamed = scratch.introspect()?;
    renamed.default_namespace.clone_from(&schema.default_namespace);
    Ok(renamed)
}

/// The way back, in the order that it has to go.
pub(crate) fn reversed(renames: &[Rename]) -> Vec<Rename> {
    let back = renames.iter().rev().map(|rename| match rename {
        Rename::Table(names) => Rename::Table(PairOf { from: names.to.clone(), to: names.from.clone() }),
        Rename::Column(table, names) => {
            Rename::Column(table.clone(), PairOf { from: names.to.clone(), to: names.from.clone() })
        }
    });
    back.collect()
}
