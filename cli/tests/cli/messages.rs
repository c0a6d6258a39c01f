//! Mistakes that people make, and what they are told: what, where, why, and the next command. The table of `docs/errors.md` is
//! made of what the binary says here (`AUTOGEN_UPDATE=1` writes it).

use std::path::Path;

use autogen_diff_core::Flavor;
use autogen_fixtures::server;
use autogen_introspect::DatabaseUrl;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, MysqlConnection};
use regex::Regex;

use crate::branches::version_length;
use crate::support::{On, Project, Ran};

/// A mistake, how it ends, and what must be said.
struct Mistake {
    name: &'static str,
    code: i32,
    says: &'static [&'static str],
    make: fn() -> (Project, Ran),
}

const fn mistake(
    name: &'static str,
    code: i32,
    says: &'static [&'static str],
    make: fn() -> (Project, Ran),
) -> Mistake {
    Mistake { name, code, says, make }
}

const USERS: &str = "CREATE TABLE users (\n  id integer PRIMARY KEY,\n  name text\n);\n";

const MISTAKES: [Mistake; 57] = [
    mistake("no settings and no model", 2, &["no model at schema.sql", "autogen init"], || {
        ran(Project::new(On::Sqlite), &["check"])
    }),
    mistake("no URL", 2, &["no database is named", "DATABASE_URL"], || {
        let project = Project::with_model(On::Sqlite, USERS);
        let ran = project.command(&["status"]).env_remove("DATABASE_URL").output().unwrap().into();
        (project, ran)
    }),
    mistake("a URL of an unknown kind", 2, &["oracle", "postgres://"], || at("oracle://me@db/shop")),
    mistake("a closed port", 3, &["can't connect", "127.0.0.1", "port"], || {
        at("postgres://me@127.0.0.1:1/shop")
    }),
    mistake("an unknown host", 3, &["nowhere.invalid", "can't be resolved"], || {
        at("postgres://me@nowhere.invalid/shop")
    }),
    mistake(
        "a database that is not there",
        3,
        &["autogen_absent", "does not exist", "CREATE DATABASE"],
        || at(&elsewhere("postgres", "autogen_absent")),
    ),
    mistake("a wrong password", 3, &["Access denied", "password in DATABASE_URL"], || {
        let server = autogen_fixtures::server::mysql_url();
        let mut admin = MysqlConnection::establish(&server).unwrap();
        admin.batch_execute("CREATE USER IF NOT EXISTS autogen_locked IDENTIFIED BY 'right'").unwrap();
        let host = server.rsplit_once('@').unwrap().1.rsplit_once('/').unwrap().0;
        at(&format!("mysql://autogen_locked:wrong@{host}/mysql"))
    }),
    mistake("a role that is not there", 3, &["autogen_nobody", "does not exist", "CREATE ROLE"], || {
        at(&elsewhere("autogen_nobody", "postgres"))
    }),
    mistake(
        "a role that may make no database",
        3,
        &["no scratch database", "--scratch local", "--scratch-url", "CREATEDB"],
        || {
            let project = Project::with_model(On::Postgres, USERS);
            project.sql(
                "DO $$ BEGIN CREATE ROLE autogen_plain LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            );
            let url = crate::scratch::as_role(&project, "autogen_plain");
            let ran = project.command(&["-m", "x"]).env("DATABASE_URL", url).output().unwrap().into();
            (project, ran)
        },
    ),
    mistake("a local scratch server without its programs", 3, &["initdb", "--scratch"], || {
        let project = Project::with_model(On::Postgres, USERS);
        let mut command = project.command(&["-m", "x", "--scratch", "local"]);
        let command = command.env_remove("AUTOGEN_POSTGRES_BIN").env("PATH", "/nowhere");
        let ran = command.env("AUTOGEN_POSTGRES_BIN", "/nowhere").output().unwrap().into();
        (project, ran)
    }),
    mistake("a typo in a command", 2, &["upgarde", "upgrade"], || {
        ran(Project::new(On::Sqlite), &["upgarde"])
    }),
    mistake("an unknown type", 2, &["schema.sql:1:", "nonsense"], || {
        model("CREATE TABLE users (id nonsense);\n")
    }),
    mistake("a foreign key to an unknown table", 2, &["schema.sql:1:", "nowhere"], || {
        model("CREATE TABLE users (id integer REFERENCES nowhere (id));\n")
    }),
    mistake("a foreign key to an unknown column", 2, &["schema.sql:5:", "nothing"], || {
        model(&format!("{USERS}CREATE TABLE posts (user_id integer REFERENCES users (nothing));\n"))
    }),
    mistake("a missing comma", 2, &["schema.sql:3:", "syntax error"], || {
        model("CREATE TABLE users (\n  id integer PRIMARY KEY\n  name text\n);\n")
    }),
    mistake("an open $$", 2, &["schema.sql:1:", "$$"], || {
        model("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1;\n")
    }),
    mistake("a table twice", 2, &["schema.sql:5:", "already exists"], || model(&format!("{USERS}{USERS}"))),
    mistake("a model that is not there", 2, &["no model at other.sql", "autogen init"], || {
        let project = Project::with_model(On::Sqlite, USERS);
        project.write("autogen.toml", "model = \"other.sql\"\n");
        ran(project, &["-m", "x"])
    }),
    mistake("rows in a model", 0, &["schema.sql:5:", "INSERT", "no part of a schema", "--empty"], || {
        model(&format!("{USERS}INSERT INTO users VALUES (1, 'a');\n"))
    }),
    mistake("a typo in a setting", 2, &["autogen.toml:1", "modle", "did you mean model?"], || {
        let project = Project::new(On::Sqlite);
        project.write("autogen.toml", "modle = \"schema.sql\"\n");
        ran(project, &["check"])
    }),
    mistake("settings that are no TOML", 2, &["autogen.toml:2"], || {
        let project = Project::new(On::Sqlite);
        project.write("autogen.toml", "model = \"schema.sql\"\nmigrations = \"migrations\n");
        ran(project, &["check"])
    }),
    mistake(
        "MySQL's SQL on PostgreSQL",
        2,
        &["schema.sql:1:", "AUTO_INCREMENT", "another kind of database"],
        || model("CREATE TABLE users (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);\n"),
    ),
    mistake("an empty model over a full database", 4, &["would drop 1 table", "--drop-all"], || {
        let project = upgraded(On::Postgres);
        project.write("schema.sql", "-- nothing yet\n");
        ran(project, &["-m", "x"])
    }),
    mistake(
        "a rename that nobody declared",
        0,
        &["users.name", "values are not carried over", "--rename"],
        || {
            let project = upgraded(On::Postgres);
            project.write("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY, title text);\n");
            ran(project, &["-m", "x", "--dry-run"])
        },
    ),
    mistake("a --rename with a typo", 2, &["users.nmae", "--rename"], || {
        let project = upgraded(On::Postgres);
        project.write("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY, title text);\n");
        ran(project, &["-m", "x", "--rename", "users.nmae=users.title"])
    }),
    mistake("an edited migration", 5, &["edited since", "up.sql", "autogen rehash"], || {
        let project = upgraded(On::Sqlite);
        append(&project, "up.sql", "-- more\n");
        ran(project, &["upgrade"])
    }),
    mistake("a deleted down.sql", 5, &["deleted since", "down.sql", "git checkout"], || {
        let project = upgraded(On::Sqlite);
        std::fs::remove_file(newest(&project).join("down.sql")).unwrap();
        ran(project, &["upgrade"])
    }),
    mistake(
        "a deleted folder that is applied",
        5,
        &["applied to the database", "_first", "git checkout"],
        || {
            let project = upgraded(On::Sqlite);
            std::fs::remove_dir_all(newest(&project)).unwrap();
            ran(project, &["upgrade"])
        },
    ),
    mistake(
        "a new folder that was thrown away",
        5,
        &["folder was deleted", "_second", "autogen rehash"],
        || {
            let project = second(On::Sqlite);
            std::fs::remove_dir_all(newest(&project)).unwrap();
            ran(project, &["-m", "again"])
        },
    ),
    mistake("a database that is ahead of the folder", 5, &["folder is missing", "autogen stamp"], || {
        let project = upgraded(On::Sqlite);
        std::fs::remove_dir_all(project.path().join("migrations")).unwrap();
        ran(project, &["current", "--check-heads"])
    }),
    mistake(
        "conflict markers in autogen.sum",
        5,
        &["autogen.sum", "conflict markers", "autogen merge"],
        || {
            let project = upgraded(On::Sqlite);
            let sum = project.read("migrations/autogen.sum");
            project.write("migrations/autogen.sum", &format!("<<<<<<< HEAD\n{sum}=======\n>>>>>>> other\n"));
            ran(project, &["status"])
        },
    ),
    mistake("another plan than the approved one", 4, &["plan", "nothing was run", "--dry-run"], || {
        let approved = "0123456789abcdef0123456789abcdef";
        ran(second(On::Sqlite), &["upgrade", "--plan", approved])
    }),
    mistake("a conflict in autogen.refs", 2, &["autogen.refs line 1", "autogen ref ENVIRONMENT"], || {
        let project = upgraded(On::Sqlite);
        project.write("migrations/autogen.refs", "<<<<<<< HEAD\n");
        ran(project, &["check"])
    }),
    mistake("an unknown revision", 2, &["no revision \"nope\"", "autogen history"], || {
        ran(upgraded(On::Sqlite), &["upgrade", "nope"])
    }),
    mistake("a prefix of several revisions", 2, &["\"2\"", "_first", "_second"], || {
        ran(second(On::Sqlite), &["upgrade", "2"])
    }),
    mistake("a downgrade without a target", 2, &["where to stop", "downgrade -1"], || {
        ran(upgraded(On::Sqlite), &["downgrade"])
    }),
    mistake("a target beyond the history", 2, &["\"-7\"", "beyond the history", "autogen history"], || {
        ran(upgraded(On::Sqlite), &["downgrade", "-7"])
    }),
    mistake("a folder that can't be written", 2, &["/sys/migrations", "nothing was written"], || {
        let project = Project::with_model(On::Sqlite, USERS);
        project.write("autogen.toml", "migrations = \"/sys/migrations\"\n");
        ran(project, &["-m", "x"])
    }),
    mistake("rows that break a new key", 3, &["users_name_key", "(name)=(a)", "rows are at fault"], || {
        let project = upgraded(On::Postgres);
        project.sql("INSERT INTO users VALUES (1, 'a'), (2, 'a')");
        project.write("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text UNIQUE);\n");
        project.run(&["-m", "unique"]).exits(0);
        ran(project, &["upgrade"])
    }),
    mistake("a subscription that differs", 4, &["subscription s", "by hand"], || {
        let project = upgraded(On::Postgres);
        project.sql(
            "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)",
        );
        let (project, ran) = ran(project, &["-m", "x", "--from", "database"]);
        project.sql("DROP SUBSCRIPTION s");
        (project, ran)
    }),
    mistake("another partition key", 4, &["table log", "partitioned"], || {
        let project =
            Project::with_model(On::Postgres, "CREATE TABLE log (a int, b int) PARTITION BY LIST (a);\n");
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.write("schema.sql", "CREATE TABLE log (a int, b int) PARTITION BY LIST (b);\n");
        ran(project, &["-m", "x"])
    }),
    mistake(
        "a lock that another upgrade holds",
        6,
        &["timed out", "migration lock", "--lock-timeout"],
        || {
            let project = second(On::Sqlite);
            let mut other = project.sqlite();
            other.batch_execute("BEGIN IMMEDIATE").unwrap();
            let ran = project.run(&["upgrade", "--lock-timeout", "1"]);
            (project, ran)
        },
    ),
    mistake("migrations of PostgreSQL on SQLite", 3, &["up.sql failed", "another kind of database"], || {
        let project = Project::new(On::Sqlite);
        project.write(
            "migrations/2020-01-01-000000_one/up.sql",
            "CREATE TABLE a (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nALTER TABLE a OWNER TO me;\n",
        );
        ran(project, &["upgrade"])
    }),
    mistake(
        "a migration of MySQL that stopped half-way",
        3,
        &["statement 2 of 2", "run the same command again"],
        || {
            let server = autogen_fixtures::server::mysql_url();
            let name = format!("autogen_cli_half_{}", std::process::id());
            let mut admin = MysqlConnection::establish(&server).unwrap();
            admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}")).unwrap();
            let project = Project::new(On::Sqlite);
            project.write(
                "migrations/2020-01-01-000000_one/up.sql",
                "CREATE TABLE a (id int PRIMARY KEY);\nCREATE INDEX i ON a (nothing);\n",
            );
            let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
            let ran = project.command(&["upgrade"]).env("DATABASE_URL", url).output().unwrap().into();
            admin.batch_execute(&format!("DROP DATABASE {name}")).unwrap();
            (project, ran)
        },
    ),
    mistake(
        "CONCURRENTLY in a transaction",
        3,
        &["inside a transaction block", "run_in_transaction = false"],
        || {
            let project = upgraded(On::Postgres);
            project.write(
                "migrations/9000-01-01-000000_index/up.sql",
                "CREATE INDEX CONCURRENTLY i ON users (name);\n",
            );
            ran(project, &["upgrade"])
        },
    ),
    mistake(
        "a COMMIT in the runner's transaction",
        5,
        &["up.sql (line 2)", "COMMIT", "run_in_transaction = false"],
        || {
            let project = upgraded(On::Postgres);
            project.write(
                "migrations/9000-01-01-000000_commit/up.sql",
                "CREATE TABLE a (id integer);\nCOMMIT;\nALTER TABLE missing ADD x integer;\n",
            );
            ran(project, &["upgrade"])
        },
    ),
    mistake("a transaction that nothing ends", 5, &["up.sql (line 1)", "does not end", "COMMIT"], || {
        let project = upgraded(On::Sqlite);
        let folder = "migrations/9000-01-01-000000_open";
        project.write(&format!("{folder}/up.sql"), "BEGIN;\nCREATE TABLE a (id integer);\n");
        project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
        ran(project, &["upgrade"])
    }),
    mistake("a file that is no database", 3, &["not a database", "no SQLite database"], || {
        let project = Project::new(On::Sqlite);
        project.write("shop.db", &"this is no database, however long it may be\n".repeat(9));
        ran(project, &["status"])
    }),
    mistake("a replay that fails", 4, &["up.sql:2:1", "nowhere", "autogen rehash"], || {
        let project = upgraded(On::Postgres);
        project.write(
            "migrations/9000-01-01-000000_bad/up.sql",
            "CREATE TABLE b (a integer);\nINSERT INTO nowhere VALUES (1);\n",
        );
        ran(project, &["verify"])
    }),
    mistake(
        "a schema.rs that can't be followed",
        4,
        &["src/schema.rs", "line 6, table users, column name", "Unheard"],
        || {
            let project = upgraded(On::Postgres);
            project.write(
            "src/schema.rs",
            "// @generated automatically by Diesel CLI.\n\ndiesel::table! {\n    users (id) {\n        id -> Int4,\n        \
             name -> Unheard,\n    }\n}\n",
        );
            project.write("autogen.toml", "model = \"src/schema.rs\"\n");
            ran(project, &["-m", "x"])
        },
    ),
    mistake(
        "a database that is full before the first migration",
        5,
        &["no migration creates", "table old", "stamp"],
        || {
            let project = Project::with_model(On::Postgres, USERS);
            project.sql("CREATE TABLE old (id integer PRIMARY KEY)");
            ran(project, &["-m", "x"])
        },
    ),
    mistake("a SQLite file with a typo in its name", 3, &["there is no file", "shpo.db"], || {
        at("sqlite:shpo.db")
    }),
    mistake("a database in memory", 2, &["names no file", "sqlite:shop.db"], || at("sqlite::memory:")),
    mistake(
        "a database that ran another text",
        5,
        &["ran another text", "up.sql", "repair --record"],
        || {
            let project = upgraded(On::Sqlite);
            project.sql("UPDATE __autogen_history SET hash = 'another'");
            ran(project, &["upgrade"])
        },
    ),
    mistake("two branches that began in one second", 5, &["the same version", "autogen merge"], || {
        let project = second(On::Sqlite);
        let name = project.migrations().pop().unwrap().replace("_second", "_other");
        project.write(&format!("migrations/{name}/up.sql"), "CREATE TABLE other (id integer PRIMARY KEY);\n");
        ran(project, &["upgrade"])
    }),
    mistake("Alembic's word for a migration", 2, &["autogen -m \"add email\""], || {
        ran(upgraded(On::Sqlite), &["revision", "--autogenerate", "-m", "add email"])
    }),
    mistake(
        "a trigger that refuses the row of a migration",
        3,
        &["__diesel_schema_migrations", "not today", "a trigger or rule"],
        || {
            let project = second(On::Postgres);
            project.sql(
                "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$; \
                 CREATE TRIGGER no BEFORE INSERT ON __diesel_schema_migrations FOR EACH ROW EXECUTE FUNCTION no();",
            );
            ran(project, &["upgrade", "--allow-drift"])
        },
    ),
];

