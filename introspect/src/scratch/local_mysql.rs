//! A throw-away MySQL or MariaDB server from the programs on this machine, as `local` is for PostgreSQL.
//!
//! It listens on a socket in a temporary folder only, never runs as root, and goes with this process, however that
//! ends: a shell holds it and waits for the end of a pipe of ours. A warm one stays for the next process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use autogen_diff_core::{Flavor, Version};

use super::local_server::Holder;
use super::{Lifetime, warm};
use crate::error::IntrospectError;
use crate::mysql::{connect, one, server};
use crate::url::DatabaseUrl;

/// Names the folder of the server's programs, when it is none of the usual ones.
const PROGRAMS_VARIABLE: &str = "AUTOGEN_MYSQL_BIN";

/// The URL of this process's own server, or of a warm one, started on the first call.
///
/// It is of the target's vendor and of its release or a newer one.
///
/// # Errors
/// When there are no programs that fit, or the server does not start.
pub(super) fn url_for(
    target: Option<&DatabaseUrl>,
    lifetime: Lifetime,
) -> Result<DatabaseUrl, IntrospectError> {
    static SERVER: Mutex<Option<DatabaseUrl>> = Mutex::new(None);
    let mut running = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(url) = &*running {
        return Ok(url.clone());
    }
    let wanted = target.map(Wanted::read).transpose()?;
    let program = Wanted::program(wanted.as_ref())?;
    let options = wanted.map(|wanted| wanted.options.join("\n")).unwrap_or_default();
    let start = |holder: &Holder| start(&program, &options, holder);
    let url = match lifetime {
        Lifetime::Process => start(&Holder::of_process("my")?)?,
        Lifetime::Warm => {
            let build = fs_err::metadata(&program).and_then(|found| found.modified()).ok();
            let like = format!("{} {build:?} {options}", program.display());
            warm::url_for(&like, socket_url, |url| connect(url).map(drop), start)?
        }
    };
    Ok(running.insert(url).clone())
}

/// What the scratch server has to be like.
struct Wanted {
    flavor: Flavor,
    version: Version,
    /// Options that shape what is made.
    options: Vec<String>,
}

impl Wanted {
    fn read(url: &DatabaseUrl) -> Result<Self, IntrospectError> {
        let mut connection = connect(url)?;
        let (flavor, version) = server(&mut connection)?;
        let mut options = Vec::new();
        for (option, variable) in [
            ("character-set-server", "@@GLOBAL.character_set_server"),
            ("collation-server", "@@GLOBAL.collation_server"),
            ("sql-mode", "@@GLOBAL.sql_mode"),
            ("lower-case-table-names", "@@GLOBAL.lower_case_table_names"),
        ] {
            let value = one(&mut connection, &format!("SELECT CONCAT({variable}, '')"))?;
            options.push(format!("--{option}={value}"));
        }
        Ok(Self { flavor, version, options })
    }

    /// The oldest server program that fits.
    fn program(wanted: Option<&Self>) -> Result<PathBuf, IntrospectError> {
        let fits = |found: &(Flavor, Version, PathBuf)| {
            wanted.is_none_or(|wanted| found.0 == wanted.flavor && found.1 >= wanted.version)
        };
        let mut found: Vec<_> =
            candidates().into_iter().filter_map(|path| release(&path)).filter(fits).collect();
        found.sort();
        let first = found.into_iter().next().map(|(_, _, path)| path);
        first.ok_or_else(|| {
            let what = wanted.map_or_else(
                || "MySQL or MariaDB".to_owned(),
                |wanted| format!("{} {} or newer", wanted.flavor.name(), wanted.version),
            );
            no_scratch(format!(
                "{what} is not installed here; {PROGRAMS_VARIABLE} names the folder of its programs"
            ))
        })
    }
}

