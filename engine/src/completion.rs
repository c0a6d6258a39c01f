//! What may stand where a command takes a name of the project's, for shells that complete it. No database is asked.

use crate::error::Error;
use crate::project::Project;

/// What a word may be completed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub text: String,
    /// What it is, in a few words.
    pub about: Option<String>,
}

impl Candidate {
    fn of(text: &str) -> Self {
        Self { text: text.to_owned(), about: None }
    }

    fn about(self, about: &str) -> Self {
        Self { about: Some(about.to_owned()), ..self }
    }
}

impl Project {
    /// The places of the history that begin with what is typed: both ends, and migrations by their names, newest first, and
    /// by their slugs. Of a range A:B, its last part.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn revision_candidates(&self, typed: &str) -> Result<Vec<Candidate>, Error> {
        let (before, typed) = typed.rfind(':').map_or(("", typed), |at| typed.split_at(at + 1));
        let migrations = self.migrations()?;
        let all = || migrations.directory().migrations.iter().rev();
        let ends = [("head", "behind the newest migration"), ("base", "before the first migration")];
        let ends = ends.map(|(end, about)| Candidate::of(end).about(about));
        let names = all().map(|migration| Candidate::of(&migration.name).about(&migration.message()));
        // Names begin with a version; whoever types something else has a slug in mind.
        let slugs = all().filter(|migration| !typed.is_empty() && !migration.slug().is_empty());
        let slugs = slugs.map(|migration| Candidate::of(migration.slug()).about(&migration.name));
        let begun = ends.into_iter().chain(names).chain(slugs).filter(|one| one.text.starts_with(typed));
        Ok(begun.map(|one| Candidate { text: format!("{before}{}", one.text), ..one }).collect())
    }

    /// The environments that are recorded, with what each has last.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn environment_candidates(&self) -> Result<Vec<Candidate>, Error> {
        let refs = self.environment_refs()?;
        Ok(refs.iter().map(|environment| Candidate::of(&environment.environment)).collect())
    }

    /// The fleets of the settings.
    pub fn fleet_candidates(&self) -> Vec<Candidate> {
        self.settings.fleet.keys().map(|name| Candidate::of(name)).collect()
    }
}