fn ran(project: Project, arguments: &[&str]) -> (Project, Ran) {
    let ran = project.run(arguments);
    (project, ran)
}

/// Asks for the state of a database of another URL.
fn at(url: &str) -> (Project, Ran) {
    let project = Project::new(On::Sqlite);
    let ran = project.command(&["status"]).env("DATABASE_URL", url).output().unwrap().into();
    (project, ran)
}

/// The test server's URL with another role and database.
fn elsewhere(role: &str, database: &str) -> String {
    let mut url = url::Url::parse(autogen_fixtures::server::postgres_url()).unwrap();
    url.set_username(role).unwrap();
    url.set_path(database);
    url.to_string()
}

/// Compares a model with an empty database of PostgreSQL.
fn model(text: &str) -> (Project, Ran) {
    ran(Project::with_model(On::Postgres, text), &["-m", "x", "--dry-run"])
}

fn upgraded(on: On) -> Project {
    let project = Project::with_model(on, USERS);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project
}

/// A project with a second migration that is pending.
fn second(on: On) -> Project {
    let project = upgraded(on);
    project.write("schema.sql", &format!("{USERS}CREATE TABLE posts (id integer PRIMARY KEY);\n"));
    project.run(&["-m", "second"]).exits(0);
    project
}

fn newest(project: &Project) -> std::path::PathBuf {
    project.path().join("migrations").join(project.migrations().pop().unwrap())
}

