//! What throw-away servers of this machine have in common: they are waited for, and end with this process.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::error::IntrospectError;

/// Runs a shell script that holds a server until the end of its standard input, with its settings in the environment.
///
/// # Errors
/// When there is no shell.
pub(super) fn run<'a>(
    script: &str,
    settings: impl IntoIterator<Item = (&'a str, &'a std::ffi::OsStr)>,
) -> Result<Child, IntrospectError> {
    Ok(Command::new("sh")
        .args(["-c", script])
        .envs(settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?)
}

/// Waits until a server lets a client in, and keeps its pipe open until this process ends.
///
/// # Errors
/// When it ends before, or takes longer than 90 seconds: the last line of its log.
pub(super) fn wait(
    mut child: Child,
    log: &Path,
    lets_in: impl Fn() -> Result<(), IntrospectError>,
    failed: impl FnOnce(String) -> IntrospectError,
) -> Result<(), IntrospectError> {
    static HELD: OnceLock<Mutex<Vec<Child>>> = OnceLock::new();
    let start = Instant::now();
    while let Err(error) = lets_in() {
        let ended = child.try_wait()?.is_some();
        if ended || start.elapsed() > Duration::from_secs(90) {
            let said = fs_err::read_to_string(log).unwrap_or_default();
            return Err(failed(said.lines().last().map_or_else(|| error.to_string(), str::to_owned)));
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    HELD.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner).push(child);
    Ok(())
}
