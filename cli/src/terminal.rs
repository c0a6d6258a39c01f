//! What the engine tells and asks, on a terminal.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use autogen_codegen::quote::in_shell;
use autogen_diff_core::diagnostic::{Diagnostic, Severity};
use autogen_engine::Observer;
use autogen_engine::event::{Activity, Event, HookPoint, LockMismatch, Move, Question};
use autogen_engine::files::AGREEMENT_FILE;
use autogen_engine::report::{Proof, Ran, counted};
use autogen_runner::{Direction, Event as RunEvent, SUM_FILE};

use crate::durations;
use crate::output::{self, escape};
use crate::progress::Progress;
use crate::prompt;

/// Shows events on stderr and asks on the terminal, if there is one.
#[derive(Default)]
pub(crate) struct Terminal {
    /// What is going on in each thread, the last one within those before it: two sides are read at the same time.
    progress: Mutex<Vec<(ThreadId, Progress)>>,
}

impl Terminal {
    fn with_progress(&self, change: impl FnOnce(&mut Vec<(ThreadId, Progress)>)) {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Observer for Terminal {
    fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Diagnostic(diagnostic) => output::diagnostic(diagnostic),
            Event::Began(activity, steps) => {
                let progress = Progress::of(verb(*activity), *steps);
                self.with_progress(|all| all.push((thread::current().id(), progress)));
            }
            Event::Step(what) => {
                self.with_progress(|all| {
                    let own = place_of_own(all).map(|place| &mut all[place].1);
                    own.into_iter().for_each(|progress| progress.step(what));
                });
            }
            Event::Ended => self.with_progress(|all| drop(place_of_own(all).map(|place| all.remove(place)))),
            Event::Reading { sources, server } => {
                let server = server.as_ref().map(|server| format!(" ({server})")).unwrap_or_default();
                status("Reading", &format!("{}{server} and {}", sources.from, sources.to));
            }
            Event::Unmanaged(count) => {
                let what = if *count == 1 { "difference is" } else { "differences are" };
                status(
                    "Unmanaged",
                    &format!("{count} {what} left alone: privileges, ignored names, other schemas"),
                );
            }
            Event::OtherVersion(pair) => status(
                "Unmanaged",
                &format!(
                    "extension {}: version {} here, {} there, not compared",
                    pair.to.name, pair.from.version, pair.to.version
                ),
            ),
            Event::Renamed(rename) => {
                let (old, new) = rename.sides();
                status("Renamed", &format!("{old} to {new}"));
            }
            Event::LikelyRename(rename) => {
                let (old, new) = rename.sides();
                warning(&format!("{old} is dropped and {new} is new; values are not carried over"));
                hint(&format!("if it is a rename, pass --rename {}", typed(&rename.flag())));
            }
            Event::Detected(entry) => {
                status("Detected", &format!("{} {}", entry.verb, entry.object));
                entry.details().for_each(|line| output::detail(&escape(&format!("  {line}"))));
            }
            Event::Hazard(hazard) => output::hazard(&escape(&hazard.to_string())),
            Event::Proven(proof) => status(
                "Proven",
                &match proof {
                    Proof::Not | Proof::Whole => "up, down, up in a scratch database".to_owned(),
                    Proof::Part { objects, of } => {
                        format!(
                            "up, down, up in a scratch database, with {objects} of {of} objects: those that it can touch"
                        )
                    }
                },
            ),
            Event::WordsNotProven(reason) => words_not_proven(&reason.to_string()),
            Event::LockMismatch(locks) => lock_mismatch(locks),
            Event::ProvenFiles { names, layout } => {
                let ways = layout.proven_ways();
                status("Proven", &format!("{}: {ways} in a scratch database", names.join(", ")));
            }
            Event::ShownNotCompared => warning(
                "what views show was not compared, though some name columns by position: this scratch database runs no code",
            ),
            Event::RehashedUnproven => {
                warning("no database is named, so nothing tells the dialect; the files are recorded unproven")
            }
            Event::OtherHeader(text) => warning(text),
            Event::MergedInThought { revision, names } => match names {
                [] => status("Merged", &escape(&format!("with {revision}, which has no other migration"))),
                [_, ..] => status(
                    "Merged",
                    &escape(&format!("in thought with {revision}, which has besides: {}", names.join(", "))),
                ),
            },
            Event::NotCovered(names) => {
                warning(&format!(
                    "{SUM_FILE} does not cover {}: an edit of it would go unseen",
                    names.join(", ")
                ));
                hint("run `autogen rehash` to record its files");
            }
            Event::OtherFingerprints => warning(
                "the first headers have fingerprints of another release of autogen, which are not compared",
            ),
            Event::Unwritable(object) => {
                warning(&format!("{object} can't be written as SQL and is left out"));
                hint("add its statement to the model by hand; without it `autogen -m` refuses to go on");
            }
            Event::DriftAtStart(lines) => {
                warning(
                    "schema drift: the database differs from what the migrations produce; this migration starts from what they \
                     produce",
                );
                lines.iter().for_each(|line| output::detail(&escape(line)));
            }
            Event::NotFromMigrations(message) => {
                warning(&format!("{message}; a new database will lack them"));
            }
            Event::ReadInPart { parts, of } => output::diagnostic(&Diagnostic {
                severity: Severity::Detail,
                subject: None,
                message: format!(
                    "{parts} of {of} parts of the model are changed or may be reached by a change, and were made again; --full makes all"
                ),
                help: None,
            }),
            Event::KnownEqual(sources) => output::diagnostic(&Diagnostic {
                severity: Severity::Detail,
                subject: None,
                message: format!(
                    "{AGREEMENT_FILE} holds that {} and {} are the same; --full compares them again",
                    sources.from, sources.to
                ),
                help: None,
            }),
            Event::CommitOutcomeUnknown(error) => warning(&error.to_string()),
            Event::Created(path) => status("Created", &path.display().to_string()),
            Event::Wrote(path) => status("Wrote", &shown(path)),
            Event::WroteModel(path) => status("Wrote", &format!("{}, the model", path.display())),
            Event::WroteBaseline(path) => {
                status("Wrote", &format!("{}, what the database has now", path.display()));
            }
            Event::KeptByHand(path) => kept_by_hand(path),
            Event::LeftOutOfTables(reason) => warning(&format!("schema.rs: {reason}; it is left out")),
            Event::NotFormatted => warning("rustfmt is not installed, so schema.rs is not formatted"),
            Event::Stats(note) => durations::stats(note),
            Event::Progress { progress, left } => durations::running(progress, *left),
            Event::NoRates(reason) => durations::no_rates(reason),
            Event::Hook(moment, words) => hook(*moment, words),
            Event::InFleet(name, event) => {
                let mut bar = None;
                self.with_progress(|all| bar = all.first().map(|(_, progress)| progress.bar().clone()));
                Progress::suspended(bar.as_ref(), || output::of(name, || self.tell(event)));
            }
            Event::Canary(count) => status("Canary", &format!("{count} of the databases before the others")),
            Event::Claimed(count) => {
                let what = if *count == 1 { "database" } else { "databases" };
                status("Waiting", &format!("for other workers, which have {count} {what}"));
            }
            Event::Pending(count) => status("Pending", &counted(*count)),
            Event::Run(direction, event) => run(*direction, event),
            Event::Applied(ran) => applied(ran),
            Event::Undone(ran) => undone(ran),
            Event::Settled => status("Settled", &format!("{SUM_FILE}: the lines of both sides are kept")),
            Event::Moved { from, to, why } => {
                let why = match why {
                    Move::Twin => ": its version was that of another one",
                    Move::Rebased => "",
                };
                status("Moved", &format!("{from} to {to}{why}"));
            }
            Event::LeftOutOfSquash(names) => warning(&format!(
                "left out: what {} do besides the schema (rows, privileges, settings)",
                names.join(", ")
            )),
            Event::KeptInSquash(names) => status(
                "Note",
                &format!(
                    "{} do more than change the schema: the statements are kept as they are",
                    names.join(", ")
                ),
            ),
        }
    }

