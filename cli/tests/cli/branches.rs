//! Two branches merged, in conflict, moved, and many migrations made one: what is printed, in snapshots, and what
//! becomes of databases.

use std::collections::BTreeMap;

use crate::support::{BOTH, On, Project};

const FIRST: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);\n";

/// Runs commands and keeps what a user sees, with versions numbered and times left out.
struct Transcript<'a> {
    project: &'a Project,
    text: String,
}

impl<'a> Transcript<'a> {
    const fn of(project: &'a Project) -> Self {
        Self { project, text: String::new() }
    }

    fn run(&mut self, arguments: &[&str]) -> &mut Self {
        let ran = self.project.run(arguments);
        let quoted: Vec<String> = arguments
            .iter()
            .map(|a| if a.contains(' ') { format!("{a:?}") } else { (*a).to_owned() })
            .collect();
        self.text.push_str(&format!("$ autogen {}\n{}{}", quoted.join(" "), ran.err, ran.out));
        if ran.code != 0 {
            self.text.push_str(&format!("[exit code {}]\n", ran.code));
        }
        self.text.push('\n');
        self
    }

    /// The text without what changes from run to run.
    fn steady(&self) -> String {
        let mut versions = BTreeMap::new();
        let mut steady = String::new();
        let mut rest = self.text.as_str();
        while let Some(c) = rest.chars().next() {
            let length = version_length(rest);
            if length > 0 {
                let next = versions.len() + 1;
                let number = versions.entry(&rest[..length]).or_insert(next);
                steady.push_str(&format!("[{number}]"));
                rest = &rest[length..];
            } else {
                steady.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        let lines = steady.lines().map(|line| match line.rsplit_once(" in ") {
            Some((start, time)) if time.ends_with(" ms") => format!("{start} in [n] ms"),
            _ if line.starts_with("plan  ") || line.starts_with("hash  ") => {
                format!("{:<12}[hash]", &line[..4])
            }
            _ if line.starts_with("database ") => "database    [database]".to_owned(),
            _ => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// How many bytes of `2026-11-21-101112-0000` a text begins with.
pub(crate) fn version_length(text: &str) -> usize {
    let shape = "0000-00-00-000000-xxxx";
    let fits = text.len() >= shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            b'x' => byte.is_ascii_hexdigit(),
            other => byte == other,
        });
    if fits { shape.len() } else { 0 }
}

/// Writes migrations for one model after the other; gives the folders that are new.
fn branch(project: &Project, models: &[(&str, &str)]) -> Vec<(String, [String; 2])> {
    let before = project.migrations();
    for (message, model) in models {
        project.write("schema.sql", model);
        project.run(&["-m", message, "--from", "migrations"]).exits(0);
    }
    let new = project.migrations().into_iter().filter(|name| !before.contains(name));
    new.map(|name| {
        let texts = ["up", "down"].map(|file| project.read(&format!("migrations/{name}/{file}.sql")));
        (name, texts)
    })
    .collect()
}

/// A project with a first migration that is applied, and two branches behind it, as version control brings them together.
fn two_branches(on: On, one: &[(&str, &str)], other: &[(&str, &str)]) -> Project {
    let project = Project::with_model(on, FIRST);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    let sum = project.read("migrations/autogen.sum");
    let ones = branch(&project, one);
    for (name, _) in &ones {
        std::fs::remove_dir_all(project.path().join("migrations").join(name)).unwrap();
    }
    project.write("migrations/autogen.sum", &sum);
    // Each version is later than the one before by a second at least.
    std::thread::sleep(std::time::Duration::from_millis(1100 * (1 + ones.len() as u64)));
    branch(&project, other);
    for (name, [up, down]) in &ones {
        project.write(&format!("migrations/{name}/up.sql"), up);
        project.write(&format!("migrations/{name}/down.sql"), down);
        if up.contains("BEGIN IMMEDIATE") {
            project.write(&format!("migrations/{name}/metadata.toml"), "run_in_transaction = false\n");
        }
    }
    project.run(&["rehash", "--no-verify"]).exits(0);
    project
}

const WITH_EMAIL: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text, email text);\n";
const WITH_ORGS: &str =
    "CREATE TABLE users (id integer PRIMARY KEY, name text);\nCREATE TABLE orgs (id integer PRIMARY KEY);\n";
const ORGS_NAMED: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);\nCREATE TABLE orgs (id integer PRIMARY KEY, name text);\n";
const BOTH_DONE: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text, email text);\nCREATE TABLE orgs (id integer PRIMARY KEY, name text);\n";

#[test]
fn branches_that_do_not_meet_are_merged() {
    for on in BOTH {
        let project = two_branches(
            on,
            &[("add email", WITH_EMAIL)],
            &[("orgs", WITH_ORGS), ("orgs have names", ORGS_NAMED)],
        );
        let mut seen = Transcript::of(&project);
        seen.run(&["heads"]).run(&["branches"]).run(&["merge", "-m", "bring together"]).run(&["heads"]);
        seen.run(&["upgrade"]).run(&["history", "--graph"]);
        insta::assert_snapshot!(format!("merged_{on:?}"), seen.steady());
        project.write("schema.sql", BOTH_DONE);
        project.run(&["check"]).exits(0);
        project.run(&["verify"]).exits(0);
    }
}

#[test]
fn branches_in_conflict_are_named_and_nothing_is_written() {
    for on in BOTH {
        let email =
            |kind: &str| format!("CREATE TABLE users (id integer PRIMARY KEY, name text, email {kind});\n");
        let project = two_branches(on, &[("email", &email("text"))], &[("email too", &email("integer"))]);
        let mut seen = Transcript::of(&project);
        seen.run(&["merge"]).run(&["merge", "--rebase"]);
        insta::assert_snapshot!(format!("conflict_{on:?}"), seen.steady());
        assert_eq!(project.migrations().len(), 3);
    }
}

#[test]
fn an_order_that_matters_is_told_and_settled_by_a_rebase() {
    // A table that is made anew is made without the column that the other branch added before.
    let rebuilt = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL DEFAULT '');\n";
    let project = two_branches(On::Sqlite, &[("names are there", rebuilt)], &[("add email", WITH_EMAIL)]);
    let names = project.migrations();
    let mut seen = Transcript::of(&project);
    seen.run(&["merge"]).run(&["merge", "--rebase", &names[1]]).run(&["merge", "--rebase"]).run(&["upgrade"]);
    insta::assert_snapshot!("order_matters", seen.steady());
    project.write(
        "schema.sql",
        "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL DEFAULT '', email text);\n",
    );
    project.run(&["check"]).exits(0);
}

