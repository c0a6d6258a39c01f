//! What whoever calls the engine says beside the settings.

use std::path::PathBuf;

use autogen_codegen::PlanOptions;
use autogen_sql_text::CompatibleServer;

use crate::settings::ScratchChoice;

/// What beats the settings and the environment.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The database, before `DATABASE_URL` and `database_url`.
    pub database_url: Option<String>,
    /// Where scratch databases are made, before all else.
    pub scratch: Option<ScratchChoice>,
    /// The server that scratch databases are made on, before `AUTOGEN_SCRATCH_URL` and `scratch_url`.
    pub scratch_url: Option<String>,
    /// Whether the model is trusted, beside `allow_code`.
    pub allow_code: bool,
    /// The server, where it only speaks the language of one, before `flavor`.
    pub flavor: Option<CompatibleServer>,
    /// The settings file, instead of the nearest `autogen.toml` above.
    pub config: Option<PathBuf>,
    /// Whether owners are compared, beside `manage.owners`.
    pub owners: bool,
    /// Whether everything is compared and proven as a whole, whatever is known to be equal.
    pub full: bool,
    /// What is planned beyond the usual.
    pub plan: PlanOptions,
}