    fn ask(&self, question: &Question<'_>) -> Option<bool> {
        if !prompt::is_possible() {
            return None;
        }
        let text = match question {
            Question::IsRename(rename) => {
                let (old, new) = rename.sides();
                format!("Is {new} the old {old} under a new name?")
            }
            Question::DropAll { model, tables } => {
                let tables = if *tables == 1 { "1 table".to_owned() } else { format!("{tables} tables") };
                format!("The {model} declares nothing. Drop {tables} and all else?")
            }
            Question::LoseData { database, places } => {
                places.iter().for_each(|place| output::hazard(&escape(place)));
                format!("This loses data of {database}. Go on?")
            }
        };
        Some(prompt::is_confirmed(&text))
    }
}

/// What this thread began last.
fn place_of_own(all: &[(ThreadId, Progress)]) -> Option<usize> {
    let this = thread::current().id();
    all.iter().rposition(|(thread, _)| *thread == this)
}

/// A path as a user would write it.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

const fn verb(activity: Activity) -> &'static str {
    match activity {
        Activity::Proving => "Proving",
        Activity::RunningUp => "Running up",
        Activity::RunningDown => "Running down",
        Activity::Replaying => "Replaying",
        Activity::Looking => "Looking",
        Activity::Upgrading => "Upgrading",
        Activity::Downgrading => "Undoing",
        Activity::Stamping => "Stamping",
        Activity::Comparing => "Comparing",
    }
}

