//! `DATABASE_URL` from the environment, or else from a `.env` file.

use std::path::Path;

/// The variable's value. The environment wins over the file.
pub(crate) fn variable(name: &str, root: &Path) -> Option<String> {
    if let Ok(value) = std::env::var(name) {
        return Some(value).filter(|value| !value.is_empty());
    }
    let file = root.ancestors().map(|folder| folder.join(".env")).find(|path| path.is_file())?;
    let pairs = dotenvy::from_path_iter(file).ok()?;
    pairs.flatten().find(|(key, _)| key == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}
