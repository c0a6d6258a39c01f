//! URLs as people have them, and SQLite files that are not there yet.

use crate::support::{On, Project, Ran};

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";

fn run(project: &Project, url: &str, arguments: &[&str]) -> Ran {
    project.command(arguments).env("DATABASE_URL", url).output().unwrap().into()
}

#[test]
fn a_driver_in_the_url_is_left_out() {
    let project = Project::with_model(On::Postgres, MODEL);
    let rest = project.url().split_once("://").unwrap().1.to_owned();
    for scheme in ["postgresql+asyncpg", "postgresql+psycopg2", "postgres+psycopg"] {
        let url = format!("{scheme}://{rest}");
        let told = run(&project, &url, &["diff", "-v"]).exits(0);
        told.says("Note  the driver ").says("is left out").answers("create table users");
        let quiet = run(&project, &url, &["diff"]).exits(0);
        assert!(!quiet.err.contains("driver"), "{}", quiet.err);
        project.run(&["diff", &url, "model"]).exits(0).answers("create table users");
    }
    run(&project, "oracle+oracledb://h/x", &["diff"]).exits(2).says("\"oracle\" is none of postgres");
}

#[cfg(feature = "mysql")]
#[test]
#[cfg(feature = "mysql")]
fn a_driver_in_the_url_is_left_out_on_mysql() {
    let server = autogen_fixtures::server::mysql_url();
    let project = Project::new(On::Sqlite);
    let rest = server.split_once("://").unwrap().1.to_owned();
    for scheme in ["mysql+pymysql", "mariadb+mariadbconnector"] {
        let url = format!("{scheme}://{rest}?charset=utf8mb4");
        run(&project, &url, &["current", "-v"]).exits(0).says("Note  the driver ");
    }
}

#[test]
fn three_slashes_before_a_bare_name_stay_in_the_project() {
    for url in ["sqlite:///shop.db", "sqlite+aiosqlite:///shop.db", "sqlite:///./shop.db"] {
        let project = Project::new(On::Sqlite);
        project.write("schema.sql", MODEL);
        run(&project, url, &["init"]).exits(0);
        run(&project, url, &["-m", "first"]).exits(0);
        run(&project, url, &["upgrade"]).exits(0).says("Created  ").says("shop.db");
        assert!(project.path().join("shop.db").is_file(), "{url}");
        assert!(!std::path::Path::new("/shop.db").exists(), "{url}");
        let four = format!("sqlite:///{}", project.path().join("shop.db").display());
        run(&project, &four, &["check"]).exits(0);
    }
}

#[test]
fn a_missing_sqlite_file_is_created_by_upgrade_alone() {
    let project = Project::with_model(On::Sqlite, MODEL);
    let file = project.path().join("shop.db");
    project.run(&["-m", "first"]).exits(0);
    project.run(&["stamp", "head"]).exits(2).says("there is no database file").says("autogen upgrade");
    for arguments in
        [&["history"][..], &["rehash"], &["verify"], &["upgrade", "--dry-run"], &["upgrade", "--sql"]]
    {
        project.run(arguments).exits(0);
        assert!(!file.exists(), "{arguments:?}");
    }
    project.run(&["upgrade", "nope"]).exits(2).says("no revision \"nope\"");
    assert!(!file.exists(), "a file is made once it is known what for");
    project.run(&["upgrade"]).exits(0).says("Created  ").says("shop.db");
    assert!(file.is_file());
    let again = project.run(&["upgrade"]).exits(0);
    assert!(!again.err.contains("Created"), "{}", again.err);
}

#[test]
fn a_name_with_a_typo_in_it_is_no_empty_database() {
    let project = Project::with_model(On::Sqlite, MODEL);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    let file = project.path().join("shpo.db");
    let url = format!("sqlite:{}", file.display());
    for arguments in [
        &["status"][..],
        &["current"],
        &["history", "-i"],
        &["check"],
        &["diff"],
        &["diff", "model", "database"],
        &["schema"],
        &["repair"],
        &["downgrade", "base"],
        &["-m", "x", "--from", "migrations", "--to", "database"],
    ] {
        run(&project, &url, arguments)
            .exits(3)
            .says("there is no file ")
            .says("shpo.db")
            .says("autogen upgrade");
        assert!(!file.exists(), "{arguments:?}");
    }
    project.run(&["diff", "shpo.db", "model"]).exits(3).says("there is no file shpo.db");
}

#[test]
fn a_database_in_memory_is_refused() {
    let project = Project::with_model(On::Sqlite, MODEL);
    for url in [":memory:", "sqlite::memory:", "sqlite:///:memory:", "sqlite:", "file::memory:?cache=shared"]
    {
        for arguments in [&["status"][..], &["upgrade"], &["-m", "first"], &["check"]] {
            run(&project, url, arguments).exits(2).says("names no file").says("sqlite:shop.db");
        }
    }
    project.run(&["diff", ":memory:", "model"]).exits(2).says("names no file");
    assert!(project.migrations().is_empty());
}

#[test]
fn what_a_uri_says_of_a_file_holds() {
    let project = Project::with_model(On::Sqlite, MODEL);
    project.run(&["-m", "first"]).exits(0);
    let file = project.path().join("shop.db").display().to_string();
    let urls = |mode: &str| [format!("sqlite:{file}?mode={mode}"), format!("file:{file}?mode={mode}")];
    // Neither makes a file, and neither takes the URL for a name.
    for url in urls("ro").iter().chain(&urls("rw")) {
        run(&project, url, &["status"]).exits(3).says("there is no file ");
        let made = run(&project, url, &["upgrade"]);
        assert!(made.code == 3 || made.code == 4, "{}", made.err);
    }
    let names = || std::fs::read_dir(project.path()).unwrap().flatten().map(|entry| entry.file_name());
    assert!(!names().any(|name| name.to_string_lossy().contains(".db")), "{:?}", names().collect::<Vec<_>>());
    run(&project, &urls("rwc")[1], &["upgrade"]).exits(0).says("Created  ");
    for url in urls("ro") {
        run(&project, &url, &["status"]).exits(0).answers("pending     0");
        run(&project, &url, &["check"]).exits(0);
        run(&project, &url, &["downgrade", "base", "--dry-run"]).exits(0).answers("_first");
        for arguments in [&["upgrade"][..], &["downgrade", "base"], &["redo"], &["stamp", "base"]] {
            run(&project, &url, arguments).exits(4).says("takes no changes").says("mode=ro");
        }
    }
    run(&project, &urls("rw")[0], &["downgrade", "base"]).exits(0).says("1 migration undone");
    run(&project, &format!("{file}?mode=read"), &["status"]).exits(2).says("mode=read");
}
