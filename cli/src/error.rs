//! Every error of every crate, with its exit code and what to do next.

use std::process::ExitCode;

use autogen_codegen::PlanError;
use autogen_introspect::{IntrospectError, SqlFailure};
use autogen_runner::{RunError, Trouble};

use crate::exit::Exit;
use crate::output::{self, escape};
use crate::sql_error;

/// Whatever ends a command before its time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The command line or the settings are wrong.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// Reading a schema failed.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// Structs that are no model, each with its place.
    #[error("{} errors in the model", .0.len())]
    Model(Vec<SqlFailure>),
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Applying failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file can't be read or written.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// The migration did not do what it should in a scratch database.
    #[error("{0}")]
    NotProven(String),
    /// Migrations are pending that a check wants applied.
    #[error("the database is not at head; pending: {0}")]
    NotAtHead(String),
    /// Somebody changed the schema.
    #[error("the schema is not what the last upgrade left behind: something else has changed it")]
    Drift,
    /// Refused until the user says so.
    #[error("{message}")]
    Refused {
        /// Why.
        message: String,
        /// How to allow it.
        hint: String,
    },
}

impl CliError {
    /// A usage error with what to do.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } | Self::File(_) | Self::Model(_) => Exit::Usage,
            Self::Introspect(error) => match error {
                IntrospectError::BadUrl(_)
                | IntrospectError::NoSupport(_)
                | IntrospectError::NoSuchSource(_)
                | IntrospectError::Program { .. }
                | IntrospectError::Snapshot { .. }
                | IntrospectError::File(_) => Exit::Usage,
                IntrospectError::Sql(failure) if failure.is_refused => Exit::Refused,
                IntrospectError::Sql(_) => Exit::Usage,
                IntrospectError::Connect { .. }
                | IntrospectError::Query { .. }
                | IntrospectError::Row { .. }
                | IntrospectError::Hidden { .. }
                | IntrospectError::NoScratch { .. } => Exit::Database,
                IntrospectError::ScratchIsTarget(_) => Exit::Refused,
                IntrospectError::NotDeclarations(failures) => {
                    if failures.iter().any(|failure| failure.is_refused) {
                        Exit::Refused
                    } else {
                        Exit::Usage
                    }
                }
                IntrospectError::Disturbed(_) => Exit::Disturbed,
            },
            Self::NotAtHead(_) | Self::Drift => Exit::History,
            Self::Plan(_) | Self::NotProven(_) | Self::Refused { .. } => Exit::Refused,
            Self::Run(error) => match error {
                RunError::File(_)
                | RunError::NoDirectory(_)
                | RunError::BadSource(_)
                | RunError::BadMetadata { .. }
                | RunError::BadTarget(_) => Exit::Usage,
                RunError::DuplicateVersion { .. }
                | RunError::Missing(_)
                | RunError::Edited(_)
                | RunError::OutOfOrder(_)
                | RunError::HalfSquashed { .. }
                | RunError::Unseen { .. }
                | RunError::OtherStatement { .. }
                | RunError::Unfinished { .. }
                | RunError::NoDown(_) => Exit::History,
                RunError::Failed { .. } | RunError::Stopped { .. } | RunError::Database(_)
                    if matches!(error.trouble(), Some(Trouble::ReadOnly)) =>
                {
                    Exit::Refused
                }
                RunError::Failed { .. }
                | RunError::Stopped { .. }
                | RunError::CommitUnseen { .. }
                | RunError::Database(_) => Exit::Database,
                RunError::ReadOnly(_) => Exit::Refused,
                RunError::LockTimeout { .. } | RunError::Blocked { .. } | RunError::LockLost(_) => Exit::Lock,
            },
        }
    }

    /// What to do next.
    fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Usage { hint, .. } => return hint.clone(),
            Self::Refused { hint, .. } => return Some(hint.clone()),
            Self::Plan(PlanError::Refused(refusals)) => {
                return refusals.first().map(|refusal| refusal.help.clone());
            }
            Self::Plan(PlanError::Cycle(_)) => {
                "make the change in two steps: first without one of them, then with it"
            }
            Self::NotAtHead(_) => "`autogen upgrade` applies them",
            Self::Drift => {
                "`autogen diff migrations database` shows what it is, beside what is pending; take it back or into \
                 the model, or go on with --allow-drift (drift = \"warn\" in autogen.toml)"
            }
            Self::NotProven(_) => "nothing was written; `--no-verify` writes the files unproven",
            Self::Introspect(error) => match error {
                IntrospectError::BadUrl(_) => {
                    "a URL looks like postgres://user@host/database, mysql://user@host/database or sqlite:shop.db"
                }
                IntrospectError::NoSupport(_) => "install autogen with that feature switched on",
                IntrospectError::Connect { .. } => "is the server running, and is DATABASE_URL right?",
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
                     1. --scratch local: a throw-away server from the PostgreSQL programs on this machine \
                     (scratch = \"local\" in autogen.toml)\n  \
                     2. --scratch-url postgres://user@host/postgres: a server where you may make databases \
                     (scratch_url in autogen.toml)\n  \
                     3. the right to make them here, as a superuser: ALTER ROLE your_role CREATEDB CREATEROLE"
                }
                IntrospectError::Hidden { database, missing, .. } => {
                    return Some(format!("GRANT {missing} ON `{database}`.* TO the account"));
                }
                IntrospectError::NoSuchSource(_) => "give a URL, an .sql file or a folder",
                IntrospectError::ScratchIsTarget(_) => "set another scratch_url",
                IntrospectError::Disturbed(_) => {
                    "what the model or a migration ran may have done it, or somebody else at the same time: look at it \
                     before you go on, and use --scratch local or --scratch-url for files that you do not trust"
                }
                IntrospectError::Snapshot { .. } => "write it anew: autogen schema --format json > FILE",
                IntrospectError::Program { .. } => {
                    "run it by hand: it should print CREATE statements; `source` in autogen.toml says what is run"
                }
                IntrospectError::Sql(_)
                | IntrospectError::NotDeclarations(_)
                | IntrospectError::Query { .. }
                | IntrospectError::Row { .. }
                | IntrospectError::File(_) => return None,
            },
            Self::Run(error) => return run_hint(error).map(str::to_owned),
            Self::File(_) | Self::Model(_) => return None,
        };
        Some(text.to_owned())
    }

    /// Prints the error and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Introspect(IntrospectError::Sql(failure)) => {
                let label = if failure.is_refused { "refused" } else { "the server stopped here" };
                sql_error::print(failure, label);
            }
            Self::Introspect(IntrospectError::NotDeclarations(failures)) => {
                failures.iter().for_each(|failure| {
                    sql_error::print(failure, if failure.is_refused { "refused" } else { "here" });
                });
            }
            Self::Model(failures) => failures.iter().for_each(|failure| sql_error::print(failure, "here")),
            Self::Plan(PlanError::Refused(refusals)) => {
                output::error(&format!(
                    "refused: autogen does not write {} of these changes",
                    refusals.len()
                ));
                for refusal in refusals {
                    output::detail(&escape(&format!("{}: {}", refusal.object, refusal.reason)));
                }
            }
            Self::Run(RunError::Failed { line: Some(line), .. }) => {
                output::error(&format!("{} (line {line})", escape(&self.to_string())));
            }
            other => output::error(&escape(&other.to_string())),
        }
        if let Some(hint) = self.hint() {
            output::hint(&hint);
        }
        self.exit().into()
    }
}

