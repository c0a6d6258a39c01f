//! Servers of a test's own, which can be stopped, killed and filled. They go with their values.

use std::io::Read as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod disk;
#[cfg(feature = "mysql")]
mod mariadb;
mod pooler;
mod postgres;
mod proxy;

pub(crate) use disk::Disk;
#[cfg(feature = "mysql")]
pub(crate) use mariadb::MariadbServer;
pub(crate) use pooler::Pooler;
pub(crate) use postgres::PostgresServer;
pub(crate) use proxy::{Cut, Proxy, Unit};

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

pub(crate) fn is_root() -> bool {
    let mut text = String::new();
    let read = std::fs::File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut text));
    read.is_ok() && text.lines().any(|line| line.starts_with("Uid:\t0\t"))
}

/// Servers refuse to run as root.
fn as_user(user: &str, program: &Path) -> Command {
    let mut command = Command::new(program);
    if is_root() {
        command = Command::new("runuser");
        command.args(["-u", user, "--"]).arg(program);
    }
    command.current_dir("/").stdin(Stdio::null());
    command
}

fn give_to(user: &str, folder: &Path) {
    if is_root() {
        assert!(Command::new("chown").args(["-R", user]).arg(folder).status().unwrap().success());
    }
}
