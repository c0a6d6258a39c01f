//! The versions of migrations: what Diesel takes of a folder's name.

/// Diesel's version of a folder's name: what is before the first `_`, without dashes.
pub fn normalise_version(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

/// The version with its dashes, as it stands in a folder's name.
pub fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().to_owned()
}
