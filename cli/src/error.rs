//! Every error of every crate, with its exit code and what to do next.

use std::process::ExitCode;

use autogen_codegen::PlanError;
use autogen_engine::Error;
use autogen_introspect::IntrospectError;
use autogen_runner::{DatabaseCondition, FilesError, RunError, TransactionFault};

use crate::command_error::CommandError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};
use crate::{advice, server_hint, sql_error};

/// Prints the error and gives the exit code.
pub(crate) fn report(failure: &Failure) -> ExitCode {
    let (hint, exit) = match failure {
        Failure::Engine(error) => {
            show(error);
            (hint(error), exit(error))
        }
        Failure::Command(error) => {
            output::error(&escape(&error.to_string()));
            (Some(advice::of_command(error).into_owned()), exit_of_command(error))
        }
    };
    if let Some(hint) = hint {
        output::hint(&escape(&hint));
    }
    exit.into()
}

/// What is wrong, with the place where there is one.
fn show(error: &Error) {
    match error {
        Error::Introspect(IntrospectError::Sql(failure)) | Error::Replay(failure) => {
            let label = if failure.is_refused { "refused" } else { "the server stopped here" };
            sql_error::print(failure, label);
        }
        Error::Introspect(IntrospectError::NotDeclarations(failures)) => {
            failures.iter().for_each(|failure| {
                sql_error::print(failure, if failure.is_refused { "refused" } else { "here" });
            });
        }
        Error::Model(failures) => failures.iter().for_each(|failure| sql_error::print(failure, "here")),
        Error::Plan(PlanError::Refused(refusals)) => {
            output::error(&format!("refused: autogen does not write {} of these changes", refusals.len()));
            for refusal in refusals {
                output::detail(&escape(&format!("{}: {}", refusal.object, refusal.reason)));
            }
        }
        Error::Run(RunError::Failed { line: Some(line), .. }) => {
            output::error(&format!("{} (line {line})", escape(&error.to_string())));
        }
        other => output::error(&escape(&other.to_string())),
    }
}

/// The exit code of a command that can't do what it is asked for.
const fn exit_of_command(error: &CommandError) -> Exit {
    match error {
        CommandError::OptionsBeforeCommand
        | CommandError::NoMessage
        | CommandError::Autogenerate { .. }
        | CommandError::Revision { .. }
        | CommandError::NoFileToStamp(_)
        | CommandError::DowngradeToNowhere
        | CommandError::DowngradeFromNowhere
        | CommandError::LeadsBack(_)
        | CommandError::LeadsForward(_)
        | CommandError::RelativeToNoDatabase(_)
        | CommandError::NoFleetFormat
        | CommandError::NoPlanFormat
        | CommandError::NothingToRedo => Exit::Usage,
        CommandError::OlderPending { .. } => Exit::History,
    }
}

