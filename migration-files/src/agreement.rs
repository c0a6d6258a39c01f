//! `autogen.agreed`: what was once compared as a whole and found equal, so that it need not be compared again while it is the
//! same. Like `autogen.sum` it is kept with the migrations, and version control may keep the lines of both sides.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::checksum::sha256_hex;
use crate::error::FilesError;

/// The file's name inside the migrations folder. Diesel ignores plain files there.
pub const AGREEMENT_FILE: &str = "autogen.agreed";

const HEADER: &str = "# Written by autogen: models, and what they were found equal to. In a conflict keep the lines of both sides; \
                      without this file a check takes longer.\n";

/// How many lines of one model are kept: one for each state of a database that it agrees with.
const MOST: usize = 8;

/// What a model was found equal to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreed {
    /// A schema, by a hash of all that is compared.
    Schema(String),
    /// What migrations make, by a hash of their texts.
    Migrations(String),
}

/// A model, and what it was found equal to on one kind of server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Agreement {
    /// The kind of server, a word such as `postgres-15`.
    pub server: String,
    /// A hash of the model and of all that its meaning hangs on.
    pub model: String,
    /// What it was found equal to.
    pub with: Agreed,
}

impl Agreement {
    /// The line without its seal.
    fn words(&self) -> String {
        let (kind, hash) = match &self.with {
            Agreed::Schema(hash) => ("schema", hash),
            Agreed::Migrations(hash) => ("migrations", hash),
        };
        format!("{} model {} {kind} {hash}", self.server, self.model)
    }

    /// Reads a line; one that is not whole, or was edited, is none.
    fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split(' ').collect();
        let [server, "model", model, kind, hash, _] = words[..] else { return None };
        let with = match kind {
            "schema" => Agreed::Schema(hash.to_owned()),
            "migrations" => Agreed::Migrations(hash.to_owned()),
            _ => return None,
        };
        let found = Self { server: server.to_owned(), model: model.to_owned(), with };
        (found.to_string() == line).then_some(found)
    }
}

/// The line as it stands in the file: sealed, so that an edit shows.
impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.words();
        let seal = &sha256_hex(&format!("agreed\n{words}"))[..16];
        write!(f, "{words} {seal}")
    }
}

/// The agreements of a migrations folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreements(BTreeSet<Agreement>);

impl Agreements {
    /// Reads the file of a folder; without one there are none, and a line that is not whole is left out.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(directory: &Path) -> Result<Self, FilesError> {
        let path = directory.join(AGREEMENT_FILE);
        if !path.try_exists()? {
            return Ok(Self::default());
        }
        let text = String::from_utf8_lossy(&fs_err::read(path)?).into_owned();
        Ok(Self(text.lines().filter_map(Agreement::parse).collect()))
    }

    /// Whether it was found.
    pub fn holds(&self, agreement: &Agreement) -> bool {
        self.0.contains(agreement)
    }

    /// Whether anything is known of a model on a server.
    pub fn knows(&self, server: &str, model: &str) -> bool {
        self.0.iter().any(|found| found.server == server && found.model == model)
    }

    /// The models that were found equal to something on a server.
    pub fn models<'a>(&'a self, server: &'a str, with: &'a Agreed) -> impl Iterator<Item = &'a str> {
        let equal = self.0.iter().filter(move |found| found.server == server && found.with == *with);
        equal.map(|found| found.model.as_str())
    }

    /// The same with one more. What was known of other models on the same server goes: the model is another one now.
    #[must_use]
    pub fn with(mut self, new: Agreement) -> Self {
        self.0.retain(|found| found.server != new.server || found.model == new.model);
        let known = self.0.iter().filter(|found| found.server == new.server).count();
        if known >= MOST {
            self.0.retain(|found| found.server != new.server);
        }
        self.0.insert(new);
        self
    }

    /// Writes the file, unless it says the same already.
    ///
    /// # Errors
    /// When it can't be written.
    #[cfg(feature = "write")]
    pub fn write(&self, directory: &Path) -> Result<(), FilesError> {
        if Self::read(directory)? == *self {
            return Ok(());
        }
        crate::version_control::let_version_control_merge(directory, AGREEMENT_FILE)?;
        crate::atomic::write_atomic(&directory.join(AGREEMENT_FILE), &self.to_string())
    }
}

impl fmt::Display for Agreements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        self.0.iter().try_for_each(|agreement| writeln!(f, "{agreement}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement(model: &str, with: Agreed) -> Agreement {
        Agreement { server: "postgres-15".to_owned(), model: model.to_owned(), with }
    }

    #[test]
    fn an_edited_line_is_none_and_lines_of_two_sides_are_both_right() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let schema = agreement("m", Agreed::Schema("s".to_owned()));
        let migrations = agreement("m", Agreed::Migrations("x".to_owned()));
        let all = Agreements::default().with(schema.clone()).with(migrations.clone());
        all.write(path).unwrap();
        assert_eq!(Agreements::read(path).unwrap(), all);
        let file = path.join(AGREEMENT_FILE);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace(" schema s ", " schema t ")).unwrap();
        let edited = Agreements::read(path).unwrap();
        assert!(edited.holds(&migrations) && edited.0.len() == 1, "{edited}");
        let theirs = agreement("n", Agreed::Schema("t".to_owned()));
        let merged = format!("{text}<<<<<<< ours\n{theirs}\n>>>>>>> theirs\n");
        std::fs::write(&file, merged).unwrap();
        let merged = Agreements::read(path).unwrap();
        assert!(merged.holds(&schema) && merged.holds(&theirs), "{merged}");
        assert!(std::fs::read_to_string(path.join(".gitattributes")).unwrap().contains(AGREEMENT_FILE));
    }

    #[test]
    fn what_is_known_of_another_model_goes() {
        let old = agreement("old", Agreed::Schema("s".to_owned()));
        let elsewhere = Agreement { server: "postgres-18".to_owned(), ..old.clone() };
        let new = agreement("new", Agreed::Schema("t".to_owned()));
        let all = Agreements::default().with(old.clone()).with(elsewhere.clone()).with(new.clone());
        assert!(!all.holds(&old) && all.holds(&elsewhere) && all.holds(&new), "{all}");
        let many = (0..20).fold(all, |all, i| all.with(agreement("new", Agreed::Schema(i.to_string()))));
        assert!(many.0.len() <= MOST + 1, "{many}");
    }
}
