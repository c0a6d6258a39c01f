//! Migration folders on disk: their versions, and how they are written whole or not at all.

use std::path::{Path, PathBuf};

use autogen_codegen::migration_file::MigrationFiles;
use autogen_runner::{Migration, MigrationDirectory, RunError, SUM_FILE, SumFile};
use jiff::Timestamp;
use jiff::ToSpan as _;

use crate::error::Error;

/// A version behind all that are there.
pub(crate) fn next_version(directory: &MigrationDirectory) -> String {
    let newest = directory.head().map(|migration| migration.version.as_str()).unwrap_or_default();
    next_versions(newest, Timestamp::now(), 1).remove(0)
}

/// Writes new folders and the sum file, or nothing.
pub(crate) fn write_folders(path: &Path, folders: &[(String, MigrationFiles)]) -> Result<(), Error> {
    exchange_folders(path, &[], folders)
}

/// Puts folders in the place of others. Everything is written aside first and then moved, the sum file last; when
/// anything fails, all is as it was. Other files of a folder go over to the one that takes its place.
pub(crate) fn exchange_folders(
    path: &Path,
    removed: &[&Migration],
    added: &[(String, MigrationFiles)],
) -> Result<(), Error> {
    fs_err::create_dir_all(path)?;
    // The sum file is written anew, which must not take an edit for granted.
    let directory = MigrationDirectory::read_with_twins(path)?;
    directory.sum.check(&directory)?;
    let aside = tempfile::Builder::new().prefix(".autogen-").tempdir_in(path)?;
    let old = tempfile::Builder::new().prefix(".autogen-").tempdir_in(path)?;
    for (place, (name, files)) in added.iter().enumerate() {
        write_folder(&aside.path().join(name), files)?;
        if let Some(before) = removed.get(place).filter(|_| removed.len() == added.len()) {
            copy_others(&before.path, &aside.path().join(name))?;
        }
        if path.join(name).exists() && !removed.iter().any(|migration| migration.name == *name) {
            return Err(Error::Run(RunError::DuplicateVersion { first: name.clone(), second: name.clone() }));
        }
    }
    let mut moves = Vec::new();
    moves.extend(removed.iter().map(|m| (m.path.clone(), old.path().join(&m.name))));
    moves.extend(added.iter().map(|(name, _)| (aside.path().join(name), path.join(name))));
    let mut done: Vec<&(PathBuf, PathBuf)> = Vec::new();
    let result = moves.iter().try_for_each(|step| {
        fs_err::rename(&step.0, &step.1)?;
        done.push(step);
        Ok::<(), Error>(())
    });
    let result = result.and_then(|()| {
        let names: Vec<&str> = added.iter().map(|(name, _)| name.as_str()).collect();
        write_sum(path, &names)
    });
    if result.is_err() {
        // All or nothing: what was moved goes back. What can't is told by the error below.
        for (from, to) in done.into_iter().rev() {
            let _ = fs_err::rename(to, from);
        }
    }
    result
}

fn write_folder(folder: &Path, files: &MigrationFiles) -> Result<(), Error> {
    fs_err::create_dir(folder)?;
    write_synced(&folder.join("up.sql"), &files.up)?;
    // A migration without a way back has no such file; an empty one would be a way that does nothing.
    if !files.down.is_empty() {
        write_synced(&folder.join("down.sql"), &files.down)?;
    }
    match &files.metadata {
        Some(metadata) => write_synced(&folder.join("metadata.toml"), metadata),
        None => Ok(()),
    }
}

/// Copies the files that are not a migration's own.
fn copy_others(from: &Path, to: &Path) -> Result<(), Error> {
    for entry in fs_err::read_dir(from)? {
        let path = entry?.path();
        let target = path.file_name().map(|name| to.join(name));
        if let Some(target) = target.filter(|target| path.is_file() && !target.exists()) {
            fs_err::copy(&path, target)?;
        }
    }
    Ok(())
}

/// Adds folders to the sum file.
fn write_sum(path: &Path, new: &[&str]) -> Result<(), Error> {
    let directory = MigrationDirectory::read_with_twins(path)?;
    let known = directory.sum.folders();
    let is_covered = |name: &str| known.contains(&name) || new.contains(&name);
    let covered: Vec<_> = directory.migrations.iter().filter(|m| is_covered(&m.name)).collect();
    record(path, &covered)
}

/// Writes the sum file of some migrations.
pub(crate) fn record(path: &Path, migrations: &[&Migration]) -> Result<(), Error> {
    let_version_control_merge(path)?;
    write_whole(&path.join(SUM_FILE), &SumFile::of(migrations).to_text())
}

/// Writes the sum file anew, for the same folders.
pub(crate) fn record_again(directory: &MigrationDirectory) -> Result<(), Error> {
    write_sum(&directory.path, &[])
}

/// Tells git that both sides of a conflict in the sum file are right.
pub(crate) fn let_version_control_merge(path: &Path) -> Result<(), Error> {
    let file = path.join(".gitattributes");
    let mut text = if file.is_file() { fs_err::read_to_string(&file)? } else { String::new() };
    if text.lines().any(|line| line.starts_with(SUM_FILE) && line.contains("merge")) {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    write_whole(&file, &format!("{text}{SUM_FILE} merge=union\n"))
}

/// Writes a file whole or not at all.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // As any other new file: what the umask takes away is taken away. Without it, nobody else could read it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn write_synced(path: &Path, text: &str) -> Result<(), Error> {
    let mut file = fs_err::File::create(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

/// The version with its dashes, as it stands in a folder's name.
pub(crate) fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().to_owned()
}

/// How many versions a second has.
const STEPS: usize = 0x1_0000;

/// As many versions in a row, all larger than every version that is there: now,
/// or just after the newest migration if that is later.
pub(crate) fn next_versions(newest: &str, now: Timestamp, count: usize) -> Vec<String> {
    // What is left of the second tells two branches apart that are begun within it.
    let fraction = usize::try_from(now.subsec_nanosecond()).unwrap_or_default() * STEPS / 1_000_000_000;
    let first = fraction.min(STEPS.saturating_sub(count));
    let text =
        |time: Timestamp, step: usize| format!("{}-{:04x}", time.strftime("%Y-%m-%d-%H%M%S"), first + step);
    let later = |time: Timestamp| text(time, 0).replace('-', "").as_str() > newest;
    let mut time = now;
    while !later(time) {
        match time.checked_add(1.second()) {
            Ok(next) if next.duration_since(now).as_hours() < 24 => time = next,
            // Someone's version lies far in the future: go on from it by number.
            Ok(_) | Err(_) => return (0..count).map(|step| format!("{newest}{step:04x}")).collect(),
        }
    }
    (0..count).map(|step| text(time, step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_each_other_and_the_newest() {
        let now: Timestamp = "2026-11-20T10:11:12Z".parse().unwrap();
        assert_eq!(next_versions("", now, 2), ["2026-11-20-101112-0000", "2026-11-20-101112-0001"]);
        assert_eq!(
            next_versions("202611201011120000", now, 2),
            ["2026-11-20-101113-0000", "2026-11-20-101113-0001"]
        );
        let half: Timestamp = "2026-11-20T10:11:12.5Z".parse().unwrap();
        assert_eq!(next_versions("202611201011120000", half, 1), ["2026-11-20-101112-8000"]);
        let last: Timestamp = "2026-11-20T10:11:12.999999999Z".parse().unwrap();
        assert_eq!(next_versions("", last, 2), ["2026-11-20-101112-fffe", "2026-11-20-101112-ffff"]);
        assert_eq!(next_versions("90000101000000", now, 1), ["900001010000000000"]);
    }
}
