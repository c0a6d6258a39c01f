//! The words for what to do next: of what the engine advises, and of commands that are asked for what they can't do.

use std::borrow::Cow;

use autogen_engine::Advice;
use autogen_engine::event::HookPoint;

use crate::command_error::CommandError;

/// The words for what the engine advises.
pub(crate) fn words(advice: &Advice) -> Cow<'static, str> {
    let text = match advice {
        Advice::NameDatabase => "set DATABASE_URL, also in .env, or pass --database-url",
        Advice::NameEnvironment => "a name has letters, digits, - _ and ., such as production",
        Advice::NameDialect => {
            "set DATABASE_URL, also in .env, or put `dialect = \"postgres\"` (or mysql, sqlite) into autogen.toml"
        }
        Advice::NameOtherDatabaseOrSettings => {
            "name the right database, or the settings of the other one with --config"
        }
        Advice::ChangeForServer => {
            "change the model in steps that it takes, each with a migration of its own; docs/flavors.md has what is known"
        }
        Advice::RunScriptThere => {
            "run up.sql of each migration with the server's own client; docs/flavors.md says more"
        }
        Advice::NameServerItself => "name the server itself, or a pool in session mode, with --database-url",
        Advice::EditOrRemoveSettings => "edit it, or remove it to start again",
        Advice::CorrectSettingsLine => "correct that line; the README lists the settings",
        Advice::UseSetting { name } => return format!("did you mean {name}?").into(),
        Advice::KeepModelSettingOnly => {
            "leave `model`, which takes a path, a list of paths, or { command = [...] }"
        }
        Advice::RemoveManageLine => {
            "there it is one text with the rest of its table or column; take the line out"
        }
        Advice::CorrectNamingTemplate => "the tokens are Alembic's; docs/models.md lists them",
        Advice::CorrectHook { moment: HookPoint::Backup | HookPoint::Before } => {
            "nothing was applied; mend the command in [hooks] of autogen.toml"
        }
        Advice::CorrectHook { moment: HookPoint::After } => {
            "the migrations are applied; mend the command in [hooks] of autogen.toml and run it by hand"
        }

        Advice::UseRunner { layout, task } => return layout.command(*task).into(),
        Advice::MendWithRunner { layout } => {
            return format!("mend the database and that row, as {layout}'s manual says").into();
        }
        Advice::OrderFilesByHand => {
            "they run in the order of their numbers: rename the files of one branch so that they come last, then run `autogen rehash` and `autogen check`"
        }
        Advice::KeepMigrations => "keep them: that tool's record names each of them",
        Advice::ChangeLessAtOnce => {
            "make the change in several steps, each with a migration of its own: edit the model, `autogen -m`, and so on"
        }

        Advice::NameFleet { fleets } if fleets.is_empty() => {
            "autogen.toml has none; a table such as [fleet.tenants] with glob = \"dbs/*.db\" is one"
        }
        Advice::NameFleet { fleets } => return format!("the fleets are {}", fleets.join(", ")).into(),
        Advice::CorrectFleet => "correct it in [fleet] of autogen.toml, or where that says that the URLs are",
        Advice::NameRevisionOfFleet => {
            "name a revision, base, head, or a place counted from one of them, such as head-1"
        }
        Advice::NameDatabaseOfFleet => "`autogen status --fleet` names the databases",
        Advice::NameControl => {
            "set `control` beside it, or AUTOGEN_CONTROL_URL, to the URL of the database that is asked"
        }

        Advice::WriteFirstModel => {
            "`autogen init` writes a first one; `model` in autogen.toml says where it is"
        }
        Advice::WriteStructs => {
            "write it with the structs that are the model; `--model src/schema.rs` writes Diesel's tables"
        }
        Advice::NameFilesOfStructs => {
            "`model` in autogen.toml names the crate's root, a folder, or a pattern such as src/**/*.rs"
        }
        Advice::CorrectPathPattern => "** stands for folders, * for a part of a name",
        Advice::NameOneKindOfModel => "`model` names structs and SQL, or one schema.rs and SQL",
        Advice::CompareWithWholeSchema => "compare it with a database or with migrations",
        Advice::PlanAgain => "run the same command again: it starts from what is there now",
        Advice::CompareSameDialect => "give two databases of the same kind",
        Advice::StateRename => {
            "write --rename old=new for a table, table.old=table.new for a column, type.old=type.new for an \
             enum value, \"view old=new\" for a view and likewise for any other kind"
        }
        Advice::ConfirmDropAll => {
            "is `model` in autogen.toml the right file? `autogen schema > schema.sql` writes what the database has; when it \
             is meant, pass --drop-all"
        }

        Advice::WriteSchemaRsAsPrinted => "write it as `diesel print-schema` does",
        Advice::WriteChangeAsSql => {
            "schema.rs can't say more; write this change as SQL: autogen generate --empty -m \"what changes\""
        }
        Advice::DeclareOrDropDependents => {
            "state them anew in an SQL file beside it (sources in autogen.toml), or drop them before by hand"
        }
        Advice::CheckPatchFile => "look at the patch_file",
        Advice::RewritePatchFile => {
            "write the patch anew for what `autogen schema --format rust` prints without it"
        }
        Advice::ReadPrintSchemaGuide => "see [print_schema] in the guide of diesel.rs",
        Advice::CorrectPrintSchemaPattern => "mend the pattern in [print_schema]",
        Advice::KeepOneFilter => "leave one of them",
        Advice::RemovePrintSchemaNamespace => "remove print_schema.schema",

        Advice::GiveRange => "--range A:B, where A or B may be left out",
        Advice::NameTable => {
            "--around takes a table as `autogen schema` prints it, such as users or app.users"
        }
        Advice::MakeRepository => "run it in a git repository; `git init` makes one",
        Advice::NameGitRevision => {
            "--base takes what git knows, such as origin/main; a shallow clone may have to be deepened"
        }
        Advice::GiveSquashRange => "autogen squash A:B, from the first to the last; base and head are known",
        Advice::NameEditedMigration => "name the migration that was edited",
        Advice::CorrectFileOrRecordUnproven => "mend the file, or record it as it is with --no-verify",
        Advice::RenameTwin => "rename the folder of the other one, and the version in its header",
        Advice::RenameParent => {
            "rename one of those folders, and correct `-- revision` in its header and in those of what comes after it"
        }
        Advice::SquashAnotherRange => "squash another range",
        Advice::ManageOrSquashAnotherRange => {
            "manage it (ignore, namespaces and manage in autogen.toml), or squash another range"
        }
        Advice::SquashAroundOrSchemaOnly => {
            "squash up to it and from behind it, or write the schema alone with --schema-only"
        }

        Advice::LookUpHeads => "`autogen heads` names their ends",
        Advice::NameHead { heads } => return format!("the heads are {}", heads.join(", ")).into(),
        Advice::NameTwoHeads => "name two heads",
        Advice::NameBothRevisions => "autogen merge REV REV",
        Advice::RebaseBranch => {
            "`autogen merge --rebase` moves the branch that is applied nowhere behind the other one and proves it there"
        }
        Advice::MergeAppliedBranch => {
            "what is applied keeps its place; `autogen merge` brings the branches together as they are"
        }
        Advice::RewriteBranch => {
            "nothing was moved; write the branch anew on the other one: take its folders away, \
             `autogen upgrade`, and `autogen -m` again"
        }

        Advice::Upgrade => "`autogen upgrade` first",
        Advice::UpgradeOrCompareWithMigrations => UPGRADE_OR_COMPARE,
        Advice::StampOrUpgrade => return format!("{STAMP}; else {UPGRADE_OR_COMPARE}").into(),
        Advice::AdoptDatabase => {
            "nothing was written; there are three ways on:\n  \
             1. take it over as it is: `autogen -m baseline --from migrations --to database`, then `autogen stamp head` here; this change \
             comes afterwards (without an autogen.toml, `autogen init` does it)\n  \
             2. the migrations that made it are elsewhere: name their folder with `migrations` in autogen.toml\n  \
             3. leave it to others: `ignore` or `namespaces` in autogen.toml; with drift = \"warn\" new databases lack it"
        }
        Advice::RestoreFoldersOrPurge => {
            "bring the folders back from version control, or forget them with --purge"
        }
        Advice::ResumeCommand => "run the command that stopped again: it goes on behind them",
        Advice::AnswerYesOrLook => "--yes answers the question; --dry-run shows what would run",
    };
    text.into()
}

