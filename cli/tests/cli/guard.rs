//! What stands between a command and rows that nobody can bring back: the guard of production, and a question on a terminal.

use crate::support::{BOTH, On, Project, Ran};

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);\n";

/// A project whose database is marked `production`.
fn production(on: On, model: &str) -> Project {
    let project = Project::with_model(on, model);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade", "--environment", "production"]).exits(0);
    project
}

/// Writes a migration by hand.
fn by_hand(project: &Project, up: &str) {
    project.run(&["generate", "--empty", "-m", "by hand"]).exits(0);
    let name = project.migrations().pop().unwrap();
    project.write(&format!("migrations/{name}/up.sql"), up);
    project.write(&format!("migrations/{name}/down.sql"), "SELECT 1;\n");
    project.run(&["rehash", "--no-verify"]).exits(0);
}

#[test]
fn production_is_told_of_each_loss_in_statements_by_hand() {
    for on in BOTH {
        let project = production(on, USERS);
        let own = "CREATE TABLE own (a integer);\nDROP TABLE own;\n";
        let rebuild = "CREATE TABLE new (id integer PRIMARY KEY, name text);\nINSERT INTO new SELECT id, name FROM users;\n\
            DROP TABLE users;\nALTER TABLE new RENAME TO users;\n";
        let lossy = match on {
            On::Sqlite => "REPLACE INTO users VALUES (1, 'b');\n",
            On::Postgres => "DROP SEQUENCE IF EXISTS counter;\nDO $$ BEGIN\nDELETE\nFROM users; END $$;\n",
        };
        let null = "UPDATE users SET id = id, name = NULL;\n";
        let kept = "CREATE TABLE IF NOT EXISTS kept (a integer);\nDROP TABLE kept;\n";
        by_hand(&project, &format!("{own}{rebuild}{null}{kept}{lossy}"));
        let ran = project.run(&["upgrade"]).exits(4).says("loses data").says("--confirm-database");
        let ran = ran.says("up.sql:7: UPDATE users SET").says("up.sql:9: DROP TABLE kept");
        let ran = match on {
            On::Sqlite => ran.says("up.sql:10: REPLACE INTO users"),
            On::Postgres => ran.says("up.sql:10: DROP SEQUENCE").says("up.sql:11: DO $$"),
        };
        assert_eq!(ran.err.matches("/up.sql:").count(), if on == On::Sqlite { 3 } else { 4 }, "{}", ran.err);
    }
}

#[test]
fn a_table_that_is_replaced_without_its_rows_is_lost() {
    for on in BOTH {
        let project = production(on, USERS);
        by_hand(
            &project,
            "CREATE TABLE new (id integer PRIMARY KEY);\nDROP TABLE users;\nALTER TABLE new RENAME TO users;\n",
        );
        project.run(&["upgrade"]).exits(4).says("up.sql:2: DROP TABLE users");
    }
}

#[test]
fn a_planned_change_of_a_type_counts_once_it_was_edited() {
    let project = production(On::Postgres, "CREATE TABLE t (id integer PRIMARY KEY, a integer);\n");
    project.write("schema.sql", "CREATE TABLE t (id integer PRIMARY KEY, a bigint);\n");
    project.run(&["-m", "wider"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", "CREATE TABLE t (id integer PRIMARY KEY, a numeric);\n");
    project.run(&["-m", "wider still"]).exits(0);
    let name = project.migrations().pop().unwrap();
    let file = format!("migrations/{name}/up.sql");
    let text = project.read(&file);
    project.write(&file, &text.replace("TYPE numeric", "TYPE smallint"));
    project.run(&["rehash", "--no-verify"]).exits(0);
    project.run(&["upgrade"]).exits(4).says("loses data").says("ALTER TABLE t ALTER COLUMN a");
    project.write(&file, &text);
    project.run(&["rehash", "--no-verify"]).exits(0);
    project.run(&["upgrade"]).exits(0);
}

#[test]
fn a_planned_drop_of_a_computed_column_loses_nothing() {
    let table = |more: &str| format!("CREATE TABLE t (id integer PRIMARY KEY, a integer{more});\n");
    let computed = ", twice integer GENERATED ALWAYS AS (a * 2) STORED";
    let project = production(On::Postgres, &table(computed));
    project.write("schema.sql", &table(""));
    project.run(&["-m", "not twice"]).exits(0);
    project.run(&["upgrade"]).exits(0).says("1 migration applied");
}

#[test]
fn a_planned_rebuild_that_keeps_all_rows_and_counters_needs_no_name() {
    let model = "CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text);\n";
    let project = production(On::Sqlite, model);
    project.sql("INSERT INTO t (a) VALUES ('x')");
    project.write("schema.sql", &model.replace("a text", "a text NOT NULL DEFAULT ''"));
    project.run(&["-m", "not null"]).exits(0);
    project.run(&["upgrade"]).exits(0).says("1 migration applied");
    assert_eq!(project.value("SELECT count(*) FROM t"), "1");
}

/// Runs autogen on a terminal of its own, and types.
fn on_a_terminal(project: &Project, arguments: &str, typed: &str) -> Ran {
    let command = format!("{} {arguments}", env!("CARGO_BIN_EXE_autogen"));
    let mut terminal = assert_cmd::Command::new("script");
    terminal.args(["-q", "-e", "-c", &command, "/dev/null"]).current_dir(project.path());
    terminal.env("DATABASE_URL", project.url()).env("TERM", "xterm").write_stdin(typed.to_owned());
    terminal.output().unwrap().into()
}

#[test]
fn a_way_back_that_loses_data_is_asked_about_on_a_terminal_alone() {
    for on in BOTH {
        let project = Project::with_model(on, USERS);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        for command in ["downgrade base", "redo"] {
            on_a_terminal(&project, command, "n")
                .exits(4)
                .answers("users: its rows are lost")
                .answers("nothing was undone");
            project.run(&["current"]).exits(0).answers("_first");
        }
        on_a_terminal(&project, "redo", "y").exits(0).answers("1 migration undone");
        on_a_terminal(&project, "redo --yes", "").exits(0).answers("1 migration undone");
        // Where nobody can be asked it goes on.
        project.run(&["redo"]).exits(0);
        on_a_terminal(&project, "downgrade base -y", "").exits(0).answers("1 migration undone");
        // Nothing is lost, so nothing is asked.
        project.write("schema.sql", "CREATE VIEW one AS SELECT 1 AS a;\n");
        for name in project.migrations() {
            std::fs::remove_dir_all(project.path().join("migrations").join(name)).unwrap();
        }
        project.run(&["rehash"]).exits(0);
        project.run(&["-m", "a view"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        let ran = on_a_terminal(&project, "downgrade base", "").exits(0).answers("1 migration undone");
        assert!(!ran.out.contains("Go on?"), "{}", ran.out);
    }
}
