//! What goes to the terminal: the answer to stdout, everything else to stderr.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use anstyle::{AnsiColor, Style};
use autogen_codegen::report::{Entry, Side, TextLine};
use autogen_diff_core::diagnostic::{Diagnostic, Severity};
pub(crate) use autogen_report::printable as escape;
use serde::Serialize;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const STATUS: Style = AnsiColor::Green.on_default().bold();

/// The column that the verbs of status lines end in.
const VERB_WIDTH: usize = 10;

/// Whether `-v` was given.
static VERBOSE: AtomicBool = AtomicBool::new(false);

/// Whether details are shown.
pub(crate) fn is_verbose() -> bool {
    VERBOSE.load(Ordering::Relaxed)
}

/// Whether `-q` was given.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Whether the last line was shown, and so what stands below it.
static IS_SHOWN: AtomicBool = AtomicBool::new(true);

/// Shows details from now on, or only answers, warnings and errors.
pub(crate) fn set_volume(is_verbose: bool, is_quiet: bool) {
    VERBOSE.store(is_verbose, Ordering::Relaxed);
    QUIET.store(is_quiet, Ordering::Relaxed);
}

/// Whether status lines and notes are left out.
pub(crate) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Notes that a line is shown, so that the hint below it is.
pub(crate) fn shown() {
    IS_SHOWN.store(true, Ordering::Relaxed);
}

/// A line of the answer.
pub(crate) fn answer(text: &str) {
    answer_raw(&format!("{text}\n"));
}

/// The answer for machines.
pub(crate) fn json(value: &impl Serialize) -> std::io::Result<()> {
    answer(&serde_json::to_string_pretty(value).map_err(std::io::Error::from)?);
    Ok(())
}

/// The answer without a newline of ours: byte for byte, but that a terminal gets nothing to obey.
pub(crate) fn answer_raw(text: &str) {
    let mut stdout = std::io::stdout();
    let shown = if stdout.is_terminal() { Cow::Owned(escape(text)) } else { Cow::Borrowed(text) };
    // A reader that has gone away, like `head`, is no error.
    let _ = stdout.write_all(shown.as_bytes()).and_then(|()| stdout.flush());
}

/// A failure to write a file, which it names.
pub(crate) fn at(path: &Path, error: &std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// A line of the answer with styles of ours, which only a terminal gets; the rest of it is escaped before.
fn styled_answer(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

thread_local! {
    /// The database of a fleet that lines of this thread are about.
    static OF: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Shows what is told meanwhile with the name of a database before it; status lines only with `-v`.
pub(crate) fn of(name: &str, tell: impl FnOnce()) {
    OF.set(Some(escape(name)));
    tell();
    OF.set(None);
}

/// A line's text, behind the database that it is about.
fn named(text: &str) -> Cow<'_, str> {
    OF.with_borrow(|of| of.as_ref().map_or(Cow::Borrowed(text), |name| format!("{name}: {text}").into()))
}

/// A line such as `  Reading  database shop`.
pub(crate) fn status(verb: &str, text: &str) {
    let text = named(text);
    if is_quiet() || (OF.with_borrow(Option::is_some) && !is_verbose()) {
        IS_SHOWN.store(false, Ordering::Relaxed);
        return;
    }
    let _ = writeln!(anstream::stderr(), "{STATUS}{verb:>VERB_WIDTH$}{STATUS:#}  {text}");
}

/// A hazard's line.
pub(crate) fn hazard(text: &str) {
    shown();
    let _ = writeln!(anstream::stderr(), "{WARNING}{:>VERB_WIDTH$}{WARNING:#}  {text}", "Hazard");
}

/// A line below a status line.
pub(crate) fn detail(text: &str) {
    if IS_SHOWN.load(Ordering::Relaxed) {
        let _ = writeln!(anstream::stderr(), "{:>VERB_WIDTH$}  {text}", "");
    }
}

/// `error: …`.
pub(crate) fn error(text: &str) {
    shown();
    let _ = writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: {text}");
}

/// `warning: …`.
pub(crate) fn warning(text: &str) {
    shown();
    let text = named(text);
    let _ = writeln!(anstream::stderr(), "{WARNING}warning{WARNING:#}: {text}");
}

/// `hint: …`, below a line that is shown.
pub(crate) fn hint(text: &str) {
    if IS_SHOWN.load(Ordering::Relaxed) {
        let _ = writeln!(anstream::stderr(), "{HINT}hint{HINT:#}: {text}");
    }
}

/// A diagnostic with its help; once a run, since both sides may come from one server.
pub(crate) fn diagnostic(diagnostic: &Diagnostic) {
    let text = escape(&diagnostic.message);
    if (diagnostic.severity == Severity::Detail && !is_verbose()) || !is_first(diagnostic) {
        return;
    }
    match diagnostic.severity {
        Severity::Warning => warning(&text),
        Severity::Note | Severity::Detail => status("Note", &text),
    }
    if let Some(help) = &diagnostic.help {
        hint(&escape(help));
    }
}

/// Whether the diagnostic was not shown before.
fn is_first(diagnostic: &Diagnostic) -> bool {
    static SHOWN: Mutex<Vec<Diagnostic>> = Mutex::new(Vec::new());
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let first = !shown.contains(diagnostic);
    if first {
        shown.push(diagnostic.clone());
    }
    first
}

/// A list of differences on stdout.
pub(crate) fn entries(entries: &[Entry]) {
    for entry in entries {
        answer(&escape(&format!("{} {}", entry.verb, entry.object)));
        entry.lines.iter().for_each(|line| answer(&escape(&format!("    {line}"))));
        for text in &entry.texts {
            answer(&escape(&format!("    ~ {}", text.what)));
            text.lines.iter().for_each(|line| styled_answer(&format!("        {}", text_line(line))));
        }
    }
}

/// A line of a text that differs, with what differs in it marked.
fn text_line(line: &TextLine) -> String {
    let style = match line.side {
        Side::From => AnsiColor::Red.on_default(),
        Side::To => AnsiColor::Green.on_default(),
        Side::Both | Side::LeftOut => Style::new(),
    };
    let mut shown = format!("{style}{}", line.side.sign());
    for part in &line.parts {
        let mark = if part.differs { Style::new().bold().underline() } else { Style::new() };
        shown.push_str(&format!("{mark}{}{mark:#}{style}", escape(&part.text)));
    }
    format!("{shown}{style:#}")
}