fn append(project: &Project, file: &str, text: &str) {
    let path = newest(project).join(file);
    let old = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, old + text).unwrap();
}

/// What was said, without what changes from run to run.
fn steady(project: &Project, ran: &Ran) -> String {
    let port = |text: &str| {
        let server = autogen_fixtures::server::postgres_url();
        let mysql = autogen_fixtures::server::mysql_url();
        [server, &mysql].iter().fold(text.to_owned(), |text, url| {
            let port = url.rsplit_once(':').unwrap().1.split('/').next().unwrap().to_owned();
            text.replace(&port, "PORT")
        })
    };
    let mut text = String::new();
    let mut rest = ran.err.as_str();
    while let Some(c) = rest.chars().next() {
        let length = version_length(rest);
        text.push_str(if length > 0 { "2026-11-27-101112-0000" } else { &rest[..c.len_utf8()] });
        rest = &rest[length.max(c.len_utf8())..];
    }
    let text = text.replace(&format!("{}/", project.path().display()), "");
    // A SQLite file is called shop.db already.
    let database = DatabaseUrl::parse(project.url()).unwrap().database_name();
    let text = if database == "shop.db" { text } else { text.replace(&database, "shop") };
    without_surroundings(port(&text).trim_end())
}

/// A text without what hangs on the release of a server, on the machine, and on who runs the tests.
fn without_surroundings(text: &str) -> String {
    const SURROUNDINGS: [(&str, &str); 7] = [
        (r"PostgreSQL (\d+)\.\d+", "PostgreSQL $1"),
        (r"SQLite 3\.\d+", "SQLite 3"),
        (r"\b20\d{12}[0-9a-f]{4}\b", "202611271011120000"),
        (r"\(plan [0-9a-f]{32}\)", "(plan 3ab9c1f0d2e44f6b8c5d7e9a01b2c3d4)"),
        (
            r"(Operation not permitted|Permission denied|Read-only file system) \(os error \d+\)",
            "Permission denied",
        ),
        (r"Temporary failure in name resolution", "Name or service not known"),
        (r"'autogen_locked'@'[^']*'", "'autogen_locked'@'127.0.0.1'"),
    ];
    SURROUNDINGS.iter().fold(text.to_owned(), |text, (pattern, word)| {
        Regex::new(pattern).unwrap().replace_all(&text, *word).into_owned()
    })
}