/// The exit code of an error.
fn exit(error: &Error) -> Exit {
    match error {
        Error::Usage { .. } | Error::File(_) | Error::Model(_) => Exit::Usage,
        Error::Introspect(error) => match error {
            IntrospectError::BadUrl(_)
            | IntrospectError::NoSupport(_)
            | IntrospectError::NoSuchSource(_)
            | IntrospectError::Program { .. }
            | IntrospectError::Snapshot { .. }
            | IntrospectError::NeedsReplay(_)
            | IntrospectError::NotUtf8 { .. }
            | IntrospectError::File(_) => Exit::Usage,
            IntrospectError::Sql(failure) if failure.is_refused => Exit::Refused,
            IntrospectError::Sql(_) => Exit::Usage,
            IntrospectError::Connect { .. }
            | IntrospectError::Query { .. }
            | IntrospectError::Row { .. }
            | IntrospectError::BookkeepingFailed { .. }
            | IntrospectError::Hidden { .. }
            | IntrospectError::NoScratch { .. } => Exit::Database,
            IntrospectError::OnlyCompatible { .. } | IntrospectError::ScratchIsTarget(_) => Exit::Refused,
            IntrospectError::NotDeclarations(failures) => {
                if failures.iter().any(|failure| failure.is_refused) { Exit::Refused } else { Exit::Usage }
            }
            IntrospectError::Disturbed(_) => Exit::Disturbed,
        },
        Error::NotAtHead(_) | Error::StartDrifted(_) | Error::History { .. } => Exit::History,
        // A migration that fails in a replay is proven wrong, as one is that is written.
        Error::Plan(_) | Error::NotProven(_) | Error::Replay(_) | Error::Refused { .. } => Exit::Refused,
        Error::AlreadyExists(_) => Exit::Database,
        Error::Run(error) => match error {
            RunError::BadSource(_)
            | RunError::Files(
                FilesError::NotRead(_)
                | FilesError::NotWritten(_)
                | FilesError::NotPutBack { .. }
                | FilesError::FileInTheWay { .. }
                | FilesError::NoDirectory(_)
                | FilesError::BadMetadata { .. }
                | FilesError::BadRef { .. }
                | FilesError::BadTarget(_)
                | FilesError::NotSql(_)
                | FilesError::InSubfolder { .. }
                | FilesError::DownWithoutUp(_),
            ) => Exit::Usage,
            RunError::Files(FilesError::AlwaysInTransaction { .. } | FilesError::MarkInStatement { .. }) => {
                Exit::Refused
            }
            RunError::Files(
                FilesError::DuplicateVersion { .. }
                | FilesError::Edited(_)
                | FilesError::FileDeleted(_)
                | FilesError::FolderDeleted(_)
                | FilesError::Interrupted { .. }
                | FilesError::NoUp(_)
                | FilesError::NumberMissing { .. }
                | FilesError::ParentIsNewer { .. }
                | FilesError::ConflictMarkers(_),
            )
            | RunError::Missing(_)
            | RunError::AppliedDiffers(_)
            | RunError::SeveralHeads(_)
            | RunError::OutOfOrder(_)
            | RunError::SquashPartlyApplied { .. }
            | RunError::Transactions { .. }
            | RunError::OutcomeUnknown { .. }
            | RunError::StatementChanged { .. }
            | RunError::Unfinished { .. }
            | RunError::Drift
            | RunError::NoDown(_) => Exit::History,
            RunError::Failed { .. } | RunError::Stopped { .. } | RunError::Database(_)
                if matches!(error.condition(), Some(DatabaseCondition::ReadOnly)) =>
            {
                Exit::Refused
            }
            RunError::Failed { .. }
            | RunError::Stopped { .. }
            | RunError::BookkeepingFailed { .. }
            | RunError::CommitOutcomeUnknown { .. }
            | RunError::SchemaNotRead(_)
            | RunError::Database(_) => Exit::Database,
            RunError::ReadOnly(_)
            | RunError::OtherPlan { .. }
            | RunError::OtherEnvironment { .. }
            | RunError::Unconfirmed { .. } => Exit::Refused,
            RunError::LockTimeout { .. } | RunError::Blocked { .. } | RunError::LockLost(_) => Exit::Lock,
        },
    }
}

/// What to do next.
pub(crate) fn hint(error: &Error) -> Option<String> {
    let text = match error {
        Error::Usage { advice, .. } | Error::Refused { advice, .. } | Error::History { advice, .. } => {
            return Some(advice::words(advice).into_owned());
        }
        Error::Plan(PlanError::Refused(refusals)) => {
            return refusals.first().map(|refusal| refusal.help.clone());
        }
        Error::Plan(PlanError::Cycle(_)) => {
            "make the change in two steps: first without one of them, then with it"
        }
        Error::NotAtHead(_) => "`autogen upgrade` applies them",
        Error::AlreadyExists(_) => advice::STAMP,
        Error::StartDrifted(_) => {
            "nothing was written; there are three ways on:\n  \
             1. leave the database out of it: --from migrations compares the model with what the migrations produce; \
             `autogen upgrade` then needs --allow-drift here\n  \
             2. keep what differs: put that alone into the model, `autogen -m \"…\" --from migrations`, and `autogen stamp head` \
             here, where it is done already; other edits come afterwards\n  \
             3. take it back: `autogen diff database migrations --format sql` prints the statements"
        }
        Error::NotProven(_) => "nothing was written; `--no-verify` writes the files unproven",
        Error::Introspect(error) => return introspect_hint(error),
        Error::Run(RunError::Unconfirmed { database, .. }) => {
            return Some(format!("read the files; when it is meant, add --confirm-database {database}"));
        }
        Error::Run(error) => return run_hint(error).map(str::to_owned),
        Error::Replay(failure) => {
            needs_no_transaction(&failure.message).unwrap_or(
                "migrations are replayed in a scratch database as they run in a new one: correct the file and record that \
                 with `autogen rehash`",
            )
        }
        Error::File(error) => return file_hint(error).map(str::to_owned),
        Error::Model(_) => return None,
    };
    Some(text.to_owned())
}

