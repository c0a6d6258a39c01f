//! A throw-away PostgreSQL server from the programs on this machine, for those who
//! may make no database on a server, or must not touch it.
//!
//! It listens on a socket in a temporary folder only, never runs as root, and goes with this process, however that ends: a shell
//! holds it and waits for the end of a pipe of ours. A warm one stays for the next process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use autogen_diff_core::Version;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::local_server::{Holder, no_scratch};
use super::{Lifetime, warm};
use crate::error::IntrospectError;
use crate::postgres::{connect, server_settings};
use crate::url::DatabaseUrl;

/// Names the folder of PostgreSQL's programs, when it is none of the usual ones.
pub const PROGRAMS_VARIABLE: &str = "AUTOGEN_POSTGRES_BIN";

/// What a server shall be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalServer {
    /// The folder of its programs.
    pub programs: PathBuf,
    /// The name of its superuser.
    pub superuser: String,
}

/// The URL of this process's own server, or of a warm one, started on the first call.
///
/// It is of the target's release or a newer one, and has roles of the same names.
///
/// # Errors
/// When there are no programs that fit, or the server does not start.
pub fn url_for(target: Option<&DatabaseUrl>, lifetime: Lifetime) -> Result<DatabaseUrl, IntrospectError> {
    static SERVER: Mutex<Option<DatabaseUrl>> = Mutex::new(None);
    let mut server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(url) = &*server {
        return Ok(url.clone());
    }
    let target = target.map(TargetInfo::read).transpose()?;
    let wanted = target.as_ref().map_or(0, |target| target.version.major);
    let superuser = target.as_ref().map_or_else(|| "postgres".to_owned(), |target| target.role.clone());
    let like = LocalServer { programs: programs(wanted)?, superuser };
    let make = |holder: &Holder| {
        let url = start_held(&like, holder)?;
        target.as_ref().map_or(Ok(()), |target| target.make_roles(&url))?;
        Ok(url)
    };
    let url = match lifetime {
        Lifetime::Process => make(&Holder::of_process(WORD)?)?,
        Lifetime::Warm => {
            let roles = target.as_ref().map(|target| &target.roles);
            let url = |folder: &Path| socket_url(folder, &like.superuser);
            let build =
                fs_err::metadata(like.programs.join("postgres")).and_then(|found| found.modified()).ok();
            warm::url_for(&format!("{like:?} {build:?} {roles:?}"), url, |url| connect(url).map(drop), make)?
        }
    };
    Ok(server.insert(url).clone())
}

/// In the name of a server's folder.
const WORD: &str = "pg";

/// What the scratch server has to know of the target.
struct TargetInfo {
    version: Version,
    role: String,
    /// `CREATE ROLE` for each other role of the cluster.
    roles: Vec<String>,
}

impl TargetInfo {
    fn read(url: &DatabaseUrl) -> Result<Self, IntrospectError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            sql: String,
        }
        let mut connection = connect(url)?;
        let settings = server_settings(&mut connection)?;
        let roles: Vec<Row> = sql_query(
            "SELECT pg_catalog.format('CREATE ROLE %I', rolname) AS sql FROM pg_catalog.pg_roles \
             WHERE rolname !~ '^(pg_|autogen_scratch_)' AND rolname <> current_user ORDER BY rolname",
        )
        .load(&mut connection)
        .map_err(|error| IntrospectError::query("asking the server for its roles", &error))?;
        let roles = roles.into_iter().map(|row| row.sql).collect();
        Ok(Self { version: Version::parse(&settings.version), role: settings.role, roles })
    }

    fn make_roles(&self, url: &DatabaseUrl) -> Result<(), IntrospectError> {
        let mut connection: PgConnection = connect(url)?;
        connection
            .batch_execute(&self.roles.join(";"))
            .map_err(|error| IntrospectError::query("making the roles of the target", &error))
    }
}

