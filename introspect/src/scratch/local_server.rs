//! What throw-away servers of this machine have in common: a shell holds each, and they are waited for.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::warm::MINUTES;
use crate::error::IntrospectError;

/// What a shell holds a server by.
#[derive(Debug)]
pub(super) struct Holder {
    /// The folder of the server, which goes with it.
    pub(super) folder: PathBuf,
    /// The file that whoever uses it touches; none where the server ends with this process.
    pub(super) used: Option<PathBuf>,
}

impl Holder {
    /// For a server of this process in a new folder, whose name begins with a word.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub(super) fn of_process(word: &str) -> Result<Self, IntrospectError> {
        let folder =
            std::env::temp_dir().join(format!("autogen-{word}-{:012x}", rand::random::<u64>() >> 16));
        create_private(&folder)?;
        Ok(Self { folder, used: None })
    }

    /// The server's log, beside its folder.
    fn log(&self) -> PathBuf {
        self.folder.with_extension(LOG)
    }

    /// Removes what is left of a server that did not start.
    fn clear_up(&self) {
        let _ = fs_err::remove_dir_all(&self.folder);
        let _ = fs_err::remove_file(self.log());
    }

    /// Runs a shell script that starts a server, calls `hold` and clears up, with settings in its environment, and waits until the
    /// server lets a client in.
    ///
    /// # Errors
    /// When there is no shell; when it ends before, or takes longer than 90 seconds: what `failed` makes of the last line of its log.
    pub(super) fn start<'a>(
        &self,
        script: &str,
        settings: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
        lets_in: impl Fn() -> Result<(), IntrospectError>,
        failed: impl FnOnce(String) -> IntrospectError,
    ) -> Result<(), IntrospectError> {
        static HELD: OnceLock<Mutex<Vec<Child>>> = OnceLock::new();
        let mut child = self.run(script, settings)?;
        let start = Instant::now();
        while let Err(error) = lets_in() {
            let ended = child.try_wait()?.is_some();
            if ended || start.elapsed() > Duration::from_secs(90) {
                let said = fs_err::read_to_string(self.log()).unwrap_or_default();
                if ended {
                    self.clear_up();
                }
                return Err(failed(said.lines().last().map_or_else(|| error.to_string(), str::to_owned)));
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        // Its pipe stays open until this process ends.
        HELD.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner).push(child);
        Ok(())
    }

    fn run<'a>(
        &self,
        script: &str,
        settings: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
    ) -> Result<Child, IntrospectError> {
        let minutes = MINUTES.to_string();
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{HOLD}{script}")])
            .env("AUTOGEN_FOLDER", &self.folder)
            .env("AUTOGEN_LOG", self.log())
            .env("AUTOGEN_USED", self.used.as_deref().unwrap_or_else(|| "".as_ref()))
            .env("AUTOGEN_MINUTES", minutes)
            .envs(settings)
            .stdin(if self.used.is_some() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // What ends this command from its terminal ends no server that others may use.
        #[cfg(unix)]
        if self.used.is_some() {
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        }
        Ok(command.spawn()?)
    }
}

/// Ends the name of a server's log.
pub(super) const LOG: &str = "log";

/// `hold PID`: waits until the server has to go: the process that started it is gone, or nobody has used it for a while.
const HOLD: &str = r#"
trap '' INT TERM HUP
cd /
hold() {
    if [ -z "$AUTOGEN_USED" ]; then
        cat >/dev/null
    else
        # A machine that wakes up lets whoever uses the server touch it first.
        looks=0
        while kill -0 "$1" 2>/dev/null && [ -e "$AUTOGEN_USED" ] && [ "$looks" -lt 40 ]; do
            looks=$((looks + 1))
            [ -z "$(find "$AUTOGEN_USED" -mmin "-$AUTOGEN_MINUTES" 2>/dev/null)" ] || looks=0
            sleep 2
        done
        rm -f "$AUTOGEN_USED" "$AUTOGEN_FOLDER.ready"
    fi
}
"#;

/// Makes a folder that nobody else may enter: MySQL's socket lets everybody in who reaches it.
pub(super) fn create_private(folder: &Path) -> Result<(), std::io::Error> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "others have no such rights"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Why there is no server on this machine.
pub(super) fn no_scratch(message: String) -> IntrospectError {
    IntrospectError::NoScratch { url: "this machine".to_owned(), message }
}
