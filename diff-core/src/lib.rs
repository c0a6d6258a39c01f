//! The schema model and what follows from it alone: the comparison of two
//! schemas, the hazards of a difference, and reading declared SQL as text.
//!
//! This crate is pure. It opens no file and no connection, reads no clock and
//! no environment, and gives the same answer for the same input.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod capabilities;
pub mod closure;
pub mod definition_kind;
pub mod diagnostic;
pub mod diff;
pub mod estimate;
pub mod estimate_text;
pub mod fingerprint;
pub mod hazard;
pub mod lock;
pub mod model;
pub mod name;
pub mod object;
pub mod own_table;
pub mod pair;
mod shared;
pub mod stats;
pub mod text;
mod view_calls;

pub use autogen_sql_text::{Dialect, Flavor, Version};
pub use capabilities::Capabilities;
pub use closure::{Closure, Dependants, object_of};
pub use definition_kind::DefinitionKind;

pub use diff::change::{
    Change, ColumnChange, ConstraintChange, IndexChange, ObjectChange, SchemaDiff, TableAlteration,
    TableChange,
};
pub use diff::diff;
pub use model::Schema;
pub use name::{Ident, QualifiedName};
pub use object::ObjectId;
pub use own_table::is_own_table;
pub use pair::Pair;
pub use shared::Shared;
