//! `autogen watch`: what differs, whenever a file of the model is saved.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use autogen_diff_core::Pair;
use autogen_engine::Project;
use autogen_introspect::SchemaSource;
use notify_debouncer_mini::notify::RecursiveMode;
use notify_debouncer_mini::{DebounceEventResult, DebouncedEvent, new_debouncer};

use crate::args::WatchArgs;
use crate::error;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

/// Editors write a file in several steps; this long after the last one it is read.
const QUIET: Duration = Duration::from_millis(100);

/// Watches until it is interrupted. `project` makes the project anew each time, since settings are files too.
pub(crate) fn run(
    project: impl Fn() -> Result<Project, autogen_engine::Error>,
    args: &WatchArgs,
) -> Result<Exit, Failure> {
    let paths = match project()?.source(&args.to)? {
        SchemaSource::Model(paths) => paths,
        source @ (SchemaSource::Database(_)
        | SchemaSource::Migrations(_)
        | SchemaSource::Program(..)
        | SchemaSource::Snapshot(..)) => {
            return Err(std::io::Error::other(format!("{source} has no files of a model to watch")).into());
        }
    };
    let (sender, events) = channel();
    let mut debouncer = new_debouncer(QUIET, sender).map_err(std::io::Error::other)?;
    for path in &paths {
        // A file that is replaced is another one, and its folder stays.
        let (place, mode) = match path.is_dir() {
            true => (path.as_path(), RecursiveMode::Recursive),
            false => (folder_of(path), RecursiveMode::NonRecursive),
        };
        debouncer.watcher().watch(place, mode).map_err(std::io::Error::other)?;
    }
    loop {
        tell(&project, args);
        if !is_saved(&events, &paths) {
            return Ok(Exit::Success);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Says what differs. A model that can't be read is said, too, and looked at again when it is saved.
fn tell(project: &impl Fn() -> Result<Project, autogen_engine::Error>, args: &WatchArgs) {
    let found = project().and_then(|project| {
        let sources = Pair::new(project.source(&args.from)?, project.source(&args.to)?);
        Ok((sources.as_ref().map(ToString::to_string), project.compare(&sources, &[])?))
    });
    match found {
        Ok((Pair { from, to }, found)) if !found.is_empty() => {
            let entries = found.entries();
            output::status("Differs", &escape(&format!("{from} from {to}")));
            output::entries(&entries);
        }
        Ok((Pair { from, to }, _)) => {
            output::status("Same", &escape(&format!("nothing differs: {from}, compared with {to}")));
        }
        Err(failure) => drop(error::report(&failure.into())),
    }
}

/// Waits until one of the files is saved; false when nothing is watched any more.
fn is_saved(events: &Receiver<DebounceEventResult>, paths: &[PathBuf]) -> bool {
    let is_own = |event: &DebouncedEvent| {
        let names: Vec<_> =
            paths.iter().filter(|path| !path.is_dir()).filter_map(|path| path.file_name()).collect();
        paths.iter().any(|path| path.is_dir())
            || event.path.file_name().is_some_and(|name| names.contains(&name))
    };
    while let Ok(event) = events.recv() {
        if event.is_ok_and(|events| events.iter().any(is_own)) {
            return true;
        }
    }
    false
}