/// What to do next when reading a schema failed.
fn introspect_hint(error: &IntrospectError) -> Option<String> {
    let text = match error {
        IntrospectError::BadUrl(_) => {
            "a URL looks like postgres://user@host/database, mysql://user@host/database or sqlite:shop.db"
        }
        IntrospectError::OnlyCompatible { server, .. } => {
            return Some(format!(
                "autogen has not been tried there: docs/flavors.md has what is known. --flavor {0}, or flavor = \"{0}\" in \
                 autogen.toml, reads it nevertheless, and refuses what it is known not to take",
                server.word()
            ));
        }
        IntrospectError::NoSupport(_) => "install autogen with that feature switched on",
        IntrospectError::Connect { message, .. } => server_hint::of_connection(message),
        IntrospectError::NoScratch { url, .. } if url.starts_with("any server") => {
            "no database is named: set DATABASE_URL, whose server makes the scratch database, or pass --scratch local or \
             --scratch-url URL"
        }
        IntrospectError::NoScratch { message, .. }
            if DatabaseCondition::in_message(message) == Some(DatabaseCondition::ReadOnly) =>
        {
            "default_transaction_read_only is on for this role or database, or the server is a standby: make the scratch \
             database elsewhere, with --scratch local or --scratch-url URL"
        }
        IntrospectError::NoScratch { url, .. } if url.starts_with("mysql") => {
            "there are three ways to a scratch database:\n  \
             1. --scratch local: a throw-away server from the programs on this machine (scratch = \"local\" in autogen.toml)\n  \
             2. --scratch-url mysql://user@host/mysql: a server of the same release where you may make databases \
             (scratch_url in autogen.toml)\n  \
             3. the rights to make them here: GRANT CREATE USER ON *.*, and GRANT ALL ON `autogen\\_scratch\\_%`.* TO \
             the account WITH GRANT OPTION"
        }
        IntrospectError::NoScratch { .. } => {
            "there are three ways to a scratch database:\n  \
             1. --scratch local: a throw-away server from the PostgreSQL programs on this machine (scratch = \"local\" in autogen.toml)\n  \
             2. --scratch-url postgres://user@host/postgres: a server where you may make databases \
             (scratch_url in autogen.toml)\n  \
             3. the right to make them here, as a superuser: ALTER ROLE your_role CREATEDB CREATEROLE"
        }
        IntrospectError::Hidden { database, missing, .. } => {
            return Some(format!("GRANT {missing} ON `{database}`.* TO the account"));
        }
        IntrospectError::NoSuchSource(_) => "give a URL, an .sql file or a folder",
        IntrospectError::ScratchIsTarget(_) => "set another scratch_url",
        IntrospectError::BookkeepingFailed { .. } => BOOKKEEPING_HINT,
        IntrospectError::NeedsReplay(_) => "name it as `migrations`, or by its path",
        IntrospectError::Disturbed(_) => {
            "what the model or a migration ran may have done it, or somebody else at the same time: look at it \
             before you go on, and use --scratch local or --scratch-url for files that you do not trust"
        }
        IntrospectError::NotUtf8 { .. } => {
            "save it as UTF-8; what `>` writes in Windows PowerShell is UTF-16"
        }
        IntrospectError::Snapshot { .. } => "write it anew: autogen schema --format json > FILE",
        IntrospectError::Program { .. } => {
            "run it by hand: it should print CREATE statements; `model` in autogen.toml says what is run"
        }
        IntrospectError::Sql(failure) if failure.is_refused => return None,
        IntrospectError::Sql(failure) => {
            server_hint::of_model(&failure.message, &failure.text[failure.span.clone()])
        }
        IntrospectError::Query { message, .. } => match DatabaseCondition::in_message(message) {
            Some(condition) => condition_hint(condition),
            None => server_hint::of_right(message)?,
        },
        IntrospectError::NotDeclarations(_) | IntrospectError::Row { .. } | IntrospectError::File(_) => {
            return None;
        }
    };
    Some(text.to_owned())
}