/// The folder with the oldest PostgreSQL that is not older than a release.
///
/// # Errors
/// When there is none.
pub fn programs(major: u32) -> Result<PathBuf, IntrospectError> {
    if let Some(named) = std::env::var_os(PROGRAMS_VARIABLE) {
        let folder = PathBuf::from(named);
        if !folder.join("initdb").is_file() {
            return Err(no_scratch(format!(
                "there is no initdb in {}, which {PROGRAMS_VARIABLE} names",
                folder.display()
            )));
        }
        return Ok(folder);
    }
    let mut found: Vec<(u32, PathBuf)> =
        candidates().into_iter().filter_map(|folder| Some((release(&folder)?, folder))).collect();
    found.sort_by_key(|(release, _)| *release);
    let fits = found.into_iter().find(|(release, _)| *release >= major);
    fits.map(|(_, folder)| folder).ok_or_else(|| no_scratch(format!(
        "PostgreSQL {major} or newer is not installed here; {PROGRAMS_VARIABLE} names the folder of its programs"
    )))
}

fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).filter_map(|folder| {
        // A link on the PATH leads to the folder that holds the server too.
        fs_err::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_owned)
    });
    let below = |root: &str, tail: &str| -> Vec<PathBuf> {
        let entries = fs_err::read_dir(root).into_iter().flatten().flatten();
        entries.map(|entry| entry.path().join(tail)).collect()
    };
    let mut all: Vec<PathBuf> = on_path.collect();
    all.extend(below("/usr/lib/postgresql", "bin"));
    all.extend(below("/usr", "bin"));
    all.extend(below("/opt/homebrew/opt", "bin"));
    all.push(PathBuf::from("/usr/local/pgsql/bin"));
    all
}

/// The major release of the server in a folder, if there is one.
fn release(folder: &Path) -> Option<u32> {
    if !folder.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(Version::parse(&text).major).filter(|major| *major > 0)
}

/// Starts a server that ends with this process; gives the URL of its `postgres` database.
///
/// # Errors
/// When it does not start within 90 seconds.
pub fn start(server: &LocalServer) -> Result<DatabaseUrl, IntrospectError> {
    start_held(server, &Holder::of_process(WORD)?)
}

fn start_held(server: &LocalServer, holder: &Holder) -> Result<DatabaseUrl, IntrospectError> {
    let url = socket_url(&holder.folder, &server.superuser)?;
    let settings =
        [("AUTOGEN_PROGRAMS", server.programs.as_ref()), ("AUTOGEN_SUPERUSER", server.superuser.as_ref())];
    let failed = |last: String| no_scratch(format!("PostgreSQL did not start: {last}"));
    holder.start(SCRIPT, settings, || connect(&url).map(drop), failed)?;
    Ok(url)
}

/// Makes and runs the server, holds it, and clears up.
/// The server refuses to run as root, so root hands it to the user that the system's
/// own PostgreSQL runs as.
const SCRIPT: &str = r#"
if [ "$(id -u)" = 0 ]; then
    as() { runuser -u postgres -- "$@"; }
    chown postgres "$AUTOGEN_FOLDER"
else
    as() { "$@"; }
fi
data="$AUTOGEN_FOLDER/data"
as "$AUTOGEN_PROGRAMS/initdb" -D "$data" -U "$AUTOGEN_SUPERUSER" -A trust -E UTF8 --locale=C --no-sync >"$AUTOGEN_LOG" 2>&1 || exit 1
as "$AUTOGEN_PROGRAMS/postgres" -D "$data" -c listen_addresses= -c unix_socket_directories="$AUTOGEN_FOLDER" \
    -c unix_socket_permissions=0700 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c wal_level=logical </dev/null >>"$AUTOGEN_LOG" 2>&1 &
server=$!
hold "$server"
as "$AUTOGEN_PROGRAMS/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || kill "$server"
wait "$server"
rm -rf "$AUTOGEN_FOLDER" "$AUTOGEN_LOG"
"#;

fn socket_url(folder: &Path, user: &str) -> Result<DatabaseUrl, IntrospectError> {
    let mut url =
        url::Url::parse("postgres:///postgres").map_err(|e| IntrospectError::BadUrl(e.to_string()))?;
    url.query_pairs_mut().append_pair("host", &folder.to_string_lossy()).append_pair("user", user);
    // The client library reads %20, not +, as a space.
    DatabaseUrl::parse(&url.as_str().replace('+', "%20"))
}
