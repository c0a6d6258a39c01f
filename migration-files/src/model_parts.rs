//! `autogen.parts`: a hash of each part of the model that was last found equal to a schema, so that after an edit it is known
//! which parts changed. Like `autogen.agreed` it is kept with the migrations, and without it a comparison only takes longer.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::checksum::sha256_hex;
use crate::error::FilesError;

/// The file's name inside the migrations folder. Diesel ignores plain files there.
pub const PARTS_FILE: &str = "autogen.parts";

const HEADER: &str = "# Written by autogen: the parts of the model that was last found equal to a schema. In a conflict either side is right; \
                      without this file a comparison after an edit takes longer.\n";

/// A model by its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelParts {
    /// The hash of the model in `autogen.agreed`.
    pub model: String,
    /// A hash of all that the meaning of a statement hangs on, but for the statements.
    pub meaning: String,
    /// A hash of the statements of each part, by its name in one line (`char::escape_debug`).
    pub hashes: BTreeMap<String, String>,
}

impl ModelParts {
    /// Reads the file of a folder. One that is not there, or is not as it was written, says nothing.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(directory: &Path) -> Result<Option<Self>, FilesError> {
        let path = directory.join(PARTS_FILE);
        if !path.try_exists()? {
            return Ok(None);
        }
        Ok(Self::parse(&String::from_utf8_lossy(&fs_err::read(path)?)))
    }

    /// Reads a text; none that `Display` did not write.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(HEADER)?.lines();
        let words: Vec<&str> = lines.next()?.split(' ').collect();
        let ["model", model, meaning, _] = words[..] else { return None };
        let hashes =
            lines.map(|line| line.split_once(' ').map(|(hash, name)| (name.to_owned(), hash.to_owned())));
        let found = Self {
            model: model.to_owned(),
            meaning: meaning.to_owned(),
            hashes: hashes.collect::<Option<_>>()?,
        };
        (found.to_string() == text).then_some(found)
    }

    /// Writes the file, unless it says the same already.
    ///
    /// # Errors
    /// When it can't be written.
    #[cfg(feature = "write")]
    pub fn write(&self, directory: &Path) -> Result<(), FilesError> {
        if Self::read(directory)?.as_ref() == Some(self) {
            return Ok(());
        }
        crate::version_control::let_version_control_merge(directory, PARTS_FILE)?;
        crate::atomic::write_atomic(&directory.join(PARTS_FILE), &self.to_string())
    }

    fn lines(&self) -> String {
        self.hashes.iter().map(|(name, hash)| format!("{hash} {name}\n")).collect()
    }
}

/// The file's text: sealed, so that an edit and a merge show.
impl fmt::Display for ModelParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, meaning, hashes: _ } = self;
        let lines = self.lines();
        let seal = &sha256_hex(&format!("parts\n{model} {meaning}\n{lines}"))[..16];
        write!(f, "{HEADER}model {model} {meaning} {seal}\n{lines}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_written_is_read() {
        let hashes = [("users", "12"), ("a b", "34")].map(|(name, hash)| (name.to_owned(), hash.to_owned()));
        let parts = ModelParts { model: "m".to_owned(), meaning: "s".to_owned(), hashes: hashes.into() };
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(ModelParts::read(folder.path()).unwrap(), None);
        parts.write(folder.path()).unwrap();
        assert_eq!(ModelParts::read(folder.path()).unwrap(), Some(parts.clone()));
        let text = parts.to_string();
        for edited in
            [text.replace("12 users", "13 users"), text.replace("34 a b\n", ""), text.replace(" m ", " n ")]
        {
            assert_eq!(ModelParts::parse(&edited), None, "{edited}");
        }
        assert_eq!(ModelParts::parse(&format!("{text}<<<<<<<\n")), None);
    }
}
