//! Nushell's completions: `clap_complete` has those of other shells.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine::{CompletionCandidate, complete};
use clap_complete::env::EnvCompleter;
use serde_json::{Value, json};

/// What a line of autogen's may go on with; other lines are left to whoever completed them before.
const SCRIPT: &str = r#"# What completes autogen's lines, in front of what completes other programs' already.
let autogen_before = $env.config.completions.external.completer?
$env.config.completions.external.enable = true
$env.config.completions.external.completer = {|spans|
    if ($spans | first) == "BIN" {
        with-env { VAR: "nushell" } { ^"COMPLETER" -- ...$spans } | from json
    } else if $autogen_before != null {
        do $autogen_before $spans
    }
}
"#;

/// Nushell, by its external completer (its book's chapter "External Completers").
pub(crate) struct Nushell;

impl EnvCompleter for Nushell {
    fn name(&self) -> &'static str {
        "nushell"
    }

    fn is(&self, name: &str) -> bool {
        matches!(name, "nushell" | "nu")
    }

    fn write_registration(
        &self,
        var: &str,
        _: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        let script = SCRIPT.replace("VAR", var).replace("BIN", bin).replace("COMPLETER", completer);
        buf.write_all(script.as_bytes())
    }

    /// The last word is the one that is typed.
    fn write_complete(
        &self,
        cmd: &mut Command,
        args: Vec<OsString>,
        current_dir: Option<&Path>,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        let typed = args.len().saturating_sub(1);
        let found = complete(cmd, args, typed, current_dir)?;
        let shown = |candidate: &CompletionCandidate| {
            json!({
                "value": candidate.get_value().to_string_lossy(),
                "description": candidate.get_help().map(ToString::to_string),
            })
        };
        write!(buf, "{}", Value::from_iter(found.iter().map(shown)))
    }
}