#[test]
fn a_branch_that_is_applied_nowhere_moves_behind_the_other() {
    for on in BOTH {
        let project = two_branches(
            on,
            &[("add email", WITH_EMAIL)],
            &[("orgs", WITH_ORGS), ("orgs have names", ORGS_NAMED)],
        );
        project.write(&format!("migrations/{}/NOTES.md", project.migrations()[1]), "kept");
        let mut seen = Transcript::of(&project);
        seen.run(&["merge", "--rebase", &project.migrations()[1]]).run(&["heads"]).run(&["history"]);
        seen.run(&["upgrade"]).run(&["verify"]).run(&["merge", "--rebase"]);
        insta::assert_snapshot!(format!("rebased_{on:?}"), seen.steady());
        project.write("schema.sql", BOTH_DONE);
        project.run(&["check"]).exits(0);
        assert_eq!(project.read(&format!("migrations/{}/NOTES.md", project.migrations()[3])), "kept");
    }
}

#[test]
fn what_is_applied_does_not_move() {
    let project = two_branches(On::Sqlite, &[("add email", WITH_EMAIL)], &[("orgs", WITH_ORGS)]);
    project.run(&["upgrade", "+1"]).exits(0);
    let names = project.migrations();
    project.run(&["merge", "--rebase", &names[1]]).exits(4).says("applied to the database already");
    project.run(&["merge", "--rebase", &names[0]]).exits(2).says("neither of the two branches");
    project.run(&["merge", "--rebase"]).exits(0).says("Moved").says("_orgs");
}

#[test]
fn many_migrations_become_one_and_databases_go_on() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first"]).exits(0);
        branch(&project, &[("orgs", WITH_ORGS), ("orgs have names", ORGS_NAMED), ("add email", BOTH_DONE)]);
        project.run(&["upgrade"]).exits(0);
        project.sql("INSERT INTO users (id, name) VALUES (1, 'a')");
        let names = project.migrations();
        let range = format!("{}:{}", version(&names[1]), version(&names[2]));
        let mut seen = Transcript::of(&project);
        seen.run(&["squash", &range, "-m", "orgs with names"])
            .run(&["history"])
            .run(&["show", version(&names[2])]);
        seen.run(&["status"]).run(&["upgrade"]).run(&["downgrade", version(&names[0])]).run(&["upgrade"]);
        insta::assert_snapshot!(format!("squashed_{on:?}"), seen.steady());
        project.run(&["check"]).exits(0);
        project.run(&["verify"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM users"), "1");
        assert_eq!(project.value("SELECT count(*) FROM __diesel_schema_migrations"), "3");
    }
}