#[test]
fn each_mistake_says_what_where_why_and_what_next() {
    const THREADS: usize = 4;
    let parts: Vec<String> = std::thread::scope(|scope| {
        let share = MISTAKES.len().div_ceil(THREADS);
        let threads: Vec<_> = MISTAKES
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().map(section).collect::<String>()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let found = format!("{HEAD}{}", parts.concat());
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    if std::env::var_os("AUTOGEN_UPDATE").is_some() {
        std::fs::write(&document, &found).unwrap();
    }
    let written = std::fs::read_to_string(&document).unwrap();
    let again = format!("run with AUTOGEN_UPDATE=1 to write {}", document.display());
    // Servers of other releases have other words, so there it is the list that is compared, and the words by each mistake.
    let is_whole = server::release() == 15 && server::flavor() == Flavor::Mariadb;
    let compared = |text: &str| -> Vec<String> {
        let sections = text.split("\n## ");
        sections.map(|section| if is_whole { section.to_owned() } else { title_and_code(section) }).collect()
    };
    for (written, found) in compared(&written).iter().zip(&compared(&found)) {
        assert_eq!(written, found, "{again}");
    }
    assert_eq!(compared(&written).len(), compared(&found).len(), "{again}");
}

/// What a section says on every server.
fn title_and_code(section: &str) -> String {
    section.lines().take_while(|line| !line.starts_with("```")).collect::<Vec<_>>().join("\n")
}

const HEAD: &str = "# Mistakes, and what autogen says of them\n\nEach message says what is wrong, where, and what to do next. This page is \
    written by the tests.\n";

/// A mistake's part of the page, once it is what it shall be.
fn section(mistake: &Mistake) -> String {
    let (project, ran) = (mistake.make)();
    assert_eq!(ran.code, mistake.code, "{}:\n{}{}", mistake.name, ran.out, ran.err);
    for text in mistake.says {
        assert!(ran.err.contains(text), "{} lacks {text:?}:\n{}", mistake.name, ran.err);
    }
    format!(
        "\n## {}\n\nExit code {}.\n\n```text\n{}\n```\n",
        mistake.name,
        mistake.code,
        steady(&project, &ran)
    )
}