/// What to do next when applying failed.
fn run_hint(error: &RunError) -> Option<&'static str> {
    if let Some(trouble) = error.trouble() {
        return Some(trouble_hint(trouble));
    }
    Some(match error {
        RunError::NoDirectory(_) => "`autogen init` makes one",
        RunError::Missing(_) => {
            "bring the folder back from version control, or `autogen stamp --purge` the right revision"
        }
        RunError::Edited(_) => {
            "restore the file from version control; if the edit is meant, `autogen accept` records it"
        }
        RunError::HalfSquashed { .. } => {
            "take the folder from before the squash out of version control and `autogen upgrade` with it first"
        }
        RunError::OutOfOrder(_) => "give them newer versions, or pass --allow-out-of-order",
        RunError::DuplicateVersion { .. } => "rename one of the folders",
        RunError::Stopped { .. } => {
            "mend what made it fail and run the same command again: it goes on with this statement"
        }
        RunError::Unseen { .. } => {
            "`autogen repair --done` when it is, `autogen repair --again` when it is not"
        }
        RunError::OtherStatement { .. } => {
            "give the statement back the text that it had; what is done can be edited no more"
        }
        RunError::Unfinished { .. } => "`autogen repair` shows how far it is",
        RunError::NoDown(_) => "write a down.sql, or stop before it",
        RunError::Failed { rolled_back: true, .. } => "it was rolled back; mend the file and upgrade again",
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
        RunError::File(_)
        | RunError::BadSource(_)
        | RunError::BadMetadata { .. }
        | RunError::BadTarget(_)
        | RunError::ReadOnly(_)
        | RunError::CommitUnseen { .. }
        | RunError::Database(_) => return None,
    })
}

/// What to do about a database that is in trouble.
const fn trouble_hint(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Full => "make room on the server's disk and run the same command again",
        Trouble::ReadOnly => "name the server that takes changes with --database-url",
        Trouble::Lost => {
            "when the server is back, run the same command again: it goes on with what is not applied"
        }
    }
}
