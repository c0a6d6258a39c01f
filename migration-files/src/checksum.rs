//! SHA-256.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// SHA-256 of a text, in hexadecimal digits.
pub fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
