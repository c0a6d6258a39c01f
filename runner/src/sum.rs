//! `autogen.sum`: a hash for each file, each covering the ones before it, so
//! that an edited file is found and two branches conflict in version control.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::directory::{Migration, MigrationDirectory};
use crate::error::RunError;

/// The file's name inside the migrations folder. Diesel ignores plain files there.
pub const SUM_FILE: &str = "autogen.sum";

const HEADER: &str =
    "# Written by autogen. Each hash covers the lines above it; do not edit or merge by hand.\n";

/// The hashes of a migrations folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumFile {
    /// File (`<folder>/up.sql`) and hash, in the order of the file.
    lines: Vec<(String, String)>,
}

impl SumFile {
    /// Reads the file of a migrations folder; one that is not there is empty.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(directory: &Path) -> Result<Self, RunError> {
        let path = directory.join(SUM_FILE);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = fs_err::read_to_string(path)?;
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        // A folder's name may hold spaces; a hash does not.
        let lines = lines.filter_map(|line| line.rsplit_once(' '));
        Ok(Self { lines: lines.map(|(file, hash)| (file.to_owned(), hash.to_owned())).collect() })
    }

    /// The hashes of some migrations, in order.
    pub fn of(migrations: &[&Migration]) -> Self {
        let mut sum = Self::default();
        let mut before = String::new();
        for (file, text) in migrations.iter().flat_map(|migration| files(migration)) {
            before = chained(&before, &file, &text);
            sum.lines.push((file, before.clone()));
        }
        sum
    }

    /// The folders that it covers, in order.
    pub fn folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = Vec::new();
        for (file, _) in &self.lines {
            let folder = file.split('/').next().unwrap_or_default();
            if folders.last() != Some(&folder) {
                folders.push(folder);
            }
        }
        folders
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        self.lines.iter().fold(HEADER.to_owned(), |mut text, (file, hash)| {
            let _ = writeln!(text, "{file} {hash}");
            text
        })
    }

    /// The files that are not what they were when they were recorded, are gone, or are new in a folder that it covers.
    pub fn differences(&self, directory: &MigrationDirectory) -> Vec<String> {
        let covered = self.folders();
        let migrations = directory.migrations.iter().filter(|m| covered.contains(&m.name.as_str()));
        let mut now: BTreeMap<String, String> = migrations.flat_map(files).collect();
        let mut found = Vec::new();
        let mut before = "";
        for (file, hash) in &self.lines {
            // Each file is looked at behind what was recorded before it, so that an edit is told once.
            let same = now.remove(file).is_some_and(|text| chained(before, file, &text) == *hash);
            found.extend((!same).then(|| file.clone()));
            before = hash;
        }
        found.extend(now.into_keys());
        found
    }
}

fn files(migration: &Migration) -> Vec<(String, String)> {
    let file = |name: &str, text: &str| (format!("{}/{name}", migration.name), text.to_owned());
    let mut files = vec![file("up.sql", &migration.up)];
    files.extend(migration.down.iter().map(|down| file("down.sql", down)));
    files.extend(migration.metadata.iter().map(|metadata| file("metadata.toml", metadata)));
    files
}

/// SHA-256 over the hash before, the file's name, and its text with unix line ends.
fn chained(before: &str, file: &str, text: &str) -> String {
    hash(&format!("{before}\n{file}\n{}", text.replace("\r\n", "\n")))
}

/// A migration's own hash, for the database's history: up, down, and whether it runs in a
/// transaction. It is the same for a folder and for what a program has built in of it.
pub(crate) fn migration_hash(migration: &Migration) -> String {
    let mut texts = vec![migration.up.as_str()];
    texts.extend(migration.down.as_deref());
    texts.extend((!migration.run_in_transaction).then_some("run_in_transaction = false\n"));
    hash(&texts.join("\u{0}").replace("\r\n", "\n"))
}

pub(crate) fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
