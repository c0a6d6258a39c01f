//! Two migrations with one version, as two branches may bring them together: the one that is applied nowhere, and what comes after
//! it on its branch, get versions of their own.

use std::collections::BTreeMap;
use std::path::Path;

use autogen_migration_files::{
    Address, Layout, MigrationFiles, exchange_folders, next_versions, readdressed, version_of,
};
use autogen_runner::{History, Migration, MigrationDirectory};

use crate::advice::Advice;
use crate::error::Error;
use crate::observer::{Event, Move};
use crate::project::Project;

/// Gives each migration of a folder a version of its own.
pub(crate) fn part(project: &Project, path: &Path) -> Result<(), Error> {
    loop {
        let directory = Layout::Diesel.read_with_twins(path)?;
        let Some(twins) = directory.twins() else { return Ok(()) };
        let moves = branch_that_moves(project, &directory, twins)?;
        move_branch(project, &directory, &moves)?;
    }
}

/// The branch behind one of the two that no database is known to have.
fn branch_that_moves<'a>(
    project: &Project,
    directory: &'a MigrationDirectory,
    (one, other): (&'a Migration, &'a Migration),
) -> Result<Vec<&'a Migration>, Error> {
    let applied = match &project.database {
        Some(_) => project.history()?,
        None => History::default(),
    };
    let is_applied = |branch: &[&Migration]| branch.iter().any(|migration| applied.may_have_run(migration));
    for twin in [other, one] {
        let branch = branch_of(directory, twin)?;
        if !is_applied(&branch) {
            return Ok(branch);
        }
    }
    Err(Error::History {
        message: format!(
            "the database has run {}, and does not tell whether it was {} or {}",
            one.version, one.name, other.name
        ),
        advice: Advice::RenameTwin,
    })
}

/// A migration and all that come after it, in their order.
fn branch_of<'a>(
    directory: &'a MigrationDirectory,
    twin: &'a Migration,
) -> Result<Vec<&'a Migration>, Error> {
    let mut branch = vec![twin];
    let mut at = 0;
    while let Some(parent) = branch.get(at).copied() {
        for child in &directory.migrations {
            if comes_after(directory, child, parent)? && !branch.contains(&child) {
                branch.push(child);
            }
        }
        at += 1;
    }
    branch[1..].sort_by(|a, b| a.version.cmp(&b.version));
    Ok(branch)
}

/// Whether a migration comes after another one. Of two with the version that its header names it is the one that leads to the
/// schema that it was written for.
fn comes_after(directory: &MigrationDirectory, child: &Migration, parent: &Migration) -> Result<bool, Error> {
    if !child.header_parents().is_some_and(|parents| parents.contains(&parent.version)) {
        return Ok(false);
    }
    let named: Vec<&Migration> =
        directory.migrations.iter().filter(|other| other.version == parent.version).collect();
    let leads_to = |other: &Migration| other.header_fingerprints().map(|(_, to)| to);
    let written_for = child.header_fingerprints().map(|(from, _)| from);
    let fits: Vec<&&Migration> =
        named.iter().filter(|other| written_for.is_some() && leads_to(other) == written_for).collect();
    match (&named[..], &fits[..]) {
        ([_], _) => Ok(true),
        (_, [only]) => Ok(**only == parent),
        _ => Err(Error::History {
            message: format!(
                "{} comes after {}, which is the version of {}",
                child.name,
                version_of(&parent.name),
                named.iter().map(|other| other.name.as_str()).collect::<Vec<_>>().join(" and of ")
            ),
            advice: Advice::RenameParent,
        }),
    }
}

/// Writes a branch under new versions, behind all that are there.
fn move_branch(
    project: &Project,
    directory: &MigrationDirectory,
    branch: &[&Migration],
) -> Result<(), Error> {
    let versions = next_versions(directory, branch.len());
    let renamed: BTreeMap<&str, &str> = branch
        .iter()
        .map(|migration| migration.version.as_str())
        .zip(versions.iter().map(String::as_str))
        .collect();
    let moved: Vec<(String, MigrationFiles)> = branch
        .iter()
        .zip(&versions)
        .map(|(migration, version)| moved(migration, version, &renamed))
        .collect();
    exchange_folders(&directory.path, branch, &moved)?;
    for (old, (new, _)) in branch.iter().zip(&moved) {
        project.tell(&Event::Moved { from: &old.name, to: new, why: Move::Twin });
    }
    Ok(())
}

fn moved(migration: &Migration, version: &str, renamed: &BTreeMap<&str, &str>) -> (String, MigrationFiles) {
    let rest = migration.name.split_once('_').map(|(_, rest)| format!("_{rest}")).unwrap_or_default();
    let parents = migration.header().map(|header| header.parents).unwrap_or_default();
    let parents: Vec<String> = parents
        .into_iter()
        .map(|parent| {
            // The first of the branch comes after what it came after.
            let normalised = autogen_runner::normalise_version(&parent);
            renamed.get(normalised.as_str()).map_or(parent, |new| (*new).to_owned())
        })
        .collect();
    let text = |text: &str| readdressed(text, &Address { version, parents: &parents, fingerprints: None });
    let files = MigrationFiles {
        up: text(&migration.up),
        down: migration.down.as_deref().map(text),
        metadata: migration.metadata.clone(),
    };
    (format!("{version}{rest}"), files)
}
