//! PgBouncer before the PostgreSQL test server.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use autogen_introspect::DatabaseUrl;
use tempfile::TempDir;

use super::{as_user, free_port, give_to, wait_until};

/// PgBouncer before the databases of the test server; it goes with the value.
pub(crate) struct Pooler {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Pooler {
    /// `size` is how many sessions it has for a database.
    pub(crate) fn start(mode: &str, size: usize, server: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let host_and_port = server.rsplit_once('@').unwrap().1.split('/').next().unwrap();
        let (host, server_port) = host_and_port.split_once(':').unwrap();
        let settings = format!(
            "[databases]\n* = host={host} port={server_port} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = {size}\n\
             ignore_startup_parameters = extra_float_digits\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        give_to("postgres", folder.path());
        let child = as_user("postgres", "pgbouncer".as_ref())
            .args(["-q".as_ref(), file.as_os_str()])
            .stderr(Stdio::null())
            .spawn();
        let pooler = Self { child: child.expect("pgbouncer is installed"), port, _folder: folder };
        wait_until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        pooler
    }

    /// A database's URL through it.
    pub(crate) fn url(&self, database: &str) -> String {
        let name = DatabaseUrl::parse(database).unwrap().database_name();
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // Under root it is the child of runuser, which passes the signal on.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
