//! Reading declared SQL as text: statements with their places, and hints.
//!
//! Nothing here decides what SQL means; the server does.

mod delimiter;
pub mod hint;
pub mod loosen;
pub mod normalise;
pub mod spelling;
pub mod statement;