/// A flag as a shell takes it, without quotes where none are needed.
fn typed(flag: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_.=-".contains(c);
    if flag.chars().all(is_plain) { flag.to_owned() } else { in_shell(flag) }
}

fn kept_by_hand(path: &Path) {
    let path = shown(path);
    status("Kept", &format!("{path}: it has no `// @generated` line, so it was written by hand"));
    hint(&format!(
        "to have upgrades write it, put `// @generated` into the first line of {path}; to keep it as it is without this \
         note, take its `file` out of [print_schema] in diesel.toml"
    ));
}

fn hook(moment: HookPoint, words: &[String]) {
    status("Running", &format!("hook {}: {}", moment.word(), words.join(" ")));
}

fn run(direction: Direction, event: &RunEvent<'_>) {
    let (doing, done) = match direction {
        Direction::Up => ("Applying", "Applied"),
        Direction::Down => ("Undoing", "Undid"),
    };
    match event {
        RunEvent::Started(migration) => status(doing, &migration.name),
        RunEvent::Waiting(migration, message) => {
            status("Waiting", &format!("{}: {message}; it is tried again", migration.name));
        }
        RunEvent::DriftAllowed => warning("the schema is not what the last upgrade left behind"),
        RunEvent::NotRecorded(error) => warning(&format!("the schema was not recorded: {error}")),
        RunEvent::Finished(migration, took) => {
            let estimate = migration.takes().filter(|_| direction == Direction::Up);
            let estimate = estimate.map(|takes| format!(", estimated at {takes}")).unwrap_or_default();
            status(done, &format!("{} in {} ms{estimate}", migration.name, took.as_millis()));
        }
    }
}

fn applied(ran: &Ran) {
    let count = ran.report.ran.len();
    match &ran.target {
        _ if count > 0 => status("Done", &format!("{} applied", counted(count))),
        // Head, or a target that is applied, while others may be pending.
        Some(target) if ran.pending > 0 => status(
            "Done",
            &format!("{target} is applied already; nothing to apply; {} pending", counted(ran.pending)),
        ),
        Some(_) | None => status("Done", "already at head; nothing to apply"),
    }
}

fn undone(ran: &Ran) {
    let target = ran.target.as_deref().unwrap_or_default();
    match ran.report.ran.len() {
        0 => status("Done", &format!("nothing to undo (target {target})")),
        count => status("Done", &format!("{} undone", counted(count))),
    }
}

fn status(verb: &str, text: &str) {
    output::status(verb, &escape(text));
}

fn warning(text: &str) {
    output::warning(&escape(text));
}

fn hint(text: &str) {
    output::hint(&escape(text));
}

fn words_not_proven(reason: &str) {
    let message = "the migration could not be proven in the model's own words and uses the server's spelling";
    output::diagnostic(&Diagnostic {
        severity: Severity::Note,
        subject: None,
        message: format!("{message}: {}", first_lines(reason)),
        help: None,
    });
}

fn lock_mismatch(locks: &LockMismatch) {
    warning(&format!(
        "`{}` takes locks that differ from those that its file declares; the header of the file says so",
        locks.first_line()
    ));
    locks.differences.iter().for_each(|line| output::detail(&escape(&format!("  {line}"))));
    hint(&format!(
        "unless an event trigger or a function of this schema does it, this is an error of autogen; please report {}",
        locks.number()
    ));
}

/// As many lines of a text as tell what it is about.
fn first_lines(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.take(FIRST_LINES).collect::<Vec<_>>().join(" ")
}

const FIRST_LINES: usize = 3;
