//! Ends waits for a server that takes a connection and never answers, which the client libraries would not end.

use std::sync::mpsc;
use std::time::Duration;

/// How long a server may take to let a client in.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is said of one that takes longer.
pub const NO_ANSWER: &str = "the server did not answer within 15 s";

/// Does something in a thread of its own and waits for it, but not for ever: `None` when it takes too long. The
/// thread then stays behind until the process ends.
pub fn with_connect_timeout<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody listens any more when it took too long.
        let _ = done.send(work());
    });
    wait.recv_timeout(PATIENCE).ok()
}
