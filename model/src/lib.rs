//! Structs and enums as the model of a database. `autogen -m "what changed"` reads them from the source and writes the
//! migration; the derives check, while the project is compiled, that they can be read.
//!
//! ```
//! # use std::marker::PhantomData as DateTime;
//! # struct Utc;
//! # #[derive(autogen_model::Model)] struct Org { #[model(primary_key, identity)] id: i64 }
//! #[derive(autogen_model::Model)]
//! #[model(table = "users", index(columns(org_id, created_at desc), where_ = "deleted_at is null"))]
//! pub struct User {
//!     #[model(primary_key, identity)]
//!     pub id: i64,
//!     #[model(unique, max_length = 255)]
//!     pub email: String,
//!     #[model(references = Org, on_delete = cascade)]
//!     pub org_id: i64,
//!     #[model(default = "now()")]
//!     pub created_at: DateTime<Utc>,
//!     pub deleted_at: Option<DateTime<Utc>>,
//! }
//! ```
//!
//! With `#[model(diesel = postgres)]` (or `mysql`, `sqlite`) a derive also writes what Diesel needs: `table!` and `joinable!`
//! for a struct, the SQL type and its conversions for an enum. `docs/models.md` of the repository lists all attributes.

pub use autogen_model_derive::{Enum, Model, Type};

/// A struct whose table Diesel knows; `#[derive(Model)] #[model(diesel)]` writes it, and whoever refers to the struct joins
/// by it.
pub trait HasTable {
    /// The `table` of the module that `table!` makes.
    type Table;

    /// It, as a value.
    const TABLE: Self::Table;
}
