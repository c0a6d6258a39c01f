//! An error in a file, with the line, the text and a caret below it.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use autogen_introspect::SqlFailure;

use crate::output::{self, escape};

/// Prints the error to stderr; the label stands at the caret.
pub(crate) fn print(failure: &SqlFailure, label: &str) {
    use std::io::IsTerminal as _;
    output::shown();
    let SqlFailure { file, text, span, message, hint, is_refused: _ } = failure;
    let title = escape(message);
    let path = file.display().to_string();
    let snippet = Snippet::source(text.as_str())
        .path(path)
        .annotation(AnnotationKind::Primary.span(span.clone()).label(label));
    let mut report = vec![Level::ERROR.primary_title(title).element(snippet)];
    let hint = hint.as_deref().map(escape);
    if let Some(hint) = &hint {
        report.push(Group::with_title(Level::HELP.secondary_title(hint)));
    }
    let colour = std::io::stderr().is_terminal();
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let rendered = renderer.render(&report);
    let _ = std::io::Write::write_all(&mut anstream::stderr(), format!("{rendered}\n").as_bytes());
}
