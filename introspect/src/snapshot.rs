//! A schema in a file, for those who compare where there is no database.

use std::io::{BufWriter, Write};
use std::path::Path;

use autogen_diff_core::{Schema, Shared, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::IntrospectError;

/// The layout; another one is another number.
const VERSION: u32 = 1;

/// How many bytes are hashed at once.
const HASHED_AT_ONCE: usize = 16 * 1024;

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Snapshot<S> {
    version: u32,
    schema: S,
}

/// The file's number alone, which is looked at first.
#[derive(Deserialize)]
struct Numbered {
    version: u32,
}

/// The text of a snapshot.
///
/// # Errors
/// When it can't be written as JSON.
pub fn to_text(schema: &Schema) -> Result<String, IntrospectError> {
    let text =
        serde_json::to_string_pretty(&Snapshot { version: VERSION, schema }).map_err(std::io::Error::from)?;
    Ok(text + "\n")
}

/// A hash of all that a snapshot has to be compared, 64 hex digits. Two schemas with one hash are equal; the other way round it
/// need not be so, since the order of columns and the spelling of texts count.
///
/// # Errors
/// When it can't be written as JSON.
pub fn hash(schema: Schema) -> Result<String, IntrospectError> {
    let compared = Schema {
        // Servers of one major release read a catalog alike, and whoever asks tells the releases apart.
        version: Version { major: 0, minor: 0 },
        role: None,
        acl_order: Shared::default(),
        dependencies: Shared::default(),
        notes: Vec::new(),
        ..schema
    };
    // What is written comes in words; a hash is quicker over more at once.
    let mut writer = BufWriter::with_capacity(HASHED_AT_ONCE, Sha256Writer::default());
    serde_json::to_writer(&mut writer, &Snapshot { version: VERSION, schema: compared })
        .map_err(std::io::Error::from)?;
    let hash = writer.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    let digest = hash.0.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Hashes what is written.
#[derive(Default)]
struct Sha256Writer(Sha256);

impl Write for Sha256Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads a snapshot.
///
/// # Errors
/// When there is no such file, or another autogen wrote it.
pub fn read(path: &Path) -> Result<Schema, IntrospectError> {
    let text = fs_err::read_to_string(path)?;
    from_text(&text).map_err(|message| IntrospectError::Snapshot { path: path.to_owned(), message })
}

/// Reads a snapshot's text.
///
/// # Errors
/// In words, when it is none, or one of another layout.
pub fn from_text(text: &str) -> Result<Schema, String> {
    let wrong = |error: serde_json::Error| format!("it is no snapshot of a schema: {error}");
    let Numbered { version } = serde_json::from_str(text).map_err(wrong)?;
    if version != VERSION {
        return Err(format!("it has layout {version}, and this autogen reads {VERSION}"));
    }
    let snapshot: Snapshot<Schema> = serde_json::from_str(text).map_err(wrong)?;
    Ok(snapshot.schema)
}
