//! Pictures of schemas and of changes.

use crate::support::{BOTH, Project};

const FIRST: &str = "CREATE TABLE users (id integer PRIMARY KEY, name varchar(40));\n\
    CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users (id), body text);\n\
    CREATE TABLE words (id integer PRIMARY KEY);\n";
const SECOND: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text, email text);\n\
    CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users (id), body text);\n\
    CREATE TABLE words (id integer PRIMARY KEY);\n";

#[test]
fn a_schema_is_drawn() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        let drawn = project.run(&["schema", "model", "--format", "mermaid"]).exits(0).out;
        let expected = "erDiagram\n    t0[\"posts\"] {\n        integer id PK\n        integer user_id FK\n        \
             text body\n    }\n    t1[\"users\"] {\n        integer id PK\n        ";
        assert!(drawn.starts_with(expected), "{drawn}");
        assert!(drawn.ends_with("    t0 }o--|| t1 : \"user_id\"\n"), "{drawn}");
        let around =
            project.run(&["schema", "model", "--format", "mermaid", "--around", "users"]).exits(0).out;
        assert!(around.contains("posts") && !around.contains("words"), "{around}");
        assert!(around.contains("and 1 more"), "a neighbour shows its keys: {around}");
        let svg = project.run(&["schema", "model", "--format", "svg"]).exits(0).out;
        assert!(svg.starts_with("<svg ") && svg.contains("posts (user_id) refers to users"), "{svg}");
        project.run(&["schema", "model", "--format", "svg", "--around", "no"]).exits(2).says("no table no");
    }
}

#[test]
fn a_review_draws_what_a_migration_touches() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.write("schema.sql", SECOND);
        project.run(&["-m", "second"]).exits(0);
        let drawn = project.run(&["review", "head", "--format", "markdown", "--report", "html=page.html"]);
        let drawn = drawn.exits(0).out;
        for part in ["[\"users (altered)\"]", "email \"added\"", "to text\"", "[\"posts\"]"] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
        assert!(!drawn.contains("words"), "nothing of it is touched: {drawn}");
        let page = project.read("page.html");
        assert!(page.contains("<svg ") && page.contains("class=\"altered\""), "{page}");
    }
}
