//! Throw-away servers that stay for a while behind the command that started them, so that the next one finds them warm.
//!
//! Each has a folder, named by what it is like and a number, in a folder that this user alone may write. Whoever uses it touches
//! the file `.used` beside it. A shell holds the server, and ends it and clears up once nobody has for [`MINUTES`], or when that
//! file is gone.

use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use autogen_migration_files::{lock_folder, sha256_hex};

use super::local_server::{Holder, LOG, create_private, no_scratch};
use crate::error::IntrospectError;
use crate::url::DatabaseUrl;

/// How long a server stays behind its last use.
pub(super) const MINUTES: u64 = 10;

/// How long nobody may have used a server that is taken: well before its holder may end it.
const FRESH: Duration = Duration::from_secs((MINUTES - 1) * 60);

/// How often a server that is in use is touched.
const TOUCH: Duration = Duration::from_secs(60);

/// Ends the name of the file that is touched.
const USED: &str = "used";

/// The same of one that is there once the server is all that it has to be.
const READY: &str = "ready";

/// How long after its last use a server that is still there has no holder any more.
const ABANDONED: Duration = Duration::from_secs((MINUTES + 5) * 60);

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
    let key = format!("{}-", &sha256_hex(&format!("{like} {}", time_zone()))[..DIGITS]);
    for folder in folders(&home)? {
        if age(&folder).is_none_or(|age| age > ABANDONED) {
            remove(&folder);
            continue;
        }
        let is_like = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&key));
        let found = url(&folder)?;
        if is_like && is_fresh(&folder) && touch(&folder).is_ok() && lets_in(&found).is_ok() {
            stay_in_use(folder);
            return Ok(found);
        }
    }
    let folder = home.join(format!("{key}{:08x}", rand::random::<u32>()));
    let used = folder.with_extension(USED);
    // Before the folder, which without it is one that nobody uses.
    fs_err::write(&used, "")?;
    create_private(&folder)?;
    let started = start(&Holder { used: Some(used.clone()), folder: folder.clone() });
    if started.is_err() {
        // What has started ends.
        let _ = fs_err::remove_file(&used);
    }
    let started = started?;
    fs_err::write(folder.with_extension(READY), "")?;
    stay_in_use(folder);
    Ok(started)
}

/// What a server takes over from whoever starts it.
fn time_zone() -> String {
    std::env::var("TZ").unwrap_or_default()
}

/// Removes what a server left whose holder is gone. A PostgreSQL server without its folder ends by itself.
fn remove(folder: &Path) {
    let _ = fs_err::remove_dir_all(folder);
    for file in [USED, READY, LOG] {
        let _ = fs_err::remove_file(folder.with_extension(file));
    }
}

/// The servers' folders.
fn folders(home: &Path) -> Result<Vec<PathBuf>, IntrospectError> {
    let entries = fs_err::read_dir(home)?.flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    Ok(found)
}

/// How long ago a server was used; none where it has to go.
fn age(folder: &Path) -> Option<Duration> {
    let used = fs_err::metadata(folder.with_extension(USED)).and_then(|metadata| metadata.modified());
    // A clock that was set back is no reason to end it.
    used.ok().map(|used| used.elapsed().unwrap_or_default())
}

/// Whether a server is ready, and was used so lately that nobody ends it.
fn is_fresh(folder: &Path) -> bool {
    folder.with_extension(READY).is_file() && age(folder).is_some_and(|age| age < FRESH)
}

/// Says that a server is in use. A file that is gone stays so: the server ends.
fn touch(folder: &Path) -> Result<(), std::io::Error> {
    let file = File::options().append(true).open(folder.with_extension(USED))?;
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
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    /// All others may pass: as root, the server runs as another user.
    const MODE: u32 = 0o711;
    /// The bits of those who may write, but for the owner.
    const OTHERS_WRITE: u32 = 0o022;
    let own = fs_err::metadata(tempfile::tempdir()?.path())?.uid();
    let home = std::env::temp_dir().join(format!("autogen-warm-{own}"));
    if fs_err::create_dir(&home).is_ok() {
        fs_err::set_permissions(&home, std::fs::Permissions::from_mode(MODE))?;
    }
    let found = fs_err::symlink_metadata(&home)?;
    if found.is_dir() && found.uid() == own && found.mode() & OTHERS_WRITE == 0 {
        return Ok(home);
    }
    Err(no_scratch(format!("{} is not this user's own folder; remove it, or set TMPDIR", home.display())))
}

/// Where no shell holds servers.
#[cfg(not(unix))]
fn home() -> Result<PathBuf, IntrospectError> {
    Err(no_scratch("servers are kept warm on Unix only".to_owned()))
}
