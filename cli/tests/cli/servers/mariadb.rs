//! A MariaDB server of a test's own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use diesel::{Connection as _, MysqlConnection};
use tempfile::TempDir;

use super::{free_port, give_to, is_root, wait_until};

/// Lets the tests in from the address that they come from.
const LET_IN: &str =
    "CREATE USER IF NOT EXISTS root@'127.0.0.1'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n";

/// A MariaDB server; it goes with the value.
pub(crate) struct MariadbServer {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl MariadbServer {
    pub(crate) fn new() -> Self {
        let server = Self { folder: tempfile::tempdir().unwrap(), port: free_port(), child: None };
        std::fs::write(server.file("let_in.sql"), LET_IN).unwrap();
        give_to("mysql", server.folder.path());
        let mut install = Command::new("mariadb-install-db");
        install.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
        install.arg(format!("--datadir={}", server.file("data").display())).args(user());
        let made = install.stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(made.unwrap().success(), "MariaDB is not installed");
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/mysql", self.port)
    }

    pub(crate) fn start(&mut self) {
        let option = |name: &str, file: &str| format!("--{name}={}", self.file(file).display());
        let child = Command::new(program())
            .args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-log-bin", "--skip-name-resolve"])
            .args(["--innodb-buffer-pool-size=16M", &format!("--port={}", self.port)])
            .args([option("datadir", "data"), option("socket", "s"), option("pid-file", "pid")])
            .args([option("init-file", "let_in.sql"), format!("--tmpdir={}", self.folder.path().display())])
            .args(user())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.unwrap());
        wait_until(|| MysqlConnection::establish(&self.url()).is_ok());
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for MariadbServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Debian keeps it where users do not look.
fn program() -> &'static Path {
    let kept = Path::new("/usr/sbin/mariadbd");
    if kept.exists() { kept } else { Path::new("mariadbd") }
}

/// As which user the server runs.
fn user() -> Option<&'static str> {
    is_root().then_some("--user=mysql")
}
