//! A PostgreSQL server that a test has for itself.

use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::{Connection as _, PgConnection};
use tempfile::TempDir;

/// A PostgreSQL server of a test's own, to be killed, or started as no other test needs it.
pub(crate) struct Server {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Server {
    pub(crate) fn new() -> Self {
        let programs = autogen_introspect::scratch::local::programs(0).unwrap();
        let server = Self { folder: tempfile::tempdir().unwrap(), programs, port: free_port() };
        give_to_postgres(server.folder.path());
        let made = as_postgres(&server.programs.join("initdb"))
            .args(["-U", "postgres", "-A", "trust", "--locale=C", "--no-sync", "-D"])
            .arg(server.data())
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        server
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn url(&self) -> String {
        self.url_of("postgres")
    }

    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) fn start(&self) {
        self.start_with("");
    }

    /// The same with more options.
    pub(crate) fn start_with(&self, more: &str) {
        // What the one before left in memory may take a moment to go.
        wait_until(|| {
            let options = format!(
                "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off {more}",
                self.port
            );
            as_postgres(&self.programs.join("pg_ctl"))
                .args(["-w", "-o", &options, "-l"])
                .arg(self.folder.path().join("log"))
                .arg("-D")
                .arg(self.data())
                .arg("start")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap()
                .success()
        });
        wait_until(|| PgConnection::establish(&self.url()).is_ok());
    }

    /// kill -9 of the postmaster; its children end when they see it.
    pub(crate) fn kill(&self) {
        let pid = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stop = ["-m", "immediate", "-D"];
        let _ = as_postgres(&self.programs.join("pg_ctl")).args(stop).arg(self.data()).arg("stop").output();
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(crate) fn wait_until(mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_root() -> bool {
    let mut text = String::new();
    let read = std::fs::File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut text));
    read.is_ok() && text.lines().any(|line| line.starts_with("Uid:\t0\t"))
}

/// Servers refuse to run as root.
pub(crate) fn as_postgres(program: &Path) -> Command {
    let mut command = Command::new(program);
    if is_root() {
        command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    command.current_dir("/").stdin(Stdio::null());
    command
}

pub(crate) fn give_to_postgres(folder: &Path) {
    if is_root() {
        assert!(Command::new("chown").args(["-R", "postgres"]).arg(folder).status().unwrap().success());
    }
}
