//! Reading declared SQL as text: statements with their places, and hints.
//!
//! Nothing here decides what SQL means; the server does.

pub mod alias;
pub mod client;
pub mod conditional;
pub mod declaration;
mod delimiter;
pub mod hint;
pub mod loosen;
pub mod loss;
pub mod normalise;
mod opaque;
pub mod spelling;
pub mod statement;
pub mod tokens;
