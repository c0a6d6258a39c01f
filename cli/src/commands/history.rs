//! `autogen current` and `autogen history`.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use autogen_engine::request::Access;
use autogen_engine::{Error, Project};
use autogen_runner::{History, Migration, MigrationDirectory, RunError};
use renderdag::{Ancestor, GraphRowRenderer, Renderer as _};

use crate::args::{CurrentArgs, HistoryArgs, ListFormat};
use crate::details;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

pub(crate) fn current(project: &Project, args: &CurrentArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    project.existing_database()?;
    let history = project.history()?;
    if args.format == ListFormat::Json {
        let current: Vec<&Migration> = history.current(directory).into_iter().collect();
        output::json(&migrations.listing(&current, Some(&history)))?;
    } else if let Some(current) = history.current(directory) {
        let head = if directory.head() == Some(current) { " (head)" } else { "" };
        output::answer(&escape(&format!("{}{head}", current.name)));
        if output::is_verbose() {
            details::print(directory, project.dialect().ok(), current, None);
        }
    } else if history.unknown(directory).is_empty() {
        output::status("Base", "no migration is applied");
    }
    let missing = history.missing(directory);
    if args.check_heads && !missing.is_empty() {
        return Err(RunError::Missing(missing).into());
    }
    if args.format == ListFormat::Text {
        missing.iter().for_each(|name| output::answer(&escape(&without_folder(name))));
    }
    let pending = history.pending(directory);
    if args.check_heads && !pending.is_empty() {
        let names: Vec<&str> = pending.iter().map(|migration| migration.name.as_str()).collect();
        return Err(Error::NotAtHead(names.join(", ")).into());
    }
    Ok(Exit::Success)
}

pub(crate) fn history(project: &Project, args: &HistoryArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    if args.indicate_current {
        project.existing_database()?;
    }
    // Without a database the list is still worth having.
    let (history, timings) = match project.has_database() {
        true => {
            let mut database = project.database(Access::Read)?;
            (Some(database.history()?), database.timings()?)
        }
        false => (None, BTreeMap::new()),
    };
    let applied = history.as_ref().map_or(0, |history| history.place(directory));
    let wanted: Vec<&Migration> = migrations.range(args.range.as_deref(), applied)?.iter().rev().collect();
    if args.format == ListFormat::Json {
        output::json(&migrations.listing(&wanted, history.as_ref()))?;
        return Ok(Exit::Success);
    }
    let lines = Lines {
        heads: directory.heads(),
        current: history.as_ref().and_then(|history| history.current(directory)),
        history: history.as_ref(),
    };
    if args.range.is_none() {
        let missing = history.iter().flat_map(|history| history.missing(directory)).rev();
        missing.for_each(|name| output::answer(&escape(&without_folder(&name))));
    }
    if !output::is_verbose() && (args.graph || std::io::stdout().is_terminal()) {
        output::answer_raw(&escape(&lines.graph(directory, &wanted)));
        return Ok(Exit::Success);
    }
    for migration in wanted {
        output::answer(&escape(&lines.line(migration)));
        if output::is_verbose() {
            details::print(directory, project.dialect().ok(), migration, timings.get(&migration.version));
            output::answer("");
        }
    }
    Ok(Exit::Success)
}

/// The line of a migration that is applied and has no folder.
fn without_folder(name: &str) -> String {
    format!("applied  {name}, which has no folder here")
}

/// What is said of a migration in one line.
struct Lines<'a> {
    heads: Vec<&'a Migration>,
    current: Option<&'a Migration>,
    history: Option<&'a History>,
}

impl Lines<'_> {
    fn line(&self, migration: &Migration) -> String {
        let state = match self.history {
            Some(history) if history.has(migration) => "applied  ",
            Some(_) => "pending  ",
            None => "",
        };
        let head = if self.heads.contains(&migration) { " (head)" } else { "" };
        let current = if self.current == Some(migration) { " (current)" } else { "" };
        format!("{state}{}{head}{current}, {}", migration.name, migration.message())
    }

    /// The lines with what comes after what drawn beside them.
    fn graph(&self, directory: &MigrationDirectory, wanted: &[&Migration]) -> String {
        let mut renderer = GraphRowRenderer::new().output().with_min_row_height(1).build_box_drawing();
        let revisions = directory.graph();
        let rows = wanted.iter().map(|migration| {
            let parents = revisions.parents(migration).into_iter();
            let parents = parents.map(|parent| match wanted.contains(&parent) {
                true => Ancestor::Parent(parent.version.clone()),
                false => Ancestor::Anonymous,
            });
            let glyph = if self.current == Some(*migration) { "@" } else { "o" };
            renderer.next_row(
                migration.version.clone(),
                parents.collect(),
                glyph.to_owned(),
                self.line(migration),
            )
        });
        rows.collect()
    }
}
