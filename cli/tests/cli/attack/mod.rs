//! Attacks on the real binary. Each makes a few attempts here, and goes on for longer under `./dev attack`.

mod faults;
mod hostile_models;
mod kills;
mod names;
mod place;
mod secrets;
mod steps;
mod upgraders;

use crate::support::Ran;

/// What a run said, when it did not end with 0.
fn must_succeed(ran: Ran, what: &str) -> Result<Ran, String> {
    let Ran { code, out, err } = &ran;
    if *code == 0 {
        Ok(ran)
    } else {
        Err(format!("{what} ended with {code}\nstdout:\n{out}\nstderr:\n{err}"))
    }
}
