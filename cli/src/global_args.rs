//! What holds for every command.

use std::path::PathBuf;

use autogen_engine::request::ScratchChoice;
use autogen_sql_text::CompatibleServer;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

/// Where scratch databases are made, when no URL says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScratchPlace {
    /// On the database's own server
    Server,
    /// On a throw-away server that is started from the database's programs on this machine
    Local,
    /// On one that stays for ten minutes, for the next command
    Warm,
}

impl From<ScratchPlace> for ScratchChoice {
    fn from(place: ScratchPlace) -> Self {
        match place {
            ScratchPlace::Server => Self::Server,
            ScratchPlace::Local => Self::Local,
            ScratchPlace::Warm => Self::Warm,
        }
    }
}

/// What holds for every command.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct GlobalArgs {
    /// The database [env: DATABASE_URL, also from .env]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Where scratch databases are made
    #[arg(long, global = true, value_enum, value_name = "PLACE", conflicts_with = "scratch_url")]
    pub(crate) scratch: Option<ScratchPlace>,
    /// A server to make scratch databases on [env: AUTOGEN_SCRATCH_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) scratch_url: Option<String>,
    /// Trust the model: run its DO, CALL and SELECT in the scratch database, and let it declare native code and tables of
    /// the server's files and programs (file_fdw)
    #[arg(long, global = true)]
    pub(crate) allow_code: bool,
    /// The server, where it only speaks the language of one that autogen knows (docs/flavors.md)
    #[arg(long, global = true, value_name = "SERVER", value_parser = flavor_parser())]
    pub(crate) flavor: Option<CompatibleServer>,
    /// The settings file [default: autogen.toml here or above]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Show more: what was left out and why
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Show only answers, warnings and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

fn flavor_parser() -> impl TypedValueParser<Value = CompatibleServer> {
    let words = CompatibleServer::ALL.map(CompatibleServer::word);
    PossibleValuesParser::new(words).try_map(|word| {
        let mut all = CompatibleServer::ALL.into_iter();
        all.find(|server| server.word() == word).ok_or("no such server")
    })
}
