//! Tells how far a long statement is, from a second session that looks at the first one. Whatever goes wrong with that is no
//! matter: nothing is told then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use autogen_introspect::postgres::ProgressReader;
use autogen_introspect::progress::StatementProgress;
use autogen_runner::Session as _;

use crate::connection::AnyConnection;
use crate::observer::{Event, Observer};
use crate::project::Project;

/// Looks at a session until it is dropped.
pub(crate) struct StatementWatch {
    is_over: Arc<AtomicBool>,
    /// The other end learns that this one is gone.
    _stop: Sender<()>,
}

impl Drop for StatementWatch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

impl StatementWatch {
    /// Begins to look at the statements of a connection, where its server tells of them. Another session is opened only once
    /// they take long.
    pub(crate) fn begin(project: &Project, connection: &mut AnyConnection) -> Option<Self> {
        let pid = match connection {
            AnyConnection::Postgres(connection) => {
                connection.text("SELECT pg_catalog.pg_backend_pid()::pg_catalog.text").ok()??.parse().ok()?
            }
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(_) => return None,
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(_) => return None,
        };
        let (url, observer) = (project.database_url().ok()?.clone(), project.shared_observer());
        let is_over = Arc::new(AtomicBool::new(false));
        let (stop, stopped) = channel();
        let over = Arc::clone(&is_over);
        // Nobody waits for it: a server that does not answer must not hold up the end.
        std::thread::spawn(move || {
            if goes_on(&stopped, FIRST)
                && let Ok(mut reader) = ProgressReader::open(&url, pid)
            {
                watch(&mut reader, &*observer, &stopped, &over);
            }
        });
        Some(Self { is_over, _stop: stop })
    }
}

/// A moment of a phase.
struct Sample {
    phase: String,
    done: u64,
    at: Duration,
}

/// How long the rest of a phase takes, from how fast it went since another moment of it.
fn left(progress: &StatementProgress, at: Duration, before: Option<&Sample>) -> Option<Duration> {
    let before = before.filter(|before| before.phase == progress.phase && before.done < progress.done)?;
    let rest = progress.total.checked_sub(progress.done)?;
    let one = at.checked_sub(before.at)?.as_secs_f64() / (progress.done - before.done) as f64;
    Duration::try_from_secs_f64(one * rest as f64).ok()
}

/// What was seen of a phase first, and what is told of it.
#[derive(Default)]
struct Phases {
    first: Option<Sample>,
}

impl Phases {
    fn tell(&mut self, observer: &dyn Observer, progress: &StatementProgress, at: Duration) {
        let left = left(progress, at, self.first.as_ref());
        if self.first.as_ref().is_none_or(|first| first.phase != progress.phase) {
            self.first = Some(Sample { phase: progress.phase.clone(), done: progress.done, at });
        }
        observer.tell(&Event::Progress { progress, left });
    }
}

/// What is over by then needs no second session.
const FIRST: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(3);
const LONGEST: Duration = Duration::from_secs(60);

/// Looks again and again, with longer and longer pauses.
fn watch(reader: &mut ProgressReader, observer: &dyn Observer, stopped: &Receiver<()>, is_over: &AtomicBool) {
    let start = Instant::now();
    let (mut phases, mut pause) = (Phases::default(), SECOND);
    while let Ok(progress) = reader.read() {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        if let Some(progress) = progress {
            phases.tell(observer, &progress, start.elapsed());
        }
        if !goes_on(stopped, pause) {
            return;
        }
        pause = (pause * 3 / 2).min(LONGEST);
    }
}

/// Whether what is looked at still goes on after a while.
fn goes_on(stopped: &Receiver<()>, time: Duration) -> bool {
    stopped.recv_timeout(time) == Err(RecvTimeoutError::Timeout)
}

#[cfg(test)]
mod tests {
    use autogen_introspect::progress::ProgressWork;

    use super::*;

    fn progress(phase: &str, done: u64) -> StatementProgress {
        let (relation, phase) = ("t".to_owned(), phase.to_owned());
        StatementProgress { work: ProgressWork::Index, relation, phase, done, total: 100 }
    }

    #[test]
    fn the_rest_is_known_from_two_moments_of_a_phase() {
        let first = Sample { phase: "a".to_owned(), done: 10, at: Duration::from_secs(1) };
        let at = Duration::from_secs(4);
        assert_eq!(left(&progress("a", 40), at, Some(&first)), Some(Duration::from_secs(6)));
        assert_eq!(left(&progress("a", 100), at, Some(&first)), Some(Duration::ZERO));
        assert_eq!(left(&progress("b", 40), at, Some(&first)), None);
        assert_eq!(left(&progress("a", 10), at, Some(&first)), None);
        assert_eq!(left(&progress("a", 400), at, Some(&first)), None);
        assert_eq!(left(&progress("a", 40), at, None), None);
    }
}
