//! Reads databases and declared SQL into the schema model. It decides nothing:
//! what a difference means and what to do about it is not known here.

mod admission;
pub mod error;
pub mod load;
#[cfg(feature = "mysql")]
pub mod mysql;
pub mod parts;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub mod patience;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod program;
pub mod progress;
pub mod scratch;
pub mod snapshot;
pub mod source;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod stats;
pub mod url;

pub use admission::Reach;
pub use error::{IntrospectError, SqlFailure};
pub use scratch::{
    Boundary, CodePolicy, FileTransaction, Lifetime, Limits, Scratch, ScratchOptions, ScratchPlace,
};
pub use source::{Origin, SchemaSource};
pub use url::{DatabaseUrl, SqliteMode};
