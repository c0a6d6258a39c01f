//! Dangers of a change, each with a stable code.

use std::fmt;

use serde::{Serialize, Serializer};

/// A code a row: what it says, its stable code, and the class that it belongs to.
macro_rules! hazard_codes {
    ($($(#[$doc:meta])+ $name:ident: $code:literal, $class:ident;)+) => {
        /// What kind of danger, and which one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum HazardCode {
            $($(#[$doc])+ $name,)+
        }

        impl HazardCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code, as it stands in migrations and is printed.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The class that the code belongs to.
            pub const fn class(self) -> HazardClass {
                match self {
                    $(Self::$name => HazardClass::$class,)+
                }
            }
        }
    };
}

hazard_codes! {
    /// A table is dropped with its rows, or keeps none from now on.
    DropTable: "DL101", DataLoss;
    /// A column is dropped with its values, or computed from now on.
    DropColumn: "DL102", DataLoss;
    /// A type change that can lose or round values without an error.
    NarrowType: "DL103", DataLoss;
    /// A sequence, or an identity, is dropped with its counter.
    DropSequence: "DL104", DataLoss;
    /// The earlier versions of rows are dropped (MariaDB's system versioning).
    DropHistory: "DL106", DataLoss;
    /// Fails when two rows hold the same key.
    AddUnique: "MF101", MayFail;
    /// Fails when a row holds NULL.
    SetNotNull: "MF102", MayFail;
    /// Fails when the table holds a row.
    AddRequiredColumn: "MF103", MayFail;
    /// Fails when a row violates the check.
    AddCheck: "MF104", MayFail;
    /// Fails when a row refers to nothing.
    AddForeignKey: "MF105", MayFail;
    /// Fails when a value can't be cast, does not fit, or makes an expression fail.
    CastType: "MF106", MayFail;
    /// Fails when two rows conflict.
    AddExclusion: "MF107", MayFail;
    /// Fails when a row holds a value that goes away.
    RemoveEnumValue: "MF108", MayFail;
    /// Fails when a row fits in no partition.
    Repartition: "MF109", MayFail;
    /// Fails when a key or a check that stood does not hold for changed values.
    JudgedAgain: "MF110", MayFail;
    /// Writes to a table wait while it is changed.
    BlockWrites: "LK101", Locks;
    /// An index is built while writes wait.
    BuildIndex: "LK201", Locks;
    /// Rows are looked at while reads and writes wait.
    CheckRows: "LK202", Locks;
    /// Rows of both tables of a foreign key are looked at while writes wait.
    CheckForeignKey: "LK203", Locks;
    /// A lock that is taken for an instant is held while something else takes long.
    HoldLock: "LK204", Locks;
    /// The rows of a partition, or of the default one, are looked at while reads and writes wait.
    CheckPartition: "LK205", Locks;
    /// A constraint is validated under the lock with which another one was added without.
    ValidateUnderLock: "LK206", Locks;
    /// All rows are written anew while reads and writes wait.
    RewriteTable: "RW201", Rewrite;
    /// Breaks programs that use the old name.
    Rename: "BC101", BreaksCompatibility;
    /// What programs that run do fails, or gives something else, from then on.
    Break: "BC102", BreaksCompatibility;
    /// What a function computed before stays: in an index, in a stored column, in rows that were checked.
    StaleValues: "BC103", BreaksCompatibility;
    /// A delete goes on to rows that refer, where it failed before.
    DeletesMore: "CH101", Behavior;
    /// A crash empties the table.
    LostInCrash: "CH102", Behavior;
    /// A column goes behind the others.
    MoveColumn: "CH103", Behavior;
    /// What rows hold from then on does not go back.
    OneWay: "IR101", Irreversible;
    /// Roles see or may do other things from now on.
    Access: "PR101", Access;
    /// A password or the like stands in the file.
    Secret: "SE101", Secret;
    /// A foreign key whose columns no index begins with.
    NoIndexForKey: "MD101", Design;
    /// A foreign key that is narrower than what it refers to.
    NarrowForeignKey: "MD102", Design;
    /// A primary key of four bytes.
    ShortKey: "MD103", Design;
    /// A table without a primary key.
    NoKey: "MD104", Design;
    /// A timestamp without a zone.
    NoZone: "MD105", Design;
    /// JSON that is kept as text.
    JsonText: "MD106", Design;
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
    /// A model says what people come to regret.
    Design,
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
            Self::Design => "design",
        }
    }
}

/// A danger of one statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hazard {
    /// Which danger.
    #[serde(serialize_with = "by_code")]
    pub code: HazardCode,
    /// What it is about, by name.
    pub subject: String,
    /// What happens, without the subject.
    pub message: String,
    /// A query that tells whether it will happen.
    pub look_first: Option<String>,
    /// A safer form.
    pub instead: Option<Instead>,
    /// What is left to do behind the statement.
    pub afterwards: Option<String>,
}

/// A safer form of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Instead {
    /// Migrations that lead there too.
    Migrations {
        /// What to do, in order, each in a migration of its own.
        steps: Vec<Step>,
    },
    /// Programs of others that do the same.
    Programs {
        /// Commands for a shell, of which one is enough.
        commands: Vec<String>,
    },
}

/// A step of a safer form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The statement, without a semicolon at the end.
    pub sql: String,
    /// How it is to be run.
    pub note: Option<&'static str>,
}

impl Step {
    /// A step that is run like any other migration.
    pub const fn new(sql: String) -> Self {
        Self { sql, note: None }
    }

    /// The same, to be run in its own way.
    #[must_use]
    pub fn noting(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }
}

/// The stable code instead of the name of the variant.
fn by_code<S: Serializer>(code: &HazardCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.code())
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code.code(), self.subject, self.message)
    }
}
