//! An installed extension (`pg_extension`). Its members are not ours.

use crate::name::Ident;

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its name.
    pub name: Ident,
    /// The namespace that its objects are in.
    pub namespace: Ident,
    /// The installed version (`extversion`).
    pub version: String,
    /// Whether that is what the server installs when nothing is said.
    pub is_default_version: bool,
}