/// What to do where a command is asked for what it can't do.
pub(crate) fn of_command(error: &CommandError) -> Cow<'static, str> {
    let text = match error {
        CommandError::OptionsBeforeCommand => "`autogen -m …` by itself, or the options behind the command",
        CommandError::NoMessage => "autogen -m \"what changes\"",
        CommandError::Autogenerate { message } => return format!("autogen -m {message}").into(),
        CommandError::Revision { message } => {
            return format!(
                "autogen -m {message}\n      to fill it in by hand: autogen generate --empty -m {message}"
            )
            .into();
        }
        CommandError::NoFileToStamp(_) => {
            "`autogen upgrade` creates it; DATABASE_URL or --database-url names another one"
        }
        CommandError::DowngradeToNowhere => {
            "`autogen downgrade -1` undoes the newest migration, `autogen downgrade REV` all behind REV, `autogen downgrade \
             base` all of them"
        }
        CommandError::DowngradeFromNowhere => "autogen downgrade --sql head:base, or A:B with two revisions",
        CommandError::LeadsBack(range) => {
            return format!("autogen downgrade --sql {range} prints the way back").into();
        }
        CommandError::LeadsForward(range) => {
            return format!("autogen upgrade --sql {range} prints the way forward").into();
        }
        CommandError::RelativeToNoDatabase(_) => {
            "name a revision instead, or the database with DATABASE_URL or --database-url"
        }
        CommandError::NoFleetFormat => "a check of one database has the others: leave --fleet out",
        CommandError::NoPlanFormat => "--format json; `autogen review` has the others",
        CommandError::NothingToRedo => "`autogen upgrade` applies what is pending",
        CommandError::OlderPending { .. } => "`autogen upgrade --allow-out-of-order` first",
    };
    text.into()
}

/// What to do with a database that has tables and no record of migrations.
pub(crate) const STAMP: &str = "the database has tables already and no migration is recorded there: if it has what the migrations make, `autogen stamp \
     head` says so (or `autogen stamp REV`, the newest that it has)";

/// What to do before a migration is drafted for a database that is not at head.
const UPGRADE_OR_COMPARE: &str = "`autogen upgrade` first, or compare with the migrations: --from migrations";

/// What to do with several heads.
pub(crate) const SEVERAL_HEADS: &str = "there are three ways on:\n  \
     1. autogen merge: proves that their order does not matter, and says so in a migration of its own\n  \
     2. autogen merge --rebase: moves the branch that is applied nowhere behind the other one\n  \
     3. --allow-out-of-order with `autogen upgrade`: runs them as they are, in the order of their versions";
