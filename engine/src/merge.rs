//! Brings two branches together, once it is proven that their order does not matter.

use autogen_codegen::{Script, Statement, TransactionMode};
use std::path::PathBuf;

use autogen_diff_core::Schema;
use autogen_diff_core::fingerprint::fingerprint;
use autogen_migration_files::{
    Fingerprints, Header, Layout, Proof, next_version, record_again, version_of, write_migrations,
};
use autogen_runner::{Migration, MigrationDirectory};

use crate::advice::Advice;
use crate::branches::Branches;
use crate::error::Error;
use crate::migration_file::planned_files;
use crate::migrations::Migrations;
use crate::observer::Event;
use crate::project::Project;
use crate::rebase::rebase;
use crate::replay::{differences, schema_of};
use crate::twins;

/// What came of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// There is one head, or none.
    OneHead,
    /// Both orders lead to the same schema, which a migration says now.
    Written {
        /// Its folder.
        path: PathBuf,
        /// Whether there are more heads.
        more_heads: bool,
    },
    /// One branch was moved behind the other and proven there.
    Rebased,
}

/// What to merge.
#[derive(Clone, Debug, Default)]
pub struct MergeRequest {
    /// Two heads; the first two without them.
    pub revisions: Vec<String>,
    /// Says what the merge is.
    pub message: Option<String>,
    /// A migration of the branch that is moved behind the other one; empty for the one that is applied nowhere.
    pub rebase: Option<String>,
}

impl Project {
    /// Brings two branches together, once it is proven that their order does not matter, or moves one behind the other.
    ///
    /// # Errors
    /// When the order matters, or the branch that should move is applied.
    pub fn merge(&self, request: &MergeRequest) -> Result<Merged, Error> {
        self.must_be_in_own_layout("a merge", Advice::OrderFilesByHand)?;
        let path = self.migrations_path();
        if path.is_dir() {
            settle_conflict_markers(self, Layout::Diesel.read_with_twins(&path)?)?;
            twins::part(self, &path)?;
        }
        let migrations = self.migrations()?;
        let directory = migrations.directory();
        let heads = directory.heads();
        let (one, other) = match (&request.revisions[..], &heads[..]) {
            ([_], _) => return Err(Error::usage("a merge is of two revisions", Advice::NameBothRevisions)),
            ([one, other, ..], _) => heads_named(directory, [one, other])?,
            ([], [] | [_]) => return Ok(Merged::OneHead),
            ([], [one, other, ..]) => (*one, *other),
        };
        let branches = Branches::of(directory, one, other);
        if let Some(which) = &request.rebase {
            rebase(&migrations, &branches, which)?;
            return Ok(Merged::Rebased);
        }
        let reached = order_does_not_matter(&migrations, &branches, [one, other])?;
        let name = write(self, directory, request, [one, other], &fingerprint(&reached))?;
        Ok(Merged::Written { path: directory.path.join(name), more_heads: heads.len() > 2 })
    }
}

/// The schema that both orders lead to.
fn order_does_not_matter(
    migrations: &Migrations<'_>,
    branches: &Branches<'_>,
    [one, other]: [&Migration; 2],
) -> Result<Schema, Error> {
    let options = migrations.scratch()?;
    let [first, second] = branches.orders();
    let runs = |order: &[&Migration]| {
        schema_of(migrations.project, order, &options).map_err(|error| Error::Refused {
            message: format!("in one of the two orders a migration fails: {error}"),
            advice: Advice::RebaseBranch,
        })
    };
    let (reached, otherwise) = (runs(&first)?, runs(&second)?);
    let left = differences(&otherwise, &reached);
    if left.is_empty() {
        return Ok(reached);
    }
    Err(Error::Refused {
        message: format!(
            "it matters which of {} and {} comes first:\n    {}",
            one.name,
            other.name,
            left.join("\n").replace('\n', "\n    ")
        ),
        advice: Advice::RebaseBranch,
    })
}

/// The heads that two revisions name.
fn heads_named<'a>(
    directory: &'a MigrationDirectory,
    revisions: [&str; 2],
) -> Result<(&'a Migration, &'a Migration), Error> {
    let heads = directory.heads();
    let head = |revision: &str| -> Result<&'a Migration, Error> {
        let place = autogen_runner::resolve(revision, directory, 0)?.0.checked_sub(1);
        let found = place.map(|place| &directory.migrations[place]);
        let is_head = |found: &&Migration| heads.contains(found);
        found.filter(is_head).ok_or_else(|| {
            let heads = heads.iter().map(|head| head.name.clone()).collect();
            Error::usage(format!("{revision} is no head"), Advice::NameHead { heads })
        })
    };
    let (one, other) = (head(revisions[0])?, head(revisions[1])?);
    if one == other {
        return Err(Error::usage(format!("both are {}", one.name), Advice::NameTwoHeads));
    }
    Ok(if one.version < other.version { (one, other) } else { (other, one) })
}

/// Keeps the lines of both sides of a conflict in the sum file.
fn settle_conflict_markers(project: &Project, mut directory: MigrationDirectory) -> Result<(), Error> {
    if !directory.sum.has_conflict_markers {
        return Ok(());
    }
    directory.sum.has_conflict_markers = false;
    directory.check_sum()?;
    record_again(&directory)?;
    project.tell(&Event::Settled);
    Ok(())
}

/// A migration that changes nothing. Diesel takes none without a statement.
fn write(
    project: &Project,
    directory: &MigrationDirectory,
    request: &MergeRequest,
    parents: [&Migration; 2],
    fingerprint: &str,
) -> Result<String, Error> {
    let script = Script {
        statements: vec![Statement::plain("SELECT 1")],
        transaction: TransactionMode::Transaction,
        notes: vec!["a merge changes nothing; both orders of its branches lead here".into()],
    };
    let message = request.message.clone().unwrap_or_else(|| "merge".to_owned());
    let version = next_version(directory);
    let header = Header {
        message: message.clone(),
        version: version.clone(),
        parents: parents.map(|parent| version_of(&parent.name)).to_vec(),
        fingerprints: Some(Fingerprints { before: fingerprint.to_owned(), after: fingerprint.to_owned() }),
        proof: Proof::Whole,
        ..Header::default()
    };
    let name = project.settings.file_template.folder(&version, &message);
    write_migrations(
        directory.layout,
        &directory.path,
        &[(name.clone(), planned_files(&header, &script, &script))],
    )?;
    Ok(name)
}