fn candidates() -> Vec<PathBuf> {
    let named = std::env::var_os(PROGRAMS_VARIABLE).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/mysql/bin", "/opt/homebrew/bin"];
    let folders: Vec<PathBuf> = match named {
        Some(folder) => vec![folder],
        None => std::env::split_paths(&path).chain(usual.map(PathBuf::from)).collect(),
    };
    let programs = folders.iter().flat_map(|folder| [folder.join("mariadbd"), folder.join("mysqld")]);
    programs.filter(|program| program.is_file()).collect()
}

/// The vendor and release of a server program.
fn release(program: &Path) -> Option<(Flavor, Version, PathBuf)> {
    let output = Command::new(program).args(["--no-defaults", "--version"]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let flavor = if text.contains("MariaDB") { Flavor::Mariadb } else { Flavor::Mysql };
    let version = Version::parse(text.split("Ver ").nth(1)?);
    Some((flavor, version, program.to_owned()))
}

fn no_scratch(message: String) -> IntrospectError {
    IntrospectError::NoScratch { url: "mysql on this machine".to_owned(), message }
}

/// Starts a server; gives the URL of its `mysql` database.
fn start(program: &Path, options: &str, holder: &Holder) -> Result<DatabaseUrl, IntrospectError> {
    let url = socket_url(&holder.folder)?;
    let settings = [("AUTOGEN_PROGRAM", program.as_ref()), ("AUTOGEN_OPTIONS", options.as_ref())];
    let failed = |last: String| no_scratch(format!("the server did not start: {last}"));
    holder.start(SCRIPT, settings, || connect(&url).map(drop), failed)?;
    Ok(url)
}

fn socket_url(folder: &Path) -> Result<DatabaseUrl, IntrospectError> {
    let mut url = url::Url::parse("mysql://root@localhost/mysql")
        .map_err(|e| IntrospectError::BadUrl(e.to_string()))?;
    url.query_pairs_mut().append_pair("unix_socket", &folder.join("s").to_string_lossy());
    DatabaseUrl::parse(url.as_str())
}

/// Makes and runs the server, holds it, and clears up. As root the server runs as the system's own `mysql` user.
const SCRIPT: &str = r#"
user=
if [ "$(id -u)" = 0 ]; then user=--user=mysql; chown mysql "$AUTOGEN_FOLDER"; fi
data="$AUTOGEN_FOLDER/data"
# A server clears its temporary folder when it starts, of other servers' files too.
mkdir "$AUTOGEN_FOLDER/tmp"
[ -z "$user" ] || chown mysql "$AUTOGEN_FOLDER/tmp"
export TMPDIR="$AUTOGEN_FOLDER/tmp"
install="$(dirname "$AUTOGEN_PROGRAM")/mariadb-install-db"
[ -x "$install" ] || install="$(command -v mariadb-install-db || true)"
case "$("$AUTOGEN_PROGRAM" --no-defaults --version)" in
*MariaDB*)
    "$install" --no-defaults --datadir="$data" --auth-root-authentication-method=normal --skip-test-db $user >"$AUTOGEN_LOG" 2>&1 || exit 1
    ;;
*) "$AUTOGEN_PROGRAM" --no-defaults --initialize-insecure --datadir="$data" $user >"$AUTOGEN_LOG" 2>&1 || exit 1 ;;
esac
IFS='
'
set -f
"$AUTOGEN_PROGRAM" --no-defaults --datadir="$data" --socket="$AUTOGEN_FOLDER/s" --pid-file="$AUTOGEN_FOLDER/pid" --skip-networking \
    --skip-log-bin --event-scheduler=OFF --local-infile=0 --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 \
    --innodb-buffer-pool-size=64M $user $AUTOGEN_OPTIONS </dev/null >>"$AUTOGEN_LOG" 2>&1 &
server=$!
hold "$server"
kill -9 "$server"
wait "$server"
rm -rf "$AUTOGEN_FOLDER" "$AUTOGEN_LOG"
"#;