#[test]
fn a_database_in_the_middle_of_a_squash_is_told_where_to_go() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first"]).exits(0);
        branch(&project, &[("orgs", WITH_ORGS), ("orgs have names", ORGS_NAMED)]);
        project.run(&["upgrade", "+2"]).exits(0);
        project.run(&["squash", "base:head"]).exits(4).says("2 of the 3").says("autogen upgrade");
        let mut elsewhere = project.command(&["squash", "base:head"]);
        let scratch = Project::new(on);
        let ran: crate::support::Ran = elsewhere.env("DATABASE_URL", scratch.url()).output().unwrap().into();
        ran.exits(0);
        project.run(&["upgrade"]).exits(5).says("only some are applied").says("before the squash");
        project.run(&["status"]).exits(5);
    }
}

/// A project of a migration that makes a table and one that fills it, and the second one's name.
fn seeded(on: On) -> (Project, String) {
    let project = Project::with_model(on, FIRST);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["generate", "--empty", "-m", "seed"]).exits(0);
    let seed = project.migrations()[1].clone();
    project.write(&format!("migrations/{seed}/up.sql"), "INSERT INTO users VALUES (1, 'root');\n");
    project.write(&format!("migrations/{seed}/down.sql"), "DELETE FROM users WHERE id = 1;\n");
    project.run(&["rehash"]).exits(0);
    (project, seed)
}

#[test]
fn a_squash_of_the_schema_alone_says_what_it_leaves_out() {
    for on in BOTH {
        let (project, seed) = seeded(on);
        project.run(&["squash", "base:head", "--schema-only"]).exits(0).says("left out: what").says(&seed);
        project.run(&["upgrade"]).exits(0).says("1 migration applied");
        assert_eq!(project.value("SELECT count(*) FROM users"), "0");
    }
}

#[test]
fn rows_are_not_lost_in_a_squash() {
    for on in BOTH {
        let (project, seed) = seeded(on);
        project
            .run(&["squash", "base:head", "-m", "all"])
            .exits(0)
            .says("more than change the schema")
            .says(&seed);
        project.run(&["upgrade"]).exits(0).says("1 migration applied");
        assert_eq!(project.value("SELECT name FROM users"), "root");
        project.run(&["downgrade", "base"]).exits(0);
        project.run(&["verify"]).exits(0);
        // An edit is no part of it.
        let all = project.migrations()[0].clone();
        let up = project.read(&format!("migrations/{all}/up.sql"));
        project.write(&format!("migrations/{all}/up.sql"), &format!("{up}SELECT 1;\n"));
        project.run(&["squash", "base:head"]).exits(5).says("edited");
    }
}

fn version(name: &str) -> &str {
    name.split('_').next().unwrap()
}

