//! What to do about an error: which way out there is, and the facts that it needs. The words for it are the command line's.

use autogen_migration_files::{Layout, RunnerTask};

use crate::hook_point::HookPoint;

/// What to do about an error.
///
/// A variant names the way out and holds facts, such as names and paths, and no sentences: whoever shows an error has words of
/// their own. Ways that are told in other words are variants of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice {
    // Settings and the database.
    /// Name the database that the project is for.
    NameDatabase,
    /// Give an environment a name of letters, digits, `-`, `_` and `.`.
    NameEnvironment,
    /// Name the database, or the kind of database that the project is for.
    NameDialect,
    /// Name a database of the kind that the settings are for, or other settings.
    NameOtherDatabaseOrSettings,
    /// Name the server itself, since the pooler before it shares sessions.
    NameServerItself,
    /// Change the model so that the server takes it, in steps if need be.
    ChangeForServer,
    /// Have the server's own client run the script.
    RunScriptThere,
    /// Edit the settings that are there, or remove them.
    EditOrRemoveSettings,
    /// Correct the line of the settings that the error names.
    CorrectSettingsLine,
    /// Write the setting that was probably meant.
    UseSetting {
        /// Its name, with its table's before it.
        name: String,
    },
    /// Leave `model` alone of the settings that name a model.
    KeepModelSettingOnly,
    /// Take a line out of `[manage]`, of what can't be left to others.
    RemoveManageLine,
    /// Write a naming template of tokens that there are.
    CorrectNamingTemplate,
    /// Correct the command of a hook.
    CorrectHook {
        /// When it runs, which says what has happened already.
        moment: HookPoint,
    },

    // Other tools' migrations.
    /// Have the tool that the migrations are for do it.
    UseRunner {
        /// The tool's layout.
        layout: Layout,
        /// What is to be done.
        task: RunnerTask,
    },
    /// Set the database and the tool's record of it right, as its manual says.
    MendWithRunner {
        /// The tool's layout.
        layout: Layout,
    },
    /// Give the files the order by hand.
    OrderFilesByHand,
    /// Keep the migrations as they are.
    KeepMigrations,
    /// Make a change in several migrations.
    ChangeLessAtOnce,

    // Fleets.
    /// Name a fleet that the settings have.
    NameFleet {
        /// Their names.
        fleets: Vec<String>,
    },
    /// Correct what names the databases of a fleet.
    CorrectFleet,
    /// Name a place that is the same for every database of a fleet.
    NameRevisionOfFleet,
    /// Give a pattern that a database of the fleet fits.
    NameDatabaseOfFleet,
    /// Give a fleet a control database.
    NameControl,

    // The model, and what is compared.
    /// Have a first model written, or name the one that is there.
    WriteFirstModel,
    /// Write the structs that are to be the model, or have Diesel's tables written.
    WriteStructs,
    /// Name files that hold structs.
    NameFilesOfStructs,
    /// Correct a pattern of paths.
    CorrectPathPattern,
    /// Name structs and SQL as the model, or one schema.rs and SQL.
    NameOneKindOfModel,
    /// Compare a model that says too little by itself with what says the rest.
    CompareWithWholeSchema,
    /// Plan the migration once more.
    PlanAgain,
    /// Name two sides of the same dialect.
    CompareSameDialect,
    /// State a rename by names that are there.
    StateRename,
    /// See whether it is the right model; confirm that all is to be dropped.
    ConfirmDropAll,

    // Diesel's files.
    /// Write a schema.rs as Diesel prints one.
    WriteSchemaRsAsPrinted,
    /// Write a change as SQL that a schema.rs can't say.
    WriteChangeAsSql,
    /// Declare in SQL what depends on what a schema.rs takes away, or drop it before.
    DeclareOrDropDependents,
    /// See whether the patch of a schema.rs is right.
    CheckPatchFile,
    /// Write the patch of a schema.rs anew.
    RewritePatchFile,
    /// Read what `[print_schema]` may say.
    ReadPrintSchemaGuide,
    /// Correct a regular expression in `[print_schema]`.
    CorrectPrintSchemaPattern,
    /// Leave one of two filters that exclude each other.
    KeepOneFilter,
    /// Remove the namespace from `[print_schema]`.
    RemovePrintSchemaNamespace,

    // Migrations as files.
    /// Give a range of revisions.
    GiveRange,
    /// Run it in a git repository.
    MakeRepository,
    /// Name a revision that git knows, in a folder under git.
    NameGitRevision,
    /// Name a table that the schema has.
    NameTable,
    /// Give a range of two revisions or more to squash.
    GiveSquashRange,
    /// Name the migration that was edited.
    NameEditedMigration,
    /// Correct a migration's file, or record it unproven.
    CorrectFileOrRecordUnproven,
    /// Give one of two migrations of the same version another one.
    RenameTwin,
    /// Give one of several migrations of the same version another one, and correct what comes after it.
    RenameParent,
    /// Squash another range.
    SquashAnotherRange,
    /// Manage what the squashed migration would lose, or squash another range.
    ManageOrSquashAnotherRange,
    /// Squash what is on either side of a migration that can't be one with others, or leave rows out.
    SquashAroundOrSchemaOnly,

    // Branches.
    /// Look up the heads.
    LookUpHeads,
    /// Name one of the heads.
    NameHead {
        /// Their names.
        heads: Vec<String>,
    },
    /// Name two heads that are not the same.
    NameTwoHeads,
    /// Name both revisions of a merge.
    NameBothRevisions,
    /// Move a branch behind the other one, since their order matters.
    RebaseBranch,
    /// Merge branches without moving one that is applied.
    MergeAppliedBranch,
    /// Write a branch anew behind the other one, where it does not fit as it is.
    RewriteBranch,

    // What is applied.
    /// Apply what is pending.
    Upgrade,
    /// Apply what is pending, or compare with the migrations.
    UpgradeOrCompareWithMigrations,
    /// Record as applied what the database has already; else as [`Advice::UpgradeOrCompareWithMigrations`].
    StampOrUpgrade,
    /// Take over a database that has what no migration makes, or leave that to others.
    AdoptDatabase,
    /// Bring back the folders of migrations that are applied, or have them forgotten.
    RestoreFoldersOrPurge,
    /// Run the command again that was interrupted.
    ResumeCommand,
    /// Answer yes beforehand, or look first.
    AnswerYesOrLook,
}
