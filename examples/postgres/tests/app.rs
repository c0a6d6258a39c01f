//! The application on a new database, and once more on the same.

use std::process::Command;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

#[test]
fn postgres_the_application_runs_twice() {
    let server = autogen_fixtures::server::postgres_url();
    let name = format!("autogen_example_app_{}", std::process::id());
    let mut admin = PgConnection::establish(server).unwrap();
    admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    for lines in 1..=2 {
        let output = Command::new(env!("CARGO_BIN_EXE_postgres_app")).arg(&url).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout).unwrap();
        let line = "On roses by ann@example.org: 900 words, Published after Some(InReview)\n";
        assert_eq!(told, line.repeat(lines));
    }
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}
