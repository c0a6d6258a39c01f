//! Dangers of a change, each with a stable code.

use std::fmt;

/// What kind of danger, and which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HazardCode {
    /// A table is dropped with its rows, or keeps none from now on.
    DropTable,
    /// A column is dropped with its values, or computed from now on.
    DropColumn,
    /// A type change that can lose or round values without an error.
    NarrowType,
    /// A sequence, or an identity, is dropped with its counter.
    DropSequence,
    /// The earlier versions of rows are dropped (MariaDB's system versioning).
    DropHistory,
    /// Fails when two rows hold the same key.
    AddUnique,
    /// Fails when a row holds NULL.
    SetNotNull,
    /// Fails when the table holds a row.
    AddRequiredColumn,
    /// Fails when a row violates the check.
    AddCheck,
    /// Fails when a row refers to nothing.
    AddForeignKey,
    /// Fails when a value can't be cast, does not fit, or makes an expression fail.
    CastType,
    /// Fails when two rows conflict.
    AddExclusion,
    /// Fails when a row holds a value that goes away.
    RemoveEnumValue,
    /// Fails when a row fits in no partition.
    Repartition,
    /// Fails when a key or a check that stood does not hold for changed values.
    JudgedAgain,
    /// Writes to a table wait while it is changed.
    BlockWrites,
    /// An index is built while writes wait.
    BuildIndex,
    /// Rows are looked at while reads and writes wait.
    CheckRows,
    /// Rows of both tables of a foreign key are looked at while writes wait.
    CheckForeignKey,
    /// A lock that is taken for an instant is held while something else takes long.
    HoldLock,
    /// The rows of a partition, or of the default one, are looked at while reads and writes wait.
    CheckPartition,
    /// A constraint is validated under the lock with which another one was added without.
    ValidateUnderLock,
    /// All rows are written anew while reads and writes wait.
    RewriteTable,
    /// Breaks programs that use the old name.
    Rename,
    /// What programs that run do fails, or gives something else, from then on.
    Break,
    /// What a function computed before stays: in an index, in a stored column, in rows that were checked.
    StaleValues,
    /// A delete goes on to rows that refer, where it failed before.
    DeletesMore,
    /// A crash empties the table.
    LostInCrash,
    /// What rows hold from then on does not go back.
    OneWay,
    /// Roles see or may do other things from now on.
    Access,
    /// A password or the like stands in the file.
    Secret,
}

/// How a danger shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HazardClass {
    /// Rows or values are lost.
    DataLoss,
    /// The statement may fail on rows that exist.
    MayFail,
    /// Programs that run have to wait.
    Locks,
    /// All rows of a table are written anew.
    Rewrite,
    /// Programs that run may break.
    BreaksCompatibility,
    /// The database does something else with rows.
    Behavior,
    /// The way back fails on rows that are written later.
    Irreversible,
    /// Who sees or may do what changes.
    Access,
    /// Whoever reads the file learns what they should not.
    Secret,
}

impl HazardCode {
    /// The stable code, as it stands in migrations and is printed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DropTable => "DL101",
            Self::DropColumn => "DL102",
            Self::NarrowType => "DL103",
            Self::DropSequence => "DL104",
            Self::DropHistory => "DL106",
            Self::AddUnique => "MF101",
            Self::SetNotNull => "MF102",
            Self::AddRequiredColumn => "MF103",
            Self::AddCheck => "MF104",
            Self::AddForeignKey => "MF105",
            Self::CastType => "MF106",
            Self::AddExclusion => "MF107",
            Self::RemoveEnumValue => "MF108",
            Self::Repartition => "MF109",
            Self::JudgedAgain => "MF110",
            Self::BlockWrites => "LK101",
            Self::BuildIndex => "LK201",
            Self::CheckRows => "LK202",
            Self::CheckForeignKey => "LK203",
            Self::HoldLock => "LK204",
            Self::CheckPartition => "LK205",
            Self::ValidateUnderLock => "LK206",
            Self::RewriteTable => "RW201",
            Self::Rename => "BC101",
            Self::Break => "BC102",
            Self::StaleValues => "BC103",
            Self::DeletesMore => "CH101",
            Self::LostInCrash => "CH102",
            Self::OneWay => "IR101",
            Self::Access => "PR101",
            Self::Secret => "SE101",
        }
    }

    /// The class that the code belongs to.
    pub const fn class(self) -> HazardClass {
        match self {
            Self::DropTable
            | Self::DropColumn
            | Self::NarrowType
            | Self::DropSequence
            | Self::DropHistory => HazardClass::DataLoss,
            Self::AddUnique
            | Self::SetNotNull
            | Self::AddRequiredColumn
            | Self::AddCheck
            | Self::AddForeignKey
            | Self::CastType
            | Self::AddExclusion
            | Self::RemoveEnumValue
            | Self::Repartition
            | Self::JudgedAgain => HazardClass::MayFail,
            Self::BlockWrites
            | Self::BuildIndex
            | Self::CheckRows
            | Self::CheckForeignKey
            | Self::HoldLock
            | Self::CheckPartition
            | Self::ValidateUnderLock => HazardClass::Locks,
            Self::RewriteTable => HazardClass::Rewrite,
            Self::Rename | Self::Break | Self::StaleValues => HazardClass::BreaksCompatibility,
            Self::DeletesMore | Self::LostInCrash => HazardClass::Behavior,
            Self::OneWay => HazardClass::Irreversible,
            Self::Access => HazardClass::Access,
            Self::Secret => HazardClass::Secret,
        }
    }
}

impl HazardClass {
    /// The words in front of a hazard's text.
    pub const fn words(self) -> &'static str {
        match self {
            Self::DataLoss => "data loss",
            Self::MayFail => "may fail",
            Self::Locks => "blocks writes",
            Self::Rewrite => "rewrite",
            Self::BreaksCompatibility => "breaks running programs",
            Self::Behavior => "changes behavior",
            Self::Irreversible => "irreversible",
            Self::Access => "changes access",
            Self::Secret => "shows a secret",
        }
    }
}

/// A danger of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// Which danger.
    pub code: HazardCode,
    /// What it is about, by name.
    pub subject: String,
    /// What happens, without the subject.
    pub message: String,
    /// A query that tells whether it will happen.
    pub look_first: Option<String>,
    /// A safer form, line by line.
    pub instead: Vec<String>,
    /// What is left to do behind the statement.
    pub afterwards: Option<String>,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code.code(), self.subject, self.message)
    }
}
