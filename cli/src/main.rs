//! The `autogen` binary: parse, run, exit code.

mod advice;
mod args;
mod command_error;
mod commands;
mod completion;
mod details;
mod dry_run;
mod durations;
mod error;
mod examples;
mod exit;
mod failure;
mod fleet_args;
mod global_args;
mod migration_format;
mod nushell;
mod output;
mod progress;
mod prompt;
mod report_args;
mod reports;
mod server_hint;
mod shells;
mod sql_error;
mod terminal;
mod usage;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use autogen_introspect::IntrospectError;
use clap::Parser;

/// Schemas are many small values, and the allocator of a static binary's C library is slow at those.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Scratch databases are dropped on an interrupt too.
    let handler = ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        autogen_introspect::scratch::drop_all();
        std::process::exit(130);
    });
    debug_assert!(handler.is_ok(), "the handler is set once");
    shells::answer_shell();
    let cli = args::Cli::try_parse().unwrap_or_else(|error| usage::refuse(&error));
    output::set_volume(cli.global.verbose, cli.global.quiet);
    let result = commands::run(cli);
    while INTERRUPTED.load(Ordering::SeqCst) {
        // The handler ends the process; what failed meanwhile failed because of it.
        std::thread::park();
    }
    let code = match result {
        Ok(code) => code,
        Err(error) => error::report(&error),
    };
    let disturbed = autogen_introspect::scratch::disturbances();
    if disturbed.is_empty() { code } else { error::report(&IntrospectError::Disturbed(disturbed).into()) }
}

/// Set once an interrupt is being handled.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
