//! Holds the limits of a server's session from outside of it, since SQL can lift what its own session sets.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Limits;

/// What the watchdog needs of a session.
pub(super) trait Session: Send + 'static {
    /// The size of the scratch database in bytes, if it can be told.
    fn size(&mut self) -> Option<u64>;
    /// Ends the session and what it runs.
    fn end(&mut self);
}

/// Ends a session that goes beyond its limits.
pub(super) struct Watchdog {
    shared: Arc<SharedState>,
    limits: Limits,
}

#[derive(Default)]
struct SharedState {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Since when something runs.
    since: Option<Instant>,
    /// What went beyond its limit.
    exceeded: Option<String>,
    /// The scratch database goes.
    ends: bool,
}

impl SharedState {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often the size is looked at; what is done sooner is never looked at.
const INTERVAL: Duration = Duration::from_millis(1000);

impl Watchdog {
    /// Watches in a thread of its own; `session` is made there, once something runs long enough to be looked at.
    pub(super) fn new<S: Session>(
        limits: Limits,
        session: impl FnOnce() -> Option<S> + Send + 'static,
    ) -> Self {
        let shared = Arc::new(SharedState::default());
        let its = Arc::clone(&shared);
        std::thread::spawn(move || watch(&its, limits, session));
        Self { shared, limits }
    }

    /// Does something under the watchdog's eyes; beside its result, what went beyond its limit.
    pub(super) fn watch<T>(&self, work: impl FnOnce() -> T) -> (T, Option<String>) {
        self.shared.lock().since = Some(Instant::now());
        self.shared.changed.notify_all();
        let result = work();
        let mut state = self.shared.lock();
        state.since = None;
        (result, state.exceeded.clone())
    }

    /// The limits that are held.
    pub(super) const fn limits(&self) -> Limits {
        self.limits
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.lock().ends = true;
        self.shared.changed.notify_all();
    }
}

fn watch<S: Session>(shared: &SharedState, limits: Limits, session: impl FnOnce() -> Option<S>) {
    let mut make = Some(session);
    let mut session: Option<S> = None;
    let mut state = shared.lock();
    while !state.ends {
        let wait = if state.since.is_some() { INTERVAL.min(limits.time) } else { Duration::from_secs(3600) };
        (state, _) = shared.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner);
        let Some(since) = state.since else { continue };
        if state.ends || since.elapsed() < INTERVAL.min(limits.time) {
            continue;
        }
        drop(state);
        // Asking the server takes its time; what runs may end meanwhile.
        if let Some(make) = make.take() {
            session = make();
        }
        let exceeded = session.as_mut().and_then(|session| exceeded(session, limits, since));
        state = shared.lock();
        if let (Some(what), Some(now), Some(session)) = (exceeded, state.since, session.as_mut())
            && now == since
        {
            state.exceeded = Some(what);
            session.end();
        }
    }
}

fn exceeded(session: &mut impl Session, limits: Limits, since: Instant) -> Option<String> {
    if since.elapsed() >= limits.time {
        return Some(format!("stopped after {} s, the limit of a scratch database", limits.time.as_secs()));
    }
    let size = session.size()?;
    (size > limits.size).then(|| {
        format!("stopped at {} MiB, the limit of a scratch database is {} MiB", size >> 20, limits.size >> 20)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake {
        size: u64,
        ended: std::sync::mpsc::Sender<()>,
    }

    impl Session for Fake {
        fn size(&mut self) -> Option<u64> {
            Some(self.size)
        }

        fn end(&mut self) {
            self.ended.send(()).expect("the test listens");
        }
    }

    fn exceeded_by(limits: Limits, size: u64) -> Option<String> {
        let (ended, wait) = std::sync::mpsc::channel();
        let watchdog = Watchdog::new(limits, move || Some(Fake { size, ended }));
        let (result, exceeded) = watchdog.watch(|| wait.recv_timeout(Duration::from_secs(10)));
        assert!(result.is_ok(), "the session was ended");
        exceeded
    }

    #[test]
    fn what_runs_too_long_or_grows_too_large_is_ended() {
        let short = Limits { time: Duration::from_millis(50), size: 1 };
        assert!(exceeded_by(short, 0).expect("exceeded").contains("stopped after"));
        let small = Limits { time: Duration::from_secs(60), size: 1 << 20 };
        assert!(exceeded_by(small, 2 << 20).expect("exceeded").contains("2 MiB"));
    }

    #[test]
    fn what_ends_in_time_is_left_alone() {
        let watchdog = Watchdog::new(Limits::default(), || None::<Fake>);
        assert_eq!(watchdog.watch(|| 1), (1, None));
    }
}
