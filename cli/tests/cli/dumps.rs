//! What the databases' own dump programs write is a model as it comes: it does not differ from the database.

#![expect(clippy::print_stdout, reason = "what was left out is told")]

use std::path::PathBuf;
use std::process::Command;

use autogen_fixtures::server::release;
use autogen_introspect::scratch::local;

use crate::support::{On, Project};

/// A schema from `AUTOGEN_TEST_SCHEMAS`, when it names a folder.
fn foreign_schema(name: &str) -> Option<String> {
    let path = PathBuf::from(std::env::var_os("AUTOGEN_TEST_SCHEMAS")?).join(name);
    Some(std::fs::read_to_string(path).unwrap())
}

/// What a program writes.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; install it"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a dump has that is hard to read: bodies, quotes, rows, names.
const POSTGRES: &str = "CREATE TABLE \"it's; \\ odd\" (id int PRIMARY KEY, note text DEFAULT E'a\\n;$$');
    INSERT INTO \"it's; \\ odd\" VALUES (1, E'; \\\\.\\n$$ it''s');
    CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN length($_$;$_$); END; $$;
    CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2 AS \"end;\"; END;
    CREATE RULE r AS ON DELETE TO \"it's; \\ odd\" DO ALSO (SELECT 1; SELECT 2);
    COMMENT ON FUNCTION f() IS '\\connect; -- it''s';";

#[test]
fn a_pg_dump_is_a_model_as_it_comes() {
    // It has virtual columns.
    let pagila = foreign_schema("pagila-schema.sql").filter(|_| release() >= 18);
    if pagila.is_none() {
        println!("Pagila was not dumped: it takes PostgreSQL 18, and AUTOGEN_TEST_SCHEMAS");
    }
    for script in std::iter::once(POSTGRES.to_owned()).chain(pagila) {
        let project = Project::new(On::Postgres);
        project.sql(&script);
        let pg_dump = local::programs(0).unwrap().join("pg_dump");
        project.write("dump.sql", &output(Command::new(pg_dump).arg(&project.url)));
        let ran = project.run(&["diff", "dump.sql", "database", "--exit-code"]).exits(0);
        assert_eq!(ran.out, "");
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use autogen_fixtures::server::flavor;
    use autogen_introspect::DatabaseUrl;
    use diesel::connection::SimpleConnection as _;

    use super::{Command, foreign_schema, output};
    use crate::mysql::Shop;
    use crate::structs::{CHINOOK_NAMES, chinook};

    /// Beside Chinook's tables: all that is dumped in conditional comments and behind `DELIMITER`.
    const CODE: [&str; 6] = [
        "CREATE TRIGGER a BEFORE INSERT ON Album FOR EACH ROW BEGIN IF NEW.Title IS NULL THEN SET NEW.Title = 'it''s; \\\\ */'; END IF; END",
        "CREATE PROCEDURE p(IN n INT) BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SELECT 1; END; WHILE n > 0 DO SET n = n - 1; END WHILE; END",
        "CREATE FUNCTION f(n INT) RETURNS INT DETERMINISTIC COMMENT ';;' RETURN CASE n WHEN 1 THEN 2 ELSE IF(n, 3, 4) END",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN DELETE FROM Album WHERE AlbumId < 0; END",
        "CREATE VIEW v AS SELECT Title FROM Album",
        "INSERT INTO Artist VALUES (1, 'it''s; \\\\')",
    ];

    #[test]
    fn a_mysqldump_is_a_model_as_it_comes() {
        let shop = Shop::new("sample_dump");
        let url = DatabaseUrl::parse(&shop.url()).unwrap();
        let mut connection = shop.connection();
        match foreign_schema("Chinook_MySql.sql") {
            Some(script) => connection.batch_execute(&script).unwrap(),
            None => {
                chinook(&shop.project, "MySql", CHINOOK_NAMES);
                shop.run(&["-m", "Chinook"]).exits(0);
                shop.run(&["upgrade"]).exits(0);
            }
        }
        CODE.iter().for_each(|sql| connection.batch_execute(sql).unwrap());
        let for_loop = "CREATE PROCEDURE q() BEGIN FOR i IN 1..3 DO SELECT i; END FOR; END";
        if flavor() == autogen_diff_core::Flavor::Mariadb {
            connection.batch_execute(for_loop).unwrap();
            connection.batch_execute("CREATE SEQUENCE taken START WITH 5; SELECT nextval(taken)").unwrap();
        }
        let server = url::Url::parse(url.secret()).unwrap();
        let (host, port) = (server.host_str().unwrap(), server.port().unwrap_or(3306).to_string());
        let mut dump = Command::new("mariadb-dump");
        dump.args(["--no-defaults", "--routines", "--events", "--triggers"]);
        dump.args(["--host", host, "--port", &port, "--user", server.username(), &shop.name]);
        if let Some(password) = server.password() {
            dump.env("MYSQL_PWD", password);
        }
        shop.project.write("dump.sql", &output(&mut dump));
        let ran = shop.run(&["diff", "dump.sql", "database", "--exit-code"]).exits(0);
        assert_eq!(ran.out, "");
    }
}
