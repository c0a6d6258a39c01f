//! A PostgreSQL schema: a namespace of tables.

use serde::{Deserialize, Serialize};

use crate::name::Ident;

/// The comment that every new PostgreSQL database gives its `public` schema.
pub const PUBLIC_COMMENT: &str = "standard public schema";

/// A namespace (`pg_namespace`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// Its name.
    pub name: Ident,
}
