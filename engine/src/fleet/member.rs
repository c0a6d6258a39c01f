//! One database of a fleet.

use std::sync::Arc;

use autogen_introspect::DatabaseUrl;

use crate::error::Error;
use crate::observer::Observer;
use crate::project::Project;

/// One database of a fleet, or one namespace of the project's own.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// What it is called in reports and claims, without secrets.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) url: DatabaseUrl,
    /// The namespace that is all of it (PostgreSQL).
    pub(crate) namespace: Option<String>,
}

impl Member {
    /// The project for this database.
    pub(crate) fn project(&self, of: &Project, observer: Arc<dyn Observer>) -> Result<Project, Error> {
        of.at(self.url.clone(), self.namespace.as_deref(), observer)
    }
}