/// What to do when the row that records a migration can't be written.
const BOOKKEEPING_HINT: &str = "a trigger or rule on __diesel_schema_migrations prevents it, or the role lacks the privilege: change that, then run the \
     same command again";

/// What to do next when applying failed.
fn run_hint(error: &RunError) -> Option<&'static str> {
    if let Some(condition) = error.condition() {
        return Some(condition_hint(condition));
    }
    if let RunError::Failed { message, rolled_back: true, .. } | RunError::Stopped { message, .. } = error
        && let Some(hint) = needs_no_transaction(message).or_else(|| server_hint::of_statement(message))
    {
        return Some(hint);
    }
    Some(match error {
        RunError::Files(error) => return files_hint(error),
        RunError::Missing(_) => {
            "restore the folder (`git checkout -- migrations/NAME`, or deploy the branch that has it); if the migration is \
             gone for good, `autogen stamp --purge REV` says where the database is, or the tool whose folder this is"
        }
        RunError::AppliedDiffers(_) => {
            "nothing was edited here since it was recorded in autogen.sum: is this the branch, and the database, that you mean? \
             If the text here is right, `autogen repair --record REV` records it in the database; else restore the one that ran \
             (`git log -p -- migrations/NAME`)"
        }
        RunError::SeveralHeads(_) => advice::SEVERAL_HEADS,
        RunError::SquashPartlyApplied { .. } => {
            "take the folder from before the squash out of version control and `autogen upgrade` with it first"
        }
        RunError::OtherPlan { .. } => {
            "nothing was run; `autogen upgrade --dry-run` with the same arguments shows what would run: if that is meant, have it \
             approved and pass the hash that it prints to --plan"
        }
        RunError::OutOfOrder(_) => "give them newer versions, or pass --allow-out-of-order",
        RunError::Stopped { .. } => {
            "correct what made it fail (an edit of the file is recorded with `autogen rehash --no-verify`) and run the same command again: it goes on \
             with this statement"
        }
        RunError::OutcomeUnknown { .. } => {
            "`autogen repair --applied` when it is, `autogen repair --retry` when it is not; on SQLite another upgrade may still \
             be at it"
        }
        RunError::StatementChanged { .. } => {
            "give the statement back the text that it had; what is done can be edited no more"
        }
        RunError::Transactions { fault: TransactionFault::InRunners(_), .. } => {
            "take the statement out; or, if the file is to manage its transactions, write `run_in_transaction = false` into its \
             metadata.toml"
        }
        RunError::Transactions {
            fault: TransactionFault::NeverEnds | TransactionFault::NeverBegan | TransactionFault::Nested,
            ..
        } => "give each transaction of the file one BEGIN and one COMMIT",
        RunError::Unfinished { .. } => "`autogen repair` shows how far it is",
        RunError::NoDown(_) => "write a down.sql, or stop before it",
        RunError::BookkeepingFailed { .. } => BOOKKEEPING_HINT,
        RunError::Failed { rolled_back: true, .. } => {
            "it was rolled back: correct the file, record that with `autogen rehash`, and upgrade again"
        }
        RunError::Failed { rolled_back: false, .. } => {
            "it does not run in a transaction: what it did before the error stays; look before you go on"
        }
        RunError::Blocked { .. } => {
            "the next upgrade goes on where it stopped; end the long transactions (pg_stat_activity, SHOW PROCESSLIST), \
             or raise --lock-timeout"
        }
        RunError::LockLost(_) => {
            "is there a pooler that shares sessions (pgbouncer in transaction mode)? Name the server itself with --database-url"
        }
        RunError::LockTimeout { .. } => "wait for the other upgrade, or raise --lock-timeout",
        RunError::OtherEnvironment { .. } => "is DATABASE_URL the right one?",
        RunError::Drift => {
            "`autogen diff migrations database` shows what it is, beside what is pending; take it back or into \
             the model, or go on with --allow-drift (drift = \"warn\" in autogen.toml)"
        }
        RunError::BadSource(_)
        | RunError::SchemaNotRead(_)
        | RunError::Unconfirmed { .. }
        | RunError::ReadOnly(_)
        | RunError::CommitOutcomeUnknown { .. } => return None,
        RunError::Database(error) => return server_hint::of_right(&error.message),
    })
}

