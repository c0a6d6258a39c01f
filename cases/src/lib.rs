//! The cases of the tests: two schemas with what is expected of the way between, and the same schemas as a server
//! gave them, so that plans can be tried without one. Only tests use this crate.

mod case;
mod expected;
mod layout;
mod recorded;

pub use case::{Case, CaseFile};
pub use expected::Planned;
pub use recorded::Recorded;
