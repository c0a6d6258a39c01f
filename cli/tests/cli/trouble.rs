//! Databases in trouble: they take no changes, are full, vanish, never answer, or hide behind a pooler. Each is told
//! by its name, with the right exit code, and without a wait that does not end.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use tempfile::TempDir;

use crate::kill;
use crate::own_server::{Server, as_postgres, free_port, give_to_postgres, wait_until};
use crate::support::{On, Project, Ran, value_at};

/// A project with one migration by hand.
fn project(on: On, up: &str) -> Project {
    let project = Project::new(on);
    migration(&project, up);
    project
}

fn migration(project: &Project, up: &str) {
    project.write("autogen.toml", "model = \"schema.sql\"\n");
    project.write("migrations/2026-01-01-000000-0000_a/up.sql", up);
    project.write("migrations/2026-01-01-000000-0000_a/down.sql", "SELECT 1;\n");
}

const TABLE: &str = "CREATE TABLE a (id integer);\n";

#[test]
fn a_database_that_takes_no_changes_is_4() {
    let postgres = project(On::Postgres, TABLE);
    let name = postgres.value("current_database()");
    postgres.sql(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    postgres.run(&["upgrade"]).exits(4).says("takes no changes").says("--database-url");
    let sqlite = project(On::Sqlite, TABLE);
    sqlite.write(
        "migrations/2026-01-01-000000-0000_a/up.sql",
        "PRAGMA query_only = ON;\nCREATE TABLE a (id integer);\n",
    );
    sqlite.run(&["upgrade"]).exits(4).says("readonly database").says("--database-url");
    assert_eq!(sqlite.value("SELECT count(*) FROM sqlite_schema WHERE name = 'a'"), "0");
}

#[test]
fn a_full_database_is_3_and_goes_on_when_there_is_room() {
    let up = "CREATE TABLE a (t text);\nINSERT INTO a VALUES (zeroblob(100000));\n";
    let full = project(On::Sqlite, &format!("PRAGMA max_page_count = 10;\n{up}"));
    full.run(&["upgrade"]).exits(3).says("database or disk is full").says("make room");
    assert_eq!(full.value("SELECT count(*) FROM sqlite_schema WHERE name = 'a'"), "0");
    full.write("migrations/2026-01-01-000000-0000_a/up.sql", up);
    full.run(&["upgrade"]).exits(0).says("1 migration applied");
}

#[test]
fn a_server_that_vanishes_within_a_migration_is_3_and_the_next_upgrade_goes_on() {
    let gone = "SELECT pg_terminate_backend(pg_backend_pid());\n";
    let project = project(On::Postgres, &format!("{TABLE}{gone}"));
    project.run(&["upgrade"]).exits(3).says("closed the connection").says("when the server is back");
    migration(&project, TABLE);
    project.run(&["upgrade"]).exits(0).says("1 migration applied");
}

#[test]
fn a_server_that_never_answers_is_3_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let project = project(On::Sqlite, TABLE);
    let mut schemes = vec!["postgres"];
    schemes.extend(cfg!(feature = "mysql").then_some("mysql"));
    let start = Instant::now();
    let waiting: Vec<_> = schemes
        .into_iter()
        .map(|scheme| {
            let mut command = project.command(&["upgrade"]);
            command.env("DATABASE_URL", format!("{scheme}://someone@127.0.0.1:{port}/shop"));
            std::thread::spawn(move || Ran::from(command.output().unwrap()))
        })
        .collect();
    for ran in waiting {
        ran.join().unwrap().exits(3).says("did not answer within 15 s").says("is the server running");
    }
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
}

#[test]
fn a_database_that_is_not_there_is_3() {
    let project = project(On::Postgres, TABLE);
    let url = format!("{}_other", project.url());
    let ran = Ran::from(project.command(&["upgrade"]).env("DATABASE_URL", &url).output().unwrap());
    ran.exits(3).says("does not exist");
}

