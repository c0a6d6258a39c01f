//! `autogen merge`: brings two branches together, once it is proven that their order does not matter.

use autogen_codegen::migration_file::{Header, files};
use autogen_codegen::{Script, Statement, TransactionMode};
use autogen_diff_core::fingerprint::fingerprint;
use autogen_runner::{Migration, MigrationDirectory, SUM_FILE};

use super::{rebase, twins, verify};
use crate::args::MergeArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::folders::{next_version, record_again, version_of, write_folders};
use crate::output::{self, escape};
use crate::project::Project;
use crate::replay::{differences, schema_of};

/// What to do with branches whose order matters.
const HINT: &str = "`autogen merge --rebase` moves the branch that is applied nowhere behind the other one and proves it there";

pub(crate) fn run(project: &Project, args: &MergeArgs) -> Result<Exit, CliError> {
    let path = project.migrations_path();
    if path.is_dir() {
        settle_conflict_markers(MigrationDirectory::read_with_twins(&path)?)?;
        twins::part(project, &path)?;
    }
    let directory = project.migrations()?;
    let heads = directory.heads();
    let (one, other) = match (&args.revisions[..], &heads[..]) {
        ([_], _) => return Err(CliError::usage("a merge is of two revisions", "autogen merge REV REV")),
        ([one, other, ..], _) => heads_named(&directory, [one, other])?,
        ([], [] | [_]) => {
            output::status("Done", "there is one head; nothing to merge");
            return Ok(Exit::Success);
        }
        ([], [one, other, ..]) => (*one, *other),
    };
    let branches = Branches::of(&directory, one, other);
    if let Some(which) = &args.rebase {
        return rebase::run(project, &directory, &branches, which);
    }
    let options = verify::scratch_options(project, &directory)?;
    let [first, second] = branches.orders();
    let runs = |order: &[&Migration]| {
        schema_of(project, order, &options).map_err(|error| CliError::Refused {
            message: format!("in one of the two orders a migration fails: {error}"),
            hint: HINT.to_owned(),
        })
    };
    let (reached, otherwise) = (runs(&first)?, runs(&second)?);
    let left = differences(&otherwise, &reached);
    if !left.is_empty() {
        return Err(CliError::Refused {
            message: format!(
                "it matters which of {} and {} comes first:\n    {}",
                escape(&one.name),
                escape(&other.name),
                escape(&left.join("\n")).replace('\n', "\n    ")
            ),
            hint: HINT.to_owned(),
        });
    }
    let name = write(project, &directory, args, [one, other], &fingerprint(&reached))?;
    output::status("Proven", "both orders lead to the same schema");
    output::status("Wrote", &directory.path.join(name).display().to_string());
    if heads.len() > 2 {
        output::hint("there are more heads; run it again");
    }
    Ok(Exit::Success)
}

/// The heads that two revisions name.
fn heads_named<'a>(
    directory: &'a MigrationDirectory,
    revisions: [&str; 2],
) -> Result<(&'a Migration, &'a Migration), CliError> {
    let heads = directory.heads();
    let head = |revision: &str| -> Result<&'a Migration, CliError> {
        let place = autogen_runner::resolve(revision, directory, 0)?.0.checked_sub(1);
        let found = place.map(|place| &directory.migrations[place]);
        let is_head = |found: &&Migration| heads.contains(found);
        found.filter(is_head).ok_or_else(|| {
            let names: Vec<&str> = heads.iter().map(|head| head.name.as_str()).collect();
            CliError::usage(format!("{revision} is no head"), format!("the heads are {}", names.join(", ")))
        })
    };
    let (one, other) = (head(revisions[0])?, head(revisions[1])?);
    if one == other {
        return Err(CliError::usage(format!("both are {}", one.name), "name two heads"));
    }
    Ok(if one.version < other.version { (one, other) } else { (other, one) })
}

/// Keeps the lines of both sides of a conflict in the sum file.
fn settle_conflict_markers(mut directory: MigrationDirectory) -> Result<(), CliError> {
    if !directory.sum.has_conflict_markers {
        return Ok(());
    }
    directory.sum.has_conflict_markers = false;
    directory.sum.check(&directory)?;
    record_again(&directory)?;
    output::status("Settled", &format!("{SUM_FILE}: the lines of both sides are kept"));
    Ok(())
}

/// Two branches and where they part.
pub(super) struct Branches<'a> {
    /// What both have.
    pub(super) common: Vec<&'a Migration>,
    /// What only the older head has.
    pub(super) ones: Vec<&'a Migration>,
    /// What only the other has.
    pub(super) others: Vec<&'a Migration>,
}

impl<'a> Branches<'a> {
    fn of(directory: &'a MigrationDirectory, one: &Migration, other: &Migration) -> Self {
        let (ones, others) = (directory.ancestors(one), directory.ancestors(other));
        let common: Vec<&Migration> = ones.iter().copied().filter(|m| others.contains(m)).collect();
        let only = |list: &[&'a Migration]| -> Vec<&'a Migration> {
            list.iter().copied().filter(|m| !common.contains(m)).collect()
        };
        Self { ones: only(&ones), others: only(&others), common }
    }

    /// One branch and then the other, and the other way round.
    fn orders(&self) -> [Vec<&'a Migration>; 2] {
        let Self { common, ones, others } = self;
        [[&common[..], ones, others].concat(), [&common[..], others, ones].concat()]
    }
}

/// A migration that changes nothing. Diesel takes none without a statement.
fn write(
    project: &Project,
    directory: &MigrationDirectory,
    args: &MergeArgs,
    parents: [&Migration; 2],
    fingerprint: &str,
) -> Result<String, CliError> {
    let script = Script {
        statements: vec![Statement { sql: "SELECT 1".to_owned(), hazards: Vec::new() }],
        transaction: TransactionMode::Transaction,
        notes: vec!["a merge changes nothing; both orders of its branches lead here"],
    };
    let message = args.message.clone().unwrap_or_else(|| "merge".to_owned());
    let version = next_version(directory);
    let header = Header {
        message: message.clone(),
        version: version.clone(),
        parent: Some(parents.map(|parent| version_of(&parent.name)).join(", ")),
        replaces: Vec::new(),
        fingerprints: Some((fingerprint.to_owned(), fingerprint.to_owned())),
        proven: true,
        planned: true,
    };
    let name = project.settings.file_template.folder(&version, &message);
    write_folders(&directory.path, &[(name.clone(), files(&header, &script, &script))])?;
    Ok(name)
}
