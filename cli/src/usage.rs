//! What clap says of arguments that it can't take. It repeats them, and one of them may be a URL.

use autogen_sql_text::redact_connection;

/// Prints what is wrong without passwords, and ends as clap does.
pub(crate) fn refuse(error: &clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let text = without_secrets(&error.render().ansi().to_string(), std::env::args());
    anstream::eprint!("{text}");
    std::process::exit(error.exit_code())
}

fn without_secrets(text: &str, arguments: impl Iterator<Item = String>) -> String {
    arguments.fold(text.to_owned(), |text, argument| {
        let value = argument.split_once('=').map_or("", |(_, value)| value);
        [argument.as_str(), value].into_iter().filter(|part| !part.is_empty()).fold(text, |text, part| {
            let shown = redact_connection(part);
            if shown == part { text } else { text.replace(part, &shown) }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_is_not_expected_is_shown_without_its_password() {
        let arguments = ["status", "postgres://me:P1@h/x", "--dialect=mysql://me:P2@h/x"].map(str::to_owned);
        let text = "unexpected 'postgres://me:P1@h/x', and no 'mysql://me:P2@h/x' for 'status'";
        let shown = without_secrets(text, arguments.into_iter());
        assert_eq!(shown, "unexpected 'postgres:***@h/x', and no 'mysql:***@h/x' for 'status'");
    }
}
