//! `autogen revision`: Alembic's word, which points to ours.

use crate::args::RevisionArgs;
use crate::command_error::CommandError;

/// The error that names the command to type.
pub(crate) fn points_to(args: &RevisionArgs) -> CommandError {
    let message = quoted(&message(&args.words).unwrap_or_else(|| "what changes".to_owned()));
    if args.words.iter().any(|word| word == "--autogenerate") {
        return CommandError::Autogenerate { message };
    }
    CommandError::Revision { message }
}

/// What stands behind `-m` or `--message`.
fn message(words: &[String]) -> Option<String> {
    let is_flag = |word: &String| word == "-m" || word == "--message";
    if let Some(at) = words.iter().position(is_flag) {
        return words.get(at + 1).cloned();
    }
    words
        .iter()
        .find_map(|word| word.strip_prefix("--message=").or_else(|| word.strip_prefix("-m")))
        .map(str::to_owned)
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    if text.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", text.replace('\'', "'\\''"))
    } else {
        format!("\"{text}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_kept() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(message(&words("--autogenerate -m email")).as_deref(), Some("email"));
        assert_eq!(message(&words("--message=email")).as_deref(), Some("email"));
        assert_eq!(message(&words("--autogenerate")), None);
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
    }
}
