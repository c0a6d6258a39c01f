//! Attacks on the real binary. Each makes a few attempts here, and goes on for longer under `./dev attack`.

mod kills;
mod names;
mod secrets;

use crate::support::{On, Ran};

/// What a line of the report calls the server.
fn server_name(on: On) -> String {
    match on {
        On::Sqlite => "SQLite".to_owned(),
        On::Postgres => format!("PostgreSQL {}", autogen_fixtures::server::release()),
    }
}

/// What a run said, when it did not end with 0.
fn must_succeed(ran: Ran, what: &str) -> Result<Ran, String> {
    let Ran { code, out, err } = &ran;
    if *code == 0 {
        Ok(ran)
    } else {
        Err(format!("{what} ended with {code}\nstdout:\n{out}\nstderr:\n{err}"))
    }
}
