//! `autogen.sum`: a hash for each file, so that one that was edited or is gone is found. The lines of two branches
//! stand side by side: version control may keep both (`merge=union`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::checksum::sha256_hex;
use crate::error::FilesError;
use crate::layout::name_of_file;
use crate::migration::Migration;

/// The file's name inside the migrations folder. Diesel ignores plain files there.
pub const SUM_FILE: &str = "autogen.sum";

const HEADER: &str =
    "# Written by autogen: a hash of each file. In a conflict keep the lines of both sides.\n";

/// What version control writes around the two sides of a conflict.
const MARKERS: [&str; 4] = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];

/// How a folder is not what the sum file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SumDifference {
    /// A file (`<folder>/up.sql`) holds something else, or is new in a folder that was recorded.
    Edited(String),
    /// A file is gone, and the rest of its folder is not.
    FileDeleted(String),
    /// A whole folder is gone.
    FolderDeleted(String),
}

/// The hashes of a migrations folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumFile {
    /// File (`<folder>/up.sql`) and hash, in the order of the file.
    lines: Vec<(String, String)>,
    /// Whether version control left its marks of a conflict in it.
    pub has_conflict_markers: bool,
}

impl SumFile {
    /// Reads the file of a migrations folder; one that is not there is empty.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(directory: &Path) -> Result<Self, FilesError> {
        let path = directory.join(SUM_FILE);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = fs_err::read_to_string(path)?;
        let is_marker = |line: &str| MARKERS.iter().any(|marker| line.starts_with(marker));
        let lines = text.lines().filter(|line| !line.starts_with('#') && !is_marker(line));
        // A folder's name may hold spaces; a hash does not.
        let lines = lines.filter_map(|line| line.trim_end_matches('\r').rsplit_once(' '));
        let mut lines: Vec<_> = lines.map(|(file, hash)| (file.to_owned(), hash.to_owned())).collect();
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert(line.clone()));
        Ok(Self { lines, has_conflict_markers: text.lines().any(is_marker) })
    }

    /// The hashes of some migrations, in order.
    pub fn of(migrations: &[&Migration]) -> Self {
        let files = migrations.iter().flat_map(|migration| migration.files());
        let lines = files.map(|(file, text)| {
            let hash = of_file(&file, &text);
            (file, hash)
        });
        Self { lines: lines.collect(), has_conflict_markers: false }
    }

    /// The migrations that it covers, by name, in order.
    pub fn folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = Vec::new();
        for (file, _) in &self.lines {
            let folder = name_of_file(file);
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

    /// How the migrations of the folder are not what was recorded of them.
    pub fn differences(&self, migrations: &[Migration]) -> Vec<SumDifference> {
        let covered = self.folders();
        let there: BTreeSet<&str> = migrations.iter().map(|m| m.name.as_str()).collect();
        let migrations = migrations.iter().filter(|m| covered.contains(&m.name.as_str()));
        let mut now: BTreeMap<String, String> = migrations.flat_map(Migration::files).collect();
        let mut found = Vec::new();
        // Where version control kept the lines of both sides, a file may have two hashes, and one that holds is enough.
        let mut recorded: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        let mut before = "";
        for (file, hash) in &self.lines {
            recorded.entry(file).or_default().push((hash, before));
            before = hash;
        }
        for (file, hashes) in recorded {
            let folder = name_of_file(file);
            // Once each hash covered the one before it.
            let holds = |text: &str| {
                let mut hashes = hashes.iter();
                hashes.any(|(hash, before)| {
                    *hash == of_file(file, text) || *hash == chained(before, file, text)
                })
            };
            match now.remove(file) {
                Some(text) if holds(&text) => {}
                Some(_) => found.push(SumDifference::Edited(file.to_owned())),
                None if there.contains(folder) => found.push(SumDifference::FileDeleted(file.to_owned())),
                None => found.push(SumDifference::FolderDeleted(folder.to_owned())),
            }
        }
        found.extend(now.into_keys().map(SumDifference::Edited));
        found.dedup();
        found
    }
}

/// SHA-256 over the file's name and its text with unix line ends.
fn of_file(file: &str, text: &str) -> String {
    sha256_hex(&format!("{file}\n{}", text.replace("\r\n", "\n")))
}

/// The same over the hash before it too.
fn chained(before: &str, file: &str, text: &str) -> String {
    sha256_hex(&format!("{before}\n{file}\n{}", text.replace("\r\n", "\n")))
}
