//! Moves the branch that is applied nowhere behind the other one, and proves it there.

use autogen_diff_core::fingerprint::fingerprint;
use autogen_introspect::ScratchOptions;
use autogen_migration_files::{
    Address, Fingerprints, MigrationFiles, exchange_folders, next_versions, readdressed, version_of,
};
use autogen_runner::{Migration, MigrationDirectory};

use crate::advice::Advice;
use crate::branches::Branches;
use crate::error::Error;
use crate::migrations::Migrations;
use crate::observer::{Event, Move};
use crate::project::Project;
use crate::replay::{changes as changes_between, replay, schema_of, schemas_along};

/// `which` names a migration of the branch that moves; empty for the one that is applied nowhere.
pub(crate) fn rebase(migrations: &Migrations<'_>, branches: &Branches<'_>, which: &str) -> Result<(), Error> {
    let (project, directory) = (migrations.project, migrations.directory());
    let (stays, moves) = sides(project, directory, branches, which)?;
    let options = migrations.scratch()?;
    let before = [&branches.common[..], stays].concat();
    let moved = moved(project, directory, &before, moves, &options)?;
    same_changes(project, branches, &before, &moved, &options)?;
    let mut proven = before.iter().map(|migration| (*migration).clone()).collect::<Vec<_>>();
    proven.extend(moved.iter().cloned());
    let proven =
        MigrationDirectory { migrations: proven, ..MigrationDirectory::empty(directory.path.clone()) };
    if let Some(finding) = replay(project, &proven, before.len(), &options)?.findings.first() {
        return Err(refused(finding.text()));
    }
    let removed: Vec<&Migration> = moves.to_vec();
    let added: Vec<_> =
        moved.iter().map(|migration| (migration.name.clone(), MigrationFiles::from(migration))).collect();
    exchange_folders(&directory.path, &removed, &added)?;
    for (old, new) in moves.iter().zip(&moved) {
        project.tell(&Event::Moved { from: &old.name, to: &new.name, why: Move::Rebased });
    }
    Ok(())
}

fn refused(message: String) -> Error {
    Error::Refused { message, advice: Advice::RewriteBranch }
}

/// The branch that stays and the one that moves.
fn sides<'a, 'b>(
    project: &Project,
    directory: &MigrationDirectory,
    branches: &'b Branches<'a>,
    which: &str,
) -> Result<(&'b [&'a Migration], &'b [&'a Migration]), Error> {
    let (ones, others) = (&branches.ones[..], &branches.others[..]);
    let applied = match &project.database {
        Some(_) => project.history()?,
        None => autogen_runner::History::default(),
    };
    let is_applied = |branch: &[&Migration]| branch.iter().any(|migration| applied.has(migration));
    let moves_ones = if which.is_empty() {
        // Of two that are applied nowhere the older one stays where it is.
        is_applied(others)
    } else {
        let place = autogen_runner::resolve(which, directory, directory.migrations.len())?;
        let named = place.0.checked_sub(1).map(|at| &directory.migrations[at]);
        let is_in = |branch: &[&Migration]| named.is_some_and(|named| branch.contains(&named));
        if !is_in(ones) && !is_in(others) {
            return Err(Error::usage(
                format!("{which} is on neither of the two branches"),
                Advice::LookUpHeads,
            ));
        }
        is_in(ones)
    };
    let (stays, moves) = if moves_ones { (others, ones) } else { (ones, others) };
    if is_applied(moves) {
        let names: Vec<&str> = moves.iter().filter(|m| applied.has(m)).map(|m| m.name.as_str()).collect();
        return Err(Error::Refused {
            message: format!("applied to the database already: {}", names.join(", ")),
            advice: Advice::MergeAppliedBranch,
        });
    }
    Ok((stays, moves))
}

/// The branch's migrations under new versions, with headers that fit their new place.
fn moved(
    project: &Project,
    directory: &MigrationDirectory,
    before: &[&Migration],
    moves: &[&Migration],
    options: &ScratchOptions,
) -> Result<Vec<Migration>, Error> {
    let versions = next_versions(directory, moves.len());
    let schemas = schemas_along(project, before, moves, options)
        .map_err(|error| refused(format!("behind the other branch a migration fails: {error}")))?;
    let prints: Vec<String> = schemas.iter().map(fingerprint).collect();
    let mut parents: Vec<String> =
        before.last().map(|migration| version_of(&migration.name)).into_iter().collect();
    let mut moved = Vec::new();
    for (i, migration) in moves.iter().enumerate() {
        let version = &versions[i];
        let there = |text: &str, before: &str, after: &str| {
            let fingerprints = Fingerprints { before: before.to_owned(), after: after.to_owned() };
            readdressed(text, &Address { version, parents: &parents, fingerprints: Some(fingerprints) })
        };
        let rest = migration.name.split_once('_').map(|(_, rest)| format!("_{rest}")).unwrap_or_default();
        moved.push(Migration {
            name: format!("{version}{rest}"),
            version: autogen_runner::normalise_version(version),
            up: there(&migration.up, &prints[i], &prints[i + 1]),
            down: migration.down.as_ref().map(|down| there(down, &prints[i + 1], &prints[i])),
            ..(*migration).clone()
        });
        parents = vec![version.clone()];
    }
    Ok(moved)
}

/// The branch must do behind the other one what it did from where the two part: statements that run are not enough,
/// since one that makes a table anew makes it without what the other branch added.
fn same_changes(
    project: &Project,
    branches: &Branches<'_>,
    before: &[&Migration],
    moved: &[Migration],
    options: &ScratchOptions,
) -> Result<(), Error> {
    let old: Vec<&Migration> = [&branches.ones[..], &branches.others[..]]
        .into_iter()
        .find(|branch| !branch.iter().any(|migration| before.contains(migration)))
        .map(<[_]>::to_vec)
        .unwrap_or_default();
    let new: Vec<&Migration> = moved.iter().collect();
    let changes = |start: &[&Migration], then: &[&Migration]| {
        let from = schema_of(project, start, options)?;
        let to = schema_of(project, &[start, then].concat(), options)?;
        Ok::<_, Error>(changes_between(&from, &to))
    };
    let (was, is) = (changes(&branches.common, &old)?, changes(before, &new)?);
    if was == is {
        return Ok(());
    }
    let only = |list: &[String], other: &[String], mark: &str| -> Vec<String> {
        list.iter()
            .filter(|line| !other.contains(line))
            .map(|change| format!("    {mark} {}", change.replace('\n', "\n      ")))
            .collect()
    };
    let lines = [only(&was, &is, "-"), only(&is, &was, "+")].concat().join("\n");
    Err(refused(format!("behind the other branch it does not make the same changes:\n{lines}")))
}
