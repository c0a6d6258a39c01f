//! What the engine tells while it works, and what it asks.

use std::path::Path;
use std::time::Duration;

use autogen_codegen::report::Entry;
use autogen_diff_core::Pair;
use autogen_diff_core::diagnostic::Diagnostic;
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::hazard::Hazard;
use autogen_diff_core::model::Extension;
use autogen_introspect::SchemaSource;
use autogen_introspect::progress::StatementProgress;
use autogen_migration_files::{Layout, Proof};

use crate::error::Error;
use crate::hook_point::HookPoint;
use crate::lock_findings::LockMismatch;
use crate::ran::Ran;
use crate::stats_file::StatsNote;

/// Hears what goes on. The engine writes to no terminal and asks nobody else.
pub trait Observer: Send + Sync {
    /// Something happened, or is known.
    fn tell(&self, event: &Event<'_>);

    /// A question that a person can answer; `None` where there is nobody to ask.
    fn ask(&self, question: &Question<'_>) -> Option<bool> {
        let _ = question;
        None
    }
}

/// Hears nothing and answers nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silence;

impl Observer for Silence {
    fn tell(&self, _: &Event<'_>) {}
}

/// What the engine tells. Names and texts in it come from catalogs and files, and are not escaped.
#[derive(Debug)]
pub enum Event<'a> {
    /// What a reader of schemas has to say.
    Diagnostic(&'a Diagnostic),
    /// Something of so many steps begins.
    Began(Activity, usize),
    /// The next step of what began last.
    Step(&'a str),
    /// What began last is over, also when it failed.
    Ended,
    /// A SQLite file was made.
    Created(&'a Path),
    /// The two sides of a comparison, and the server of the first where it is a database.
    Reading {
        /// What is compared with what.
        sources: Pair<&'a SchemaSource>,
        /// Its flavor and release.
        server: Option<String>,
    },
    /// So many differences are not managed, and left alone.
    Unmanaged(usize),
    /// An extension whose version differs, which is not compared here.
    OtherVersion(Pair<&'a Extension>),
    /// A likely rename that nobody stated and nobody could be asked about: a drop and an addition.
    LikelyRename(&'a Rename),
    /// A rename that is part of a draft.
    Renamed(&'a Rename),
    /// A difference that is part of a draft.
    Detected(&'a Entry),
    /// A danger of a draft's way up.
    Hazard(&'a Hazard),
    /// A draft ran up, down and up in a scratch database.
    Proven(Proof),
    /// The model's own words do not lead to the declared schema, and why: the server's stand in the draft.
    WordsNotProven(&'a Error),
    /// An operation of a draft locked otherwise there than is declared for it.
    LockMismatch(&'a LockMismatch),
    /// Edited migrations ran up, down and up in a scratch database.
    ProvenFiles {
        /// The migrations.
        names: &'a [String],
        /// The tool that they are for, which may know no way back.
        layout: Layout,
    },
    /// No database is named, so edited files are recorded unproven.
    RehashedUnproven,
    /// The header of an edited migration tells another schema than comes out.
    OtherHeader(&'a str),
    /// What views show could not be compared while a draft was proven.
    ShownNotCompared,
    /// An object that can't be written as SQL is left out of a schema.
    Unwritable(&'a str),
    /// The database differs from what the migrations produce, in lines, which is allowed here.
    DriftAtStart(&'a [String]),
    /// Objects that no migration creates, which is allowed here.
    NotFromMigrations(&'a str),
    /// Two sides are known to be equal, and are not compared.
    KnownEqual(Pair<&'a SchemaSource>),
    /// A model was read by the parts that an edit may reach.
    ReadInPart {
        /// How many were made again.
        parts: usize,
        /// How many there are.
        of: usize,
    },
    /// The folder is looked at as it is once a git revision is merged, which has some migrations that it lacks.
    MergedInThought {
        /// The revision.
        revision: &'a str,
        /// The migrations.
        names: &'a [&'a str],
    },
    /// The sum file says nothing of some migrations.
    NotCovered(&'a [&'a str]),
    /// The headers' fingerprints are those of another release of autogen.
    OtherFingerprints,
    /// Something is to be said of the file of sizes and rates.
    Stats(&'a StatsNote),
    /// How far the statement is that runs for long, and how long the rest of its phase takes at this rate.
    Progress {
        /// How far it is.
        progress: &'a StatementProgress,
        /// The rest, once it is known.
        left: Option<Duration>,
    },
    /// How fast the server is was not measured, and why.
    NoRates(&'a str),
    /// A command of the settings runs.
    Hook(HookPoint, &'a [String]),
    /// A first model was written.
    WroteModel(&'a Path),
    /// A migration was written that makes what the database has.
    WroteBaseline(&'a Path),
    /// A file was written.
    Wrote(&'a Path),
    /// A file of Diesel's tables is as a person wrote it, and stays so.
    KeptByHand(&'a Path),
    /// What a file of Diesel's tables can't hold.
    LeftOutOfTables(&'a str),
    /// There is no rustfmt.
    NotFormatted,
    /// The connection broke while the server committed; a new one tells whether it did.
    CommitOutcomeUnknown(&'a autogen_runner::RunError),
    /// Something happened in one database of a fleet, by its name.
    InFleet(&'a str, &'a Event<'a>),
    /// So many databases of a fleet come before the others.
    Canary(usize),
    /// So many databases of a fleet are other workers', and are waited for.
    Claimed(usize),
    /// So many migrations are about to be applied.
    Pending(usize),
    /// An upgrade is through.
    Applied(&'a Ran),
    /// A downgrade is through.
    Undone(&'a Ran),
    /// The runner's own events.
    Run(autogen_runner::Direction, &'a autogen_runner::Event<'a>),
    /// The lines of both sides of a conflict in the sum file are kept.
    Settled,
    /// What migrations do besides the schema is not in the squashed one.
    LeftOutOfSquash(&'a [&'a str]),
    /// The statements of migrations are kept as they are in the squashed one, since they do more than change the schema.
    KeptInSquash(&'a [&'a str]),
    /// A migration was given another version, and why.
    Moved {
        /// The folder's name before.
        from: &'a str,
        /// The folder's name now.
        to: &'a str,
        /// Why.
        why: Move,
    },
}

/// Why a migration got another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Another migration has its version.
    Twin,
    /// It comes behind another branch now.
    Rebased,
}

/// What takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// A draft runs up, down and up.
    Proving,
    /// A folder runs up.
    RunningUp,
    /// A folder runs down.
    RunningDown,
    /// Migrations run to know the schema that they make.
    Replaying,
    /// The databases of a fleet are looked at.
    Looking,
    /// They are upgraded.
    Upgrading,
    /// They are downgraded.
    Downgrading,
    /// They are stamped.
    Stamping,
    /// Their schemas are compared.
    Comparing,
}

/// What a person may be asked.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// Is this drop and this addition a rename?
    IsRename(&'a Rename),
    /// An empty model would drop all tables, so many.
    DropAll {
        /// The model.
        model: &'a SchemaSource,
        /// How many tables there are.
        tables: usize,
    },
    /// A way back loses rows or values of a database.
    LoseData {
        /// The database, without its password.
        database: &'a str,
        /// What loses them, each with its place.
        places: &'a [String],
    },
}
