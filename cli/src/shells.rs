//! Shells that complete a line. They ask `autogen` each time that TAB is pressed, by an environment variable, so that what the project
//! has is known.

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};

use crate::args::{Cli, Shell};
use crate::nushell::Nushell;

/// Set by a shell that asks, to its name.
const VARIABLE: &str = "AUTOGEN_COMPLETE";

/// Bash parts words at `:` and `=`, as they stand in ranges and options; they are put together again, and only what stands behind
/// the last such sign is completed.
const BASH_WORDS: &str = include_str!("bash_words.sh");

/// Zsh runs the file `_autogen` of its `fpath` when TAB is pressed for the first time, and wants an answer then, too.
const ZSH_AUTOLOAD: &str =
    "if [ \"$funcstack[1]\" = _autogen ]; then _clap_dynamic_completer_autogen \"$@\"; fi\n";

const SHELLS: Shells<'static> = Shells(&[&Bash, &Elvish, &Fish, &Nushell, &Powershell, &Zsh]);

/// Answers a shell that asks what a line may go on with, and ends. Does nothing where none asks.
pub(crate) fn answer_shell() {
    CompleteEnv::with_factory(Cli::command).var(VARIABLE).shells(SHELLS).complete();
}

/// What makes a shell ask.
///
/// # Errors
/// None: it is written into memory.
pub(crate) fn registration(shell: Shell) -> std::io::Result<String> {
    let shell: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Elvish => &Elvish,
        Shell::Fish => &Fish,
        Shell::Nushell => &Nushell,
        Shell::Powershell => &Powershell,
        Shell::Zsh => &Zsh,
    };
    let mut text = Vec::new();
    shell.write_registration(VARIABLE, "autogen", "autogen", "autogen", &mut text)?;
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    let behind = match shell.name() {
        "bash" => BASH_WORDS,
        "zsh" => ZSH_AUTOLOAD,
        _ => "",
    };
    Ok(format!("{text}\n{behind}"))
}
