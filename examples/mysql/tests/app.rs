//! The application on a new database, and once more on the same.

use std::process::Command;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, MysqlConnection};

#[test]
fn mysql_the_application_runs_twice() {
    let server = autogen_fixtures::server::mysql_url();
    let name = format!("autogen_example_app_{}", std::process::id());
    let mut admin = MysqlConnection::establish(&server).unwrap();
    admin.batch_execute(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    for lines in 1..=2 {
        let output = Command::new(env!("CARGO_BIN_EXE_mysql_app")).arg(&url).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(told, "ann@example.org: 12.50 (Sent after Some(Paid))\n".repeat(lines));
    }
    admin.batch_execute(&format!("DROP DATABASE {name}")).unwrap();
}