#[test]
fn privileges_and_squashes_of_squashes_are_not_lost() {
    let project = Project::with_model(On::Postgres, FIRST);
    project.run(&["-m", "first"]).exits(0);
    branch(&project, &[("orgs", WITH_ORGS), ("orgs have names", ORGS_NAMED)]);
    project.run(&["upgrade"]).exits(0);
    let names = project.migrations();
    let range = format!("{}:{}", version(&names[0]), version(&names[1]));
    project.run(&["squash", &range, "-m", "two"]).exits(0);
    project.run(&["squash", "base:head", "-m", "three"]).exits(0);
    project.run(&["status"]).exits(0).answers("checksums match").answers("pending     0");
    // What is not managed is kept as it was written.
    project.run(&["generate", "--empty", "-m", "grants"]).exits(0);
    let grants = project.migrations()[1].clone();
    project.write(&format!("migrations/{grants}/up.sql"), "GRANT SELECT ON users TO PUBLIC;\n");
    project.write(&format!("migrations/{grants}/down.sql"), "REVOKE SELECT ON users FROM PUBLIC;\n");
    project.run(&["rehash"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.run(&["squash", "base:head", "-m", "all"]).exits(0).says(&grants).says("kept as they are");
    let all = project.migrations()[0].clone();
    assert!(project.read(&format!("migrations/{all}/up.sql")).contains("GRANT SELECT"));
    project.run(&["squash", "base:head"]).exits(2).says("less than two");
}

#[test]
fn a_migration_with_a_function_or_a_partition_is_squashed_as_a_plan() {
    let function = "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n";
    let parts = "CREATE TABLE logs (id integer, executed integer) PARTITION BY RANGE (id);\n\
                 CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (1) TO (10);\n";
    let project = Project::with_model(On::Postgres, FIRST);
    project.run(&["-m", "first"]).exits(0);
    branch(
        &project,
        &[("one", &format!("{FIRST}{function}")), ("logs", &format!("{FIRST}{function}{parts}"))],
    );
    let ran = project.run(&["squash", "base:head", "-m", "all"]).exits(0).says("Proven");
    assert!(!ran.err.contains("kept as they are"), "{}", ran.err);
    let up = project.read(&format!("migrations/{}/up.sql", project.migrations()[0]));
    assert!(!up.contains("-- from ") && up.contains("SET check_function_bodies"), "{up}");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}

/// A project with two branches behind a common head whose first migrations have one version.
fn twins(on: On) -> Project {
    let project = two_branches(
        on,
        &[("add email", WITH_EMAIL)],
        &[("orgs", WITH_ORGS), ("orgs have names", ORGS_NAMED)],
    );
    let names = project.migrations();
    let (old, new) = (version(&names[2]).to_owned(), version(&names[1]).to_owned());
    let renamed = names[2].replace(&old, &new);
    let folder = |name: &str| project.path().join("migrations").join(name);
    std::fs::rename(folder(&names[2]), folder(&renamed)).unwrap();
    for name in [&renamed, &names[3]] {
        for file in ["up", "down"] {
            let path = format!("migrations/{name}/{file}.sql");
            project.write(&path, &project.read(&path).replace(&old, &new));
        }
    }
    // As it was before each branch was written, and what each wrote beside it.
    std::fs::remove_file(folder("autogen.sum")).unwrap();
    project
}

#[test]
fn branches_that_began_in_one_second_get_versions_of_their_own() {
    for on in BOTH {
        let project = twins(on);
        for arguments in [&["status"][..], &["upgrade"], &["-m", "x"], &["check"]] {
            project.run(arguments).exits(5).says("have the same version").says("autogen merge");
        }
        project.run(&["merge", "-m", "bring together"]).exits(0).says("Moved").says("_orgs").says("Proven");
        let names = project.migrations();
        assert_eq!(names.len(), 5, "{names:?}");
        let ends: Vec<&str> = names.iter().map(|name| name.split_once('_').unwrap().1).collect();
        assert_eq!(ends, ["first", "add_email", "orgs", "orgs_have_names", "bring_together"]);
        let second = project.read(&format!("migrations/{}/up.sql", names[3]));
        assert!(
            second.contains(&format!("{}, after {}", version(&names[3]), version(&names[2]))),
            "{second}"
        );
        project.run(&["upgrade"]).exits(0).says("4 migrations applied");
        project.write("schema.sql", BOTH_DONE);
        project.run(&["check"]).exits(0);
        project.run(&["verify"]).exits(0);
    }
}

#[test]
fn of_two_with_one_version_the_applied_one_stays() {
    for on in BOTH {
        let project = twins(on);
        let names = project.migrations();
        let aside = tempfile::tempdir().unwrap();
        let away = |name: &str| {
            std::fs::rename(project.path().join("migrations").join(name), aside.path().join(name)).unwrap();
        };
        let back = |name: &str| {
            std::fs::rename(aside.path().join(name), project.path().join("migrations").join(name)).unwrap();
        };
        let email = names.iter().find(|name| name.ends_with("_add_email")).unwrap();
        away(email);
        project.run(&["upgrade"]).exits(0).says("2 migrations applied");
        back(email);
        project.run(&["merge", "--rebase"]).exits(0).says("_add_email");
        project.run(&["upgrade"]).exits(0).says("1 migration applied");
        project.write("schema.sql", BOTH_DONE);
        project.run(&["check"]).exits(0);
        // Nothing tells which one ran where another program applied it.
        let project = twins(on);
        let version = version(&project.migrations()[1]).replace('-', "");
        project.sql(&format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')"));
        project.run(&["merge"]).exits(5).says("does not tell whether").says("rename the folder");
    }
}

#[test]
fn branches_written_at_once_have_versions_of_their_own() {
    let versions: std::collections::BTreeSet<String> = (0..3)
        .map(|_| {
            let project = Project::with_model(On::Sqlite, FIRST);
            project.run(&["generate", "--empty", "-m", "one"]).exits(0);
            version(&project.migrations()[0]).to_owned()
        })
        .collect();
    assert_eq!(versions.len(), 3, "{versions:?}");
}

#[test]
fn a_target_that_is_applied_is_not_called_head_while_another_branch_is_pending() {
    for on in BOTH {
        let project = two_branches(on, &[("left", WITH_EMAIL)], &[("right", WITH_ORGS)]);
        project.run(&["upgrade", "left"]).exits(0).says("1 migration applied");
        let ran = project
            .run(&["upgrade", "left"])
            .exits(0)
            .says("left is applied already")
            .says("1 migration pending");
        assert!(!ran.err.contains("at head"), "{}", ran.err);
    }
}
