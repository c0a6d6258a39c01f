//! An installed extension (`pg_extension`). Its members are not ours.

use serde::{Deserialize, Serialize};

use crate::name::Ident;

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: Ident,
    /// The namespace that its objects are in.
    pub namespace: Ident,
    /// The installed version (`extversion`).
    pub version: String,
    /// Whether that is what the server installs when nothing is said.
    pub is_default_version: bool,
    /// The comment that installing it leaves (`pg_available_extensions`).
    pub own_comment: Option<String>,
}

impl Extension {
    /// Whether nothing has to be done. A version that is just what this server
    /// installs was not asked for: it must not make a difference when the server
    /// is upgraded.
    pub fn satisfies(&self, to: &Self) -> bool {
        self.namespace == to.namespace && (self.version == to.version || to.is_default_version)
    }
}
