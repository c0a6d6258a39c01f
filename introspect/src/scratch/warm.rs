//! Throw-away servers that stay for a while behind the command that started them, so that the next one finds them warm.
//!
//! Each has a folder, named by what it is like and a number, in a folder that this user alone may write. Whoever uses it touches
//! the file `used` there. A shell holds the server, and ends it and clears up once nobody has for [`MINUTES`], or when that file
//! is gone.

use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use autogen_migration_files::{lock_folder, sha256_hex};

use super::local_server::{Holder, create_private, no_scratch};
use crate::error::IntrospectError;
use crate::url::DatabaseUrl;

/// How long a server stays behind its last use.
pub(super) const MINUTES: u64 = 10;

/// How long nobody may have used a server that is taken: well before its holder may end it.
const FRESH: Duration = Duration::from_secs((MINUTES - 1) * 60);

/// How often a server that is in use is touched.
const TOUCH: Duration = Duration::from_secs(60);

/// The file that is touched.
const USED: &str = "used";

/// Beside it once the server is all that it has to be.
const READY: &str = "ready";

/// The URL of a server that is like a text says: of one that runs, or else of a new one.
///
/// `url` gives that of the server in a folder, `lets_in` fails where it does not run, and `start` starts it there and makes in it what
/// it shall have.
///
/// # Errors
/// When there is no folder for it, or it does not start.
pub(super) fn url_for(
    like: &str,
    url: impl Fn(&Path) -> Result<DatabaseUrl, IntrospectError>,
    lets_in: impl Fn(&DatabaseUrl) -> Result<(), IntrospectError>,
    start: impl FnOnce(&Holder) -> Result<DatabaseUrl, IntrospectError>,
) -> Result<DatabaseUrl, IntrospectError> {
    /// Digits of a hash that stand for what a server is like.
    const DIGITS: usize = 12;
    let home = home()?;
    // Of two who need the same one, the second takes what the first has started.
    let _lock = lock_folder(&home);
    let key = format!("{}-", &sha256_hex(like)[..DIGITS]);
    for folder in folders(&home, &key)? {
        let found = url(&folder)?;
        if is_fresh(&folder) && touch(&folder).is_ok() && lets_in(&found).is_ok() {
            stay_in_use(folder);
            return Ok(found);
        }
    }
    let folder = home.join(format!("{key}{:08x}", rand::random::<u32>()));
    create_private(&folder)?;
    fs_err::write(folder.join(USED), "")?;
    let started = start(&Holder { used: Some(folder.join(USED)), folder: folder.clone() })?;
    fs_err::write(folder.join(READY), "")?;
    stay_in_use(folder);
    Ok(started)
}

/// The servers' folders, those of one kind.
fn folders(home: &Path, key: &str) -> Result<Vec<PathBuf>, IntrospectError> {
    let entries = fs_err::read_dir(home)?.flatten().map(|entry| entry.path());
    let is_of_kind = |path: &PathBuf| {
        path.is_dir() && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(key))
    };
    let mut found: Vec<PathBuf> = entries.filter(is_of_kind).collect();
    found.sort();
    Ok(found)
}

/// Whether a server is ready, and was used so lately that nobody ends it.
fn is_fresh(folder: &Path) -> bool {
    let used = fs_err::metadata(folder.join(USED)).and_then(|metadata| metadata.modified());
    let age = used.ok().and_then(|used| used.elapsed().ok());
    folder.join(READY).is_file() && age.is_some_and(|age| age < FRESH)
}

/// Says that a server is in use. A file that is gone stays so: the server ends.
fn touch(folder: &Path) -> Result<(), std::io::Error> {
    let file = File::options().append(true).open(folder.join(USED))?;
    file.set_times(FileTimes::new().set_modified(SystemTime::now()))
}

/// Touches a server for as long as this process runs.
fn stay_in_use(folder: PathBuf) {
    std::thread::spawn(move || {
        while touch(&folder).is_ok() {
            std::thread::sleep(TOUCH);
        }
    });
}

/// The folder of this user's servers.
///
/// # Errors
/// When somebody else has it, who could give us a server of theirs.
#[cfg(unix)]
fn home() -> Result<PathBuf, IntrospectError> {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};

    /// All others may pass: as root, the server runs as another user.
    const MODE: u32 = 0o711;
    /// The bits of those who may write, but for the owner.
    const OTHERS_WRITE: u32 = 0o022;
    let own = fs_err::metadata(tempfile::tempdir()?.path())?.uid();
    let home = std::env::temp_dir().join(format!("autogen-warm-{own}"));
    let made = std::fs::DirBuilder::new().mode(MODE).create(&home);
    let is_new_or_there = made.is_ok() || home.is_dir();
    let found = fs_err::symlink_metadata(&home)?;
    if is_new_or_there && found.is_dir() && found.uid() == own && found.mode() & OTHERS_WRITE == 0 {
        return Ok(home);
    }
    Err(no_scratch(format!("{} is not this user's own folder; remove it, or set TMPDIR", home.display())))
}

/// Where no shell holds servers.
#[cfg(not(unix))]
fn home() -> Result<PathBuf, IntrospectError> {
    Err(no_scratch("servers are kept warm on Unix only".to_owned()))
}
