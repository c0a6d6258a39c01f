//! The `autogen` binary: parse, run, exit code.

mod args;
mod commands;
mod compare;
mod connection;
mod dangers;
mod dotenv;
mod draft;
mod drift;
mod environment;
mod error;
mod exit;
mod file_template;
mod folders;
mod hooks;
mod known;
mod output;
mod overlay;
mod progress;
mod project;
mod prompt;
mod proof;
mod renames;
mod replay;
mod schema_rs;
mod server_hint;
mod settings;
mod sql_error;
mod structs;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use autogen_introspect::IntrospectError;
use clap::Parser;

fn main() -> ExitCode {
    // Scratch databases are dropped on an interrupt too.
    let handler = ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        autogen_introspect::scratch::drop_all();
        std::process::exit(130);
    });
    debug_assert!(handler.is_ok(), "the handler is set once");
    let cli = args::Cli::parse();
    output::set_verbose(cli.global.verbose);
    output::set_quiet(cli.global.quiet);
    let result = commands::run(cli);
    while INTERRUPTED.load(Ordering::SeqCst) {
        // The handler ends the process; what failed meanwhile failed because of it.
        std::thread::park();
    }
    let code = match result {
        Ok(code) => code,
        Err(error) => error.report(),
    };
    let disturbed = autogen_introspect::scratch::disturbances();
    if disturbed.is_empty() {
        code
    } else {
        error::CliError::from(IntrospectError::Disturbed(disturbed)).report()
    }
}

/// Set once an interrupt is being handled.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