/// What to do next about migration files that are not what they should be.
fn files_hint(error: &FilesError) -> Option<&'static str> {
    Some(match error {
        FilesError::NoDirectory(_) => "`autogen init` makes one",
        FilesError::Edited(_) => {
            "restore the file from version control; if the edit is meant, `autogen rehash` records it"
        }
        FilesError::FileDeleted(_) => {
            "restore it (`git checkout -- migrations/FILE`); if the deletion is intended, `autogen rehash --no-verify` records it"
        }
        FilesError::FolderDeleted(_) => {
            "if that is intended, `autogen rehash` removes it from autogen.sum; otherwise restore the folder from version control"
        }
        FilesError::ConflictMarkers(_) => {
            "remove the lines with <<<<<<<, ======= and >>>>>>> and keep all others, or let `autogen merge` do it"
        }
        FilesError::DuplicateVersion { .. } => {
            "`autogen merge` gives the one that is applied nowhere, and what comes after it, versions of their own; \
             in the folder of another tool, rename the files of one and run `autogen rehash`"
        }
        FilesError::BadRef { .. } => {
            "in a conflict keep one line of each environment, or take the line out and run `autogen ref ENVIRONMENT` with its database"
        }
        FilesError::BadTarget(_) => "`autogen history` lists the revisions",
        FilesError::NotWritten(error) => return file_hint(error),
        FilesError::Interrupted { .. } => {
            "move them back from there, or restore them from version control, and run the command that was interrupted again"
        }
        FilesError::NoUp(_) => {
            "restore it from version control; a folder that is no migration goes elsewhere, or gets a name that begins with a dot"
        }
        FilesError::ParentIsNewer { .. } => {
            "correct the `-- revision` line, or give the migrations versions in their order"
        }
        FilesError::DownWithoutUp(_) => {
            "give both files of a migration the same words behind the number, or remove this one"
        }
        FilesError::NumberMissing { .. } => {
            "restore the folder that is missing, or rename the ones behind it and run `autogen rehash`"
        }
        FilesError::InSubfolder { .. } => "move them into the folder of the others",
        FilesError::NotSql(_) => "write it as SQL, or keep such migrations in a folder of their own",
        FilesError::AlwaysInTransaction { .. } => {
            "make this change another way, such as by hand in the program that runs the migrations"
        }
        FilesError::MarkInStatement { .. } => {
            "write that line otherwise in the model, such as with a space before it"
        }
        FilesError::FileInTheWay { .. } => return None,
        FilesError::NotPutBack { .. } => {
            "move its folders back by hand, or restore them from version control, and run the same command again"
        }
        FilesError::NotRead(_) | FilesError::BadMetadata { .. } => return None,
    })
}

/// What to do about a file that can't be read or written.
fn file_hint(error: &std::io::Error) -> Option<&'static str> {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
        .then_some("nothing was written; may you write there? `migrations` and `model` in autogen.toml say where it goes")
}

/// What to do about a statement of PostgreSQL (25001) or SQLite that no transaction may hold.
fn needs_no_transaction(message: &str) -> Option<&'static str> {
    let is_held = message.contains("cannot run inside a transaction block")
        || message.contains("cannot be executed within a pipeline")
        || message.contains("from within a transaction");
    is_held.then_some(
        "put the statement alone into a migration of its own, whose metadata.toml says `run_in_transaction = false`",
    )
}

/// What to do about a database that is in condition.
const fn condition_hint(condition: DatabaseCondition) -> &'static str {
    match condition {
        DatabaseCondition::DiskFull => "make room on the server's disk and run the same command again",
        DatabaseCondition::ReadOnly => "name the server that takes changes with --database-url",
        DatabaseCondition::ConnectionLost => {
            "when the server is back, run the same command again: it goes on with what is not applied"
        }
    }
}
