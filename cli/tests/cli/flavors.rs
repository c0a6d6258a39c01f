//! Servers that only speak the language of another one: `flavor` in the settings, and what is known of them.

#![expect(clippy::print_stderr, reason = "a run says what it did not compare")]

use std::process::Command;

use autogen_sql_text::CompatibleServer;

use crate::support::{On, Project};

#[test]
fn what_a_flavor_does_not_take_is_refused_by_name() {
    let project = Project::new(On::Postgres);
    project.write("autogen.toml", "model = \"schema.sql\"\nflavor = \"dsql\"\n");
    std::fs::create_dir(project.path().join("migrations")).unwrap();
    project.write("schema.sql", "CREATE TABLE a (id integer PRIMARY KEY);\n");
    project.run(&["-m", "one"]).exits(0);
    project.run(&["upgrade"]).exits(4).says("Aurora DSQL has no lock for upgrades").says("docs/flavors.md");
    project.run(&["stamp", "head"]).exits(4).says("Aurora DSQL has no lock for upgrades");
    project
        .write("schema.sql", "CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TYPE mood AS ENUM ('a');\n");
    project.run(&["-m", "type", "--from", "migrations"]).exits(4).says("Aurora DSQL does not take this");
    let refused = project.run(&["diff", "migrations", "model", "--format", "sql"]).exits(4);
    refused.says("Aurora DSQL does not take this").says("CREATE TYPE public.mood");
    project.write("schema.sql", "CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TABLE b (id integer);\nCREATE TABLE c (id integer);\n");
    project
        .run(&["-m", "two", "--from", "migrations"])
        .exits(4)
        .says("takes one change of the schema in a transaction");
    project.write("autogen.toml", "model = \"schema.sql\"\nflavor = \"oracle\"\n");
    project.run(&["status"]).exits(2).says("cockroach");
    project.write("autogen.toml", "model = \"schema.sql\"\n");
    project.run(&["upgrade", "--flavor", "dsql"]).exits(4).says("Aurora DSQL has no lock for upgrades");
    project.run(&["status", "--flavor", "oracle"]).exits(2).says("possible values: cockroach");
}

/// `AUTOGEN_TEST_DSQL_LINT` names AWS's `dsql-lint`, which judges the same statements.
#[test]
fn the_rules_of_dsql_are_those_of_its_lint() {
    const STATEMENTS: &[&str] = &[
        "CREATE TABLE a (id integer PRIMARY KEY, b integer REFERENCES c (id));",
        "CREATE TABLE a (id integer PRIMARY KEY, CHECK (id > 1));",
        "CREATE TABLE p (id integer) PARTITION BY RANGE (id);",
        "CREATE TABLE i (id integer) INHERITS (a);",
        "CREATE TABLE j (y text[]);",
        "CREATE TABLE k (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
        "CREATE TABLE k (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY);",
        "CREATE INDEX a_b ON a (b);",
        "CREATE UNIQUE INDEX a_b ON a (b);",
        "CREATE INDEX ASYNC a_b ON a (b);",
        "CREATE INDEX ASYNC a_d ON a USING gin (b);",
        "CREATE TYPE mood AS ENUM ('a');",
        "CREATE EXTENSION citext;",
        "CREATE SEQUENCE s;",
        "CREATE SEQUENCE s CACHE 1;",
        "CREATE VIEW v AS SELECT 1;",
        "CREATE MATERIALIZED VIEW m AS SELECT 1;",
        "CREATE DOMAIN d AS text;",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();",
        "CREATE FUNCTION g() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;",
        "CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;",
        "CREATE POLICY p ON a USING (true);",
        "ALTER TABLE a ENABLE ROW LEVEL SECURITY;",
        "ALTER TABLE a ADD COLUMN z text;",
        "ALTER TABLE a ADD COLUMN x text DEFAULT 'y';",
        "ALTER TABLE a ADD COLUMN x text NOT NULL;",
        "ALTER TABLE a DROP COLUMN z;",
        "ALTER TABLE a ALTER COLUMN z TYPE integer;",
        "ALTER TABLE a ALTER COLUMN z SET NOT NULL;",
        "ALTER TABLE a ALTER COLUMN z SET DEFAULT 1;",
        "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id);",
        "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id) NOT VALID;",
        "ALTER TABLE a ADD CONSTRAINT u UNIQUE (b);",
        "ALTER TABLE a ADD CHECK (b > 1);",
        "ALTER TABLE a DROP CONSTRAINT f;",
        "ALTER TABLE a RENAME COLUMN b TO bb;",
        "COMMENT ON TABLE a IS 'x';",
        "GRANT SELECT ON a TO b;",
        "TRUNCATE a;",
    ];
    let Some(lint) = std::env::var_os("AUTOGEN_TEST_DSQL_LINT") else {
        eprintln!("AUTOGEN_TEST_DSQL_LINT names no dsql-lint");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.sql");
    let differs = |sql: &&str| {
        std::fs::write(&file, sql).unwrap();
        let takes = Command::new(&lint).arg(&file).output().unwrap().status.success();
        takes == CompatibleServer::Dsql.refusal(sql).is_some()
    };
    let differing: Vec<&str> = STATEMENTS.iter().copied().filter(differs).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}
