//! Folders that take no files, and disks that are full: a migration is written as a whole or not at all, an upgrade of a file goes on
//! when there is room, and both say what is wrong.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use autogen_diff_core::Dialect;
use autogen_fixtures::attack::{AT_ONCE, Attack, Outcome};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::must_succeed;
use super::place::Place;
use super::steps::Undisturbed;
use crate::servers::{Disk, is_root};
use crate::support::Ran;

const MODEL: &str = "CREATE TABLE a (id integer PRIMARY KEY, n integer);\n";
const LATER: &str =
    "CREATE TABLE a (id integer PRIMARY KEY, n bigint NOT NULL DEFAULT 1);\nCREATE INDEX i ON a (n);\n";

/// More than anything here needs.
const ENOUGH: u64 = 4096;

/// All files below a folder, with what is in them.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().flatten().map(|entry| entry.path()));
        } else {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    found
}

/// What ended with an error said which, and left all files as they were.
fn must_be_whole(
    ran: &Ran,
    words: &[&str],
    before: &BTreeMap<PathBuf, Vec<u8>>,
    folder: &Path,
) -> Result<(), String> {
    let said = ran.err.to_lowercase();
    if ran.code < 2 || !words.iter().any(|word| said.contains(word)) || said.contains("panicked") {
        return Err(format!("it ended with {} and says: {}", ran.code, ran.err));
    }
    let after = files(folder);
    if after == *before { Ok(()) } else { Err(format!("files are left: {:?}, {}", after.keys(), ran.err)) }
}

/// Writes and applies what comes next, as if nothing had been.
fn must_go_on(place: &Place, count: usize) -> Result<(), String> {
    must_succeed(place.run(&["-m", "next"]), "-m")?;
    must_succeed(place.run(&["upgrade"]), "upgrade")?;
    must_succeed(place.run(&["check"]), "check")?;
    let found = place.files.migrations().len();
    if found == count { Ok(()) } else { Err(format!("{found} migrations rather than {count}")) }
}

/// A project with a migration, over which a small disk may lie.
fn begin(place: &Place) {
    place.files.write("autogen.toml", "model = \"schema.sql\"\n");
    place.files.write("schema.sql", MODEL);
    place.run(&["-m", "first"]).exits(0);
    place.run(&["upgrade"]).exits(0);
    place.files.write("schema.sql", LATER);
}

/// Root may write anywhere, unless it gives that up.
fn draft_without_rights(place: &Place) -> Ran {
    let program = assert_cmd::cargo::cargo_bin!("autogen");
    let mut command = std::process::Command::new(program);
    if is_root() {
        command = std::process::Command::new("setpriv");
        command.args(["--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search", "--"]).arg(program);
    }
    command.current_dir(place.files.path()).env("DATABASE_URL", &place.url).args(["-m", "next"]);
    Ran::from(command.output().unwrap())
}

fn read_only(seed: u64) -> Result<Outcome, String> {
    let place = Place::new(Dialect::Sqlite);
    begin(&place);
    let folder = place.files.path().join("migrations");
    let is_file = seed.is_multiple_of(2);
    let closed = if is_file { folder.join("autogen.sum") } else { folder };
    let (before, mode) = (files(place.files.path()), if is_file { 0o444 } else { 0o555 });
    std::fs::set_permissions(&closed, Permissions::from_mode(mode)).unwrap();
    let ran = draft_without_rights(&place);
    std::fs::set_permissions(&closed, Permissions::from_mode(if is_file { 0o644 } else { 0o755 })).unwrap();
    if is_file && ran.code == 0 {
        // It is replaced rather than written, which the folder's rights decide.
        must_succeed(place.run(&["upgrade"]), "upgrade")?;
        return must_succeed(place.run(&["check"]), "check").map(|_| Outcome::Held);
    }
    must_be_whole(&ran, &["permission denied"], &before, place.files.path())?;
    must_go_on(&place, 2).map(|()| Outcome::Held)
}

/// Leaves a disk a number of pages beside those that are used.
fn leave(disk: &Disk, place: &Place, pages: u64) {
    let used: u64 = files(place.files.path()).values().map(|file| file.len().div_ceil(4096) as u64).sum();
    disk.grow(4 * (used + pages));
}

fn no_disk() -> Outcome {
    Outcome::Refused("no file system can be mounted here".to_owned())
}

fn full_for_a_draft(seed: u64) -> Result<Outcome, String> {
    let mut random = StdRng::seed_from_u64(seed);
    let place = Place::new(Dialect::Sqlite);
    let Some(disk) = Disk::over(place.files.path(), ENOUGH) else { return Ok(no_disk()) };
    begin(&place);
    leave(&disk, &place, random.random_range(0..5));
    let before = files(place.files.path());
    let ran = place.run(&["-m", "next"]);
    let mut things = Vec::new();
    let path = place.files.path().to_owned();
    let checked = if ran.code == 0 {
        Ok(())
    } else {
        things.push("full");
        must_be_whole(&ran, &["no space", "disk is full"], &before, &path)
    };
    disk.grow(ENOUGH);
    checked?;
    if ran.code != 0 {
        must_go_on(&place, 2)?;
    }
    Ok(Outcome::Met(things))
}

fn full_for_an_upgrade(undisturbed: &Undisturbed, seed: u64) -> Result<Outcome, String> {
    let mut random = StdRng::seed_from_u64(seed);
    let place = Place::new(Dialect::Sqlite);
    let Some(disk) = Disk::over(place.files.path(), ENOUGH) else { return Ok(no_disk()) };
    place.take_migrations(&undisturbed.place);
    leave(&disk, &place, random.random_range(0..40));
    let ran = place.run(&["upgrade"]);
    disk.grow(ENOUGH);
    let said = ran.err.to_lowercase();
    let is_told = ran.code == 3 && ["full", "no space", "disk i/o"].iter().any(|word| said.contains(word));
    if !(ran.code == 0 || is_told) || said.contains("panicked") {
        return Err(format!("it ended with {}: {}", ran.code, ran.err));
    }
    undisturbed.must_be_reached(&place, "a full disk")?;
    Ok(Outcome::Met(if is_told { vec!["full"] } else { Vec::new() }))
}

#[test]
fn disk() {
    let undisturbed = Undisturbed::new(Dialect::Sqlite);
    let attack = Attack { name: "faults of the disk", on: "SQLite".to_owned(), small: 6, at_once: AT_ONCE };
    attack.run(|seed| match seed % 3 {
        0 => read_only(seed / 3),
        1 => full_for_a_draft(seed),
        _ => full_for_an_upgrade(&undisturbed, seed),
    });
}
