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
    project.run(&["check"]).exits(1);
    project.run(&["stamp", "head"]).exits(2).says("there is no database file").says("autogen upgrade");
    for arguments in [
        &["status"][..],
        &["current"],
        &["history", "-i"],
        &["accept"],
        &["verify"],
        &["repair"],
        &["downgrade", "base"],
        &["upgrade", "--dry-run"],
        &["upgrade", "--sql"],
    ] {
        project.run(arguments).exits(0);
        assert!(!file.exists(), "{arguments:?}");
    }
    project.run(&["upgrade"]).exits(0).says("Created  ").says("shop.db");
    assert!(file.is_file());
    let again = project.run(&["upgrade"]).exits(0);
    assert!(!again.err.contains("Created"), "{}", again.err);
}
