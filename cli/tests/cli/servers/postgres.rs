//! A PostgreSQL server of a test's own.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use diesel::{Connection as _, PgConnection};
use tempfile::TempDir;

use super::{as_user, free_port, give_to, wait_until};

/// A PostgreSQL server of a test's own, to be killed.
pub(crate) struct PostgresServer {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    /// More settings, each as `-c name=value`.
    settings: String,
}

impl PostgresServer {
    pub(crate) fn new() -> Self {
        let programs = autogen_introspect::scratch::local::programs(0).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let server = Self { folder, programs, port: free_port(), settings: String::new() };
        give_to("postgres", server.folder.path());
        let made = as_user("postgres", &server.programs.join("initdb"))
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(server.data())
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        server
    }

    /// One with more settings.
    pub(crate) fn with(settings: &str) -> Self {
        let mut server = Self::new();
        server.set(settings);
        server
    }

    /// Gives it more settings, which hold from its next start on.
    pub(crate) fn set(&mut self, settings: &str) {
        self.settings = format!(" {settings}");
    }

    /// A standby of this one, which runs.
    pub(crate) fn standby(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let standby = Self {
            folder,
            programs: self.programs.clone(),
            port: free_port(),
            settings: self.settings.clone(),
        };
        give_to("postgres", standby.folder.path());
        let copied = as_user("postgres", &self.programs.join("pg_basebackup"))
            .args(["-h", "127.0.0.1", "-U", "postgres", "-c", "fast", "-R", "--no-sync", "-p"])
            .arg(self.port.to_string())
            .arg("-D")
            .arg(standby.data())
            .output()
            .unwrap();
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        standby.start();
        standby
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
        // What the one before left in memory may take a moment to go.
        wait_until(|| {
            let options = format!(
                "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off{}",
                self.port, self.settings
            );
            as_user("postgres", &self.programs.join("pg_ctl"))
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

    /// Stops it by `fast`, which ends sessions, or `immediate`, which is a crash.
    pub(crate) fn stop(&self, mode: &str) {
        let mut stop = as_user("postgres", &self.programs.join("pg_ctl"));
        let ran = stop.args(["-w", "-m", mode, "-D"]).arg(self.data()).arg("stop").output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        let stop = ["-m", "immediate", "-D"];
        let _ = as_user("postgres", &self.programs.join("pg_ctl"))
            .args(stop)
            .arg(self.data())
            .arg("stop")
            .output();
    }
}
