//! The main road on MySQL and MariaDB.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, MysqlConnection, QueryableByName, RunQueryDsl as _, sql_query};

use crate::support::{On, Project};

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = Text)]
    value: String,
}

const FIRST: &str = "CREATE TABLE users (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(50) NOT NULL);\n\
    CREATE TABLE posts (id int PRIMARY KEY, user_id bigint NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id));\n";

const SECOND: &str = "CREATE TABLE users (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name text NOT NULL, email varchar(255), UNIQUE KEY (email));\n\
    CREATE TABLE posts (id int PRIMARY KEY, user_id bigint NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);\n\
    CREATE VIEW authors AS SELECT u.name FROM users u JOIN posts p ON p.user_id = u.id;\n\
    CREATE TRIGGER trim_name BEFORE INSERT ON users FOR EACH ROW BEGIN SET NEW.name = TRIM(NEW.name); END;\n";

#[test]
fn a_model_becomes_a_migration_and_rows_survive_both_ways() {
    let server = autogen_fixtures::server::mysql_url();
    let name = format!("cli_{}", std::process::id());
    let mut admin = MysqlConnection::establish(&server).unwrap();
    admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    let project = Project::new(On::Sqlite);
    let run = |arguments: &[&str]| {
        crate::support::Ran::from(project.command(arguments).env("DATABASE_URL", &url).output().unwrap())
    };
    let count = |sql: &str| -> String {
        let mut connection = MysqlConnection::establish(&url).unwrap();
        sql_query(format!("SELECT CAST(({sql}) AS CHAR) AS value"))
            .get_result::<One>(&mut connection)
            .unwrap()
            .value
    };
    project.write("schema.sql", FIRST);
    run(&["init"]).exits(0);
    run(&["-m", "first tables"]).exits(0).says("Proven  up, down, up");
    run(&["upgrade"]).exits(0).says("1 migration applied");
    let mut connection = MysqlConnection::establish(&url).unwrap();
    connection
        .batch_execute(
            "INSERT INTO users (name) VALUES ('ann'), ('bob'); INSERT INTO posts VALUES (1, 1), (2, 2)",
        )
        .unwrap();
    run(&["check"]).exits(0);
    project.write("schema.sql", SECOND);
    run(&["check"]).exits(1).answers("+ column email");
    run(&["-m", "add email"]).exits(0).says("Proven");
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0);
    assert_eq!(count("SELECT count(*) FROM authors"), "2");
    run(&["downgrade", "-1"]).exits(0);
    assert_eq!(count("SELECT count(*) FROM posts"), "2");
    run(&["current"]).exits(0).answers("_first_tables");
    let left =
        count("SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'autogen\\_scratch%'");
    assert_eq!(left, "0");
    admin.batch_execute(&format!("DROP DATABASE {name}")).unwrap();
}
