//! Scratch databases leave nothing behind, however a run ends.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{On, Project};

fn scratches(project: &Project) -> String {
    // Other tests have theirs at the same time; these are told apart by their owner's marker below.
    project.value("SELECT count(*) FROM pg_database WHERE datname LIKE 'autogen\\_scratch\\_%'")
}

/// Waits until no scratch database is there; those of other tests end too.
#[track_caller]
fn none_is_left(project: &Project) {
    let start = Instant::now();
    while scratches(project) != "0" {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "scratch databases are left: {}",
            scratches(project)
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn an_error_and_an_interrupt_leave_no_scratch_database() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t (a nonsense);\n");
    project.run(&["-m", "x"]).exits(2);
    none_is_left(&project);
    project.write("schema.sql", "CREATE TABLE t AS SELECT 1 AS a FROM pg_sleep(30);\n");
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
    command.current_dir(project.path()).env("DATABASE_URL", &project.url).args(["-m", "x"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while scratches(&project) == "0" && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    none_is_left(&project);
}

#[test]
fn what_killed_processes_leave_is_dropped_by_the_next_run() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t (a integer);\n");
    for delay in 1..=20 {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
        command.current_dir(project.path()).env("DATABASE_URL", &project.url);
        command.args(["diff", "--full"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay * 15));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // What the server was doing for them ends soon.
    std::thread::sleep(Duration::from_secs(2));
    let left = || {
        project.value(
            "SELECT count(*) FROM pg_roles r WHERE rolname ~ '^autogen_scratch_[0-9]+_[0-9a-f]{16}$' \
         AND split_part(rolname, '_', 3)::bigint < extract(epoch FROM now()) - 2 \
         AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = rolname)",
        )
    };
    project.run(&["diff", "--full"]).exits(0);
    assert_eq!(left(), "0", "roles without a process");
    none_is_left(&project);
}

#[test]
fn a_role_that_may_make_no_database_is_told_of_three_ways_and_local_is_one() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE t (id integer PRIMARY KEY);\nGRANT SELECT ON t TO autogen_cli_lowly;\n",
    );
    project.sql(
        "DO $$ BEGIN CREATE ROLE autogen_cli_lowly LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; \
         GRANT CREATE ON SCHEMA public TO autogen_cli_lowly",
    );
    let lowly = as_role(&project, "autogen_cli_lowly");
    let run = |arguments: &[&str]| {
        let output = project.command(arguments).env("DATABASE_URL", &lowly).output().unwrap();
        crate::support::Ran::from(output)
    };
    run(&["-m", "x"]).exits(3).says("--scratch local").says("--scratch-url").says("CREATEDB");
    assert!(project.migrations().is_empty());
    run(&["-m", "x", "--scratch", "local"]).exits(0).says("Proven");
    run(&["upgrade"]).exits(0);
    run(&["check", "--scratch", "local"]).exits(0);
}

/// The project's URL for another role.
pub(crate) fn as_role(project: &Project, role: &str) -> String {
    let url = url::Url::parse(&project.url).unwrap();
    if url.query_pairs().any(|(key, _)| key == "user") {
        project.url.replace("user=postgres", &format!("user={role}"))
    } else {
        project.url.replace("postgres@", &format!("{role}@"))
    }
}

#[test]
fn a_role_that_owns_little_proves_beside_what_others_own() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE theirs (id integer PRIMARY KEY);\nCREATE VIEW peek AS SELECT id FROM theirs;\n\
         CREATE TABLE mine (id integer PRIMARY KEY);\n",
    );
    project.sql(
        "DO $$ BEGIN CREATE ROLE autogen_cli_maker LOGIN CREATEDB; EXCEPTION WHEN duplicate_object THEN NULL; END $$; \
         GRANT CREATE ON SCHEMA public TO autogen_cli_maker; \
         CREATE TABLE theirs (id integer PRIMARY KEY); CREATE VIEW peek AS SELECT id FROM theirs; \
         ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO autogen_cli_maker",
    );
    // No migration makes what others own here.
    let settings = project.read("autogen.toml");
    project.write("autogen.toml", &format!("drift = \"warn\"\n{settings}"));
    let maker = as_role(&project, "autogen_cli_maker");
    let output = project.command(&["-m", "mine"]).env("DATABASE_URL", &maker).output().unwrap();
    crate::support::Ran::from(output).exits(0).says("Proven");
    project.write(
        "schema.sql",
        "-- autogen: renamed from theirs\nCREATE TABLE others (id integer PRIMARY KEY);\n\
         CREATE VIEW peek AS SELECT id FROM others;\n",
    );
    std::fs::remove_dir_all(project.path().join("migrations")).unwrap();
    let output = project.command(&["-m", "renamed"]).env("DATABASE_URL", &maker).output().unwrap();
    crate::support::Ran::from(output).exits(0).says("Proven");
}

#[test]
fn a_warm_server_is_there_for_the_next_command_and_goes_when_nobody_uses_it() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t (id integer PRIMARY KEY);\n");
    let temporary = tempfile::tempdir().unwrap();
    // As root, the server runs as a user who has to get there.
    std::fs::set_permissions(temporary.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
    // Other tests make roles on the server, and with other roles it would be another one.
    let run = || {
        let mut command = project.command(&["schema", "model", "--scratch", "warm"]);
        command.env_remove("DATABASE_URL").env("TMPDIR", temporary.path());
        let ran = crate::support::Ran::from(command.output().unwrap()).exits(0);
        assert!(ran.out.contains("CREATE TABLE t"), "{}", ran.out);
    };
    let folders = || -> Vec<std::path::PathBuf> {
        let mut all = std::fs::read_dir(temporary.path()).unwrap().map(|entry| entry.unwrap().path());
        let home = all.find(|path| path.to_string_lossy().contains("autogen-warm-")).unwrap();
        let inside = std::fs::read_dir(home).unwrap().map(|entry| entry.unwrap().path());
        inside.filter(|path| path.is_dir()).collect()
    };
    // Of two at once, the second finds what the first has started, and so does the next.
    std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(run))));
    let first = folders();
    assert_eq!(first.len(), 1, "{first:?}");
    run();
    assert_eq!(folders(), first);
    // One that was not used for long is left alone, since it may end at any moment.
    let used = std::fs::File::options().append(true).open(first[0].with_extension("used")).unwrap();
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(545);
    used.set_times(std::fs::FileTimes::new().set_modified(long_ago)).unwrap();
    run();
    assert_eq!(folders().len(), 2);
    folders().iter().for_each(|folder| std::fs::remove_file(folder.with_extension("used")).unwrap());
    let start = Instant::now();
    while !folders().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(60), "{:?} are left", folders());
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_folder_of_somebody_else_is_no_place_for_a_warm_server() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t (id integer PRIMARY KEY);\n");
    let temporary = tempfile::tempdir().unwrap();
    let uid = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(temporary.path()).unwrap());
    let theirs = temporary.path().join(format!("autogen-warm-{uid}"));
    std::fs::create_dir(&theirs).unwrap();
    std::fs::set_permissions(&theirs, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let mut command = project.command(&["diff", "--scratch", "warm"]);
    let ran = crate::support::Ran::from(command.env("TMPDIR", temporary.path()).output().unwrap());
    ran.exits(3).says("autogen-warm-").says("TMPDIR");
}
