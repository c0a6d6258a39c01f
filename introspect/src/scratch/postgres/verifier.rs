//! What the server keeps of a password of ours, so that it never sees the password itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

/// The text for `PASSWORD '…'` in the place of a password, as pg_authid.rolpassword holds it (RFC 5803).
///
/// Rounds make a short password harder to guess. Ours are 128 random bits, so one is enough, and saves the server the 4,096 that it
/// would take by itself.
pub(super) fn verifier(password: &str, salt: [u8; 16]) -> String {
    let salted = mac(password.as_bytes(), &[salt.as_slice(), &1_u32.to_be_bytes()].concat());
    let stored = Sha256::digest(mac(&salted, b"Client Key"));
    let server = mac(&salted, b"Server Key");
    format!("SCRAM-SHA-256$1:{}${}:{}", BASE64.encode(salt), BASE64.encode(stored), BASE64.encode(server))
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By another implementation of PBKDF2 and HMAC (Python's `hashlib` and `hmac`).
    #[test]
    fn a_verifier_is_the_servers() {
        let wanted = "SCRAM-SHA-256$1:AAAAAAAAAAAAAAAAAAAAAA==$bKyM6z0pxoPahcWj4HDPEs3gLa6uvhLj25aajFyNRRw=:K+xPvNpW226t/UVIka7f2PT7wVQD1ad2INoijYEctjc=";
        assert_eq!(verifier("pencil", [0; 16]), wanted);
    }
}