/// PgBouncer before a database of the test server; it goes with the value.
struct Pooler {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Pooler {
    fn start(mode: &str, server: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let host_and_port = server.rsplit_once('@').unwrap().1.split('/').next().unwrap();
        let (host, server_port) = host_and_port.split_once(':').unwrap();
        let settings = format!(
            "[databases]\n* = host={host} port={server_port} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = 3\n\
             ignore_startup_parameters = extra_float_digits\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        give_to_postgres(folder.path());
        let child = as_postgres("pgbouncer".as_ref())
            .args(["-q".as_ref(), file.as_os_str()])
            .stderr(Stdio::null())
            .spawn();
        let pooler = Self { child: child.expect("pgbouncer is installed"), port, _folder: folder };
        wait_until(|| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        pooler
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // Under root it is the child of runuser, which passes the signal on.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

#[test]
fn a_pooler_that_shares_sessions_is_refused_and_one_that_does_not_is_no_hindrance() {
    let project = project(On::Postgres, TABLE);
    let name = project.value("current_database()");
    for (mode, code) in [("transaction", 4), ("statement", 4), ("session", 0)] {
        let pooler = Pooler::start(mode, autogen_fixtures::server::postgres_url());
        let url = format!("postgres://postgres@127.0.0.1:{}/{name}", pooler.port);
        let ran =
            Ran::from(project.command(&["upgrade"]).env("DATABASE_URL", &url).output().unwrap()).exits(code);
        if code == 4 {
            ran.says("a pooler that shares sessions").says("--database-url");
        }
    }
    project.run(&["status"]).exits(0).answers("pending     0");
}

#[test]
fn many_at_once_through_a_pooler_are_all_refused() {
    let project = project(On::Postgres, TABLE);
    let name = project.value("current_database()");
    let pooler = Pooler::start("transaction", autogen_fixtures::server::postgres_url());
    let url = format!("postgres://postgres@127.0.0.1:{}/{name}", pooler.port);
    for _ in 0..3 {
        let start = |_| {
            let mut command = Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
            command.current_dir(project.path()).env("DATABASE_URL", &url).arg("upgrade");
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let children: Vec<Child> = (0..16).map(start).collect();
        let codes: Vec<_> = children.into_iter().map(|mut child| child.wait().unwrap().code()).collect();
        assert_eq!(codes, [Some(4); 16]);
    }
    project.run(&["upgrade", "--lock-timeout", "1"]).exits(0);
}

/// At how many moments `AUTOGEN_TEST_SERVER_KILLS` says.
#[test]
fn a_server_that_is_killed_comes_back_and_the_next_upgrade_reaches_the_right_schema() {
    let server = Server::new();
    server.start();
    let asked = std::env::var("AUTOGEN_TEST_SERVER_KILLS").ok().and_then(|text| text.parse().ok());
    let count: u32 = asked.unwrap_or(8);
    for moment in 0..count {
        let project = Project::new(On::Sqlite);
        kill::write_migrations(&project);
        let folder = "migrations/2026-02-01-000000-0000_index";
        project.write(&format!("{folder}/up.sql"), "CREATE INDEX CONCURRENTLY c_id ON c (id);\n");
        project.write(&format!("{folder}/down.sql"), "DROP INDEX CONCURRENTLY c_id;\n");
        project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
        let mut admin = PgConnection::establish(&server.url()).unwrap();
        admin.batch_execute("DROP DATABASE IF EXISTS shop WITH (FORCE)").unwrap();
        admin.batch_execute("CREATE DATABASE shop").unwrap();
        drop(admin);
        let url = server.url_of("shop");
        let upgrade = || Ran::from(project.command(&["upgrade"]).env("DATABASE_URL", &url).output().unwrap());
        let killed = std::thread::scope(|scope| {
            let running = scope.spawn(upgrade);
            std::thread::sleep(Duration::from_micros(u64::from(moment * 150_000 / count)));
            server.kill();
            running.join().unwrap()
        });
        assert!(matches!(killed.code, 0 | 3), "{moment}: {} {}", killed.code, killed.err);
        server.start();
        upgrade().exits(0);
        let same = project
            .command(&["diff", "database", "migrations", "--exit-code"])
            .env("DATABASE_URL", &url)
            .output();
        Ran::from(same.unwrap()).exits(0);
        let rows = value_at(&url, kill::ROWS);
        assert_eq!(rows, "722", "{moment}");
        let invalid = value_at(&url, "SELECT count(*) FROM pg_index WHERE NOT indisvalid");
        assert_eq!(invalid, "0", "{moment}");
    }
}
