//! What a statement locks, and what the time goes by that the lock is held.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::estimate::Estimate;
use crate::name::QualifiedName;

/// How strong a lock on a table is (PostgreSQL's manual, 13.3.1), from weak to strong. Those of changes of rows are left
/// out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// The lock of a query. Stated where its rows are read for long.
    AccessShare,
    /// Keeps vacuum and other changes of the schema away; rows are read and written.
    ShareUpdateExclusive,
    /// Writes wait.
    Share,
    /// Writes wait, and others that would lock it so.
    ShareRowExclusive,
    /// Reads and writes wait.
    AccessExclusive,
}

/// What the time goes by that a statement takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LockWork {
    /// The catalog alone is changed.
    Instant,
    /// All rows are read.
    Scan,
    /// All rows are written anew, with their indexes.
    Rewrite,
}

/// A lock that a statement takes on something that was there before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// The table, view or sequence.
    #[serde(serialize_with = "by_name")]
    pub relation: QualifiedName,
    /// The table that it is locked along with, in the same way: a partitioned one, or one that it inherits from.
    #[serde(serialize_with = "by_optional_name")]
    pub part_of: Option<QualifiedName>,
    /// How strong it is.
    #[serde(serialize_with = "by_words")]
    pub mode: LockMode,
    /// How long the statement takes on it. The lock itself is held to the end of the transaction.
    pub work: LockWork,
    /// How long the statement takes, where its work is not instant and sizes are known: rows and bytes are those of the
    /// relation with all that is locked along with it.
    #[serde(flatten)]
    pub estimate: Option<Estimate>,
}

/// What a statement was seen to do to a relation that was there before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenLock {
    /// The relation, with its schema unless that is `public`.
    pub relation: String,
    /// The strongest lock on it.
    pub mode: LockMode,
    /// Whether its rows were read or written anew meanwhile.
    pub work: LockWork,
}

/// What a transaction does to a relation otherwise than is declared for its statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockDifference {
    /// The relation, with its schema unless that is `public`.
    pub relation: String,
    /// The strongest lock and the work that are declared; no lock where none is.
    pub declared: (Option<LockMode>, LockWork),
    /// Those that were seen.
    pub taken: (Option<LockMode>, LockWork),
}

impl fmt::Display for LockDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |(mode, work): (Option<LockMode>, LockWork)| {
            mode.map_or_else(|| "no lock".to_owned(), |mode| format!("{}, {}", mode.words(), work.words()))
        };
        write!(f, "{}: {} (declared: {})", self.relation, words(self.taken), words(self.declared))
    }
}

fn by_name<S: Serializer>(name: &QualifiedName, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(name)
}

fn by_optional_name<S: Serializer>(name: &Option<QualifiedName>, serializer: S) -> Result<S::Ok, S::Error> {
    name.as_ref().map(ToString::to_string).serialize(serializer)
}

fn by_words<S: Serializer>(mode: &LockMode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(mode.words())
}

impl LockMode {
    /// As `LOCK TABLE` takes it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// The mode of a name in `pg_locks`; none for those that queries and changes of rows take.
    pub fn of_catalog(name: &str) -> Option<Self> {
        match name {
            "ShareUpdateExclusiveLock" => Some(Self::ShareUpdateExclusive),
            "ShareLock" => Some(Self::Share),
            "ShareRowExclusiveLock" => Some(Self::ShareRowExclusive),
            "AccessExclusiveLock" => Some(Self::AccessExclusive),
            _ => None,
        }
    }

    /// Whether programs that write have to wait for it.
    pub fn blocks_writes(self) -> bool {
        self >= Self::Share
    }

    /// Whether programs that only read have to wait for it.
    pub fn blocks_reads(self) -> bool {
        self >= Self::AccessExclusive
    }
}

impl LockWork {
    /// What stands behind the mode in a comment.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Scan => "while it is read",
            Self::Rewrite => "while it is rewritten",
        }
    }
}

/// Who waits for a lock, and for how long.
pub fn waiting(mode: LockMode, work: LockWork) -> String {
    let who = if mode.blocks_reads() { "reads and writes wait" } else { "writes wait" };
    format!("{who} {}", work.words())
}

/// The locks that others wait for, a line each: what is locked along with another table is counted there.
pub fn lines(locks: &[Lock]) -> impl Iterator<Item = String> {
    let own = locks.iter().filter(|lock| lock.part_of.is_none() && lock.mode.blocks_writes());
    own.map(|lock| {
        let parts = locks.iter().filter(|part| part.part_of.as_ref() == Some(&lock.relation)).count();
        let parts = match parts {
            0 => String::new(),
            1 => " and 1 table below it".to_owned(),
            parts => format!(" and {parts} tables below it"),
        };
        line(&format!("{}{parts}", lock.relation), lock.mode, lock.work, lock.estimate.as_ref())
    })
}

/// The line of a lock: `users: ACCESS EXCLUSIVE, while it is rewritten, 40 s to 2 min (5.0 M rows, 1.2 GB)`.
pub fn line(relation: &str, mode: LockMode, work: LockWork, estimate: Option<&Estimate>) -> String {
    let estimate = estimate.map(|estimate| format!(", {estimate}")).unwrap_or_default();
    format!("{relation}: {}, {}{estimate}", mode.words(), work.words())
}
