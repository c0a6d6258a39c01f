//! The model: what `autogen -m` reads, and what Diesel's queries use.

mod article;
mod author;

pub use article::{Article, State, articles};
pub use author::{Author, Email, authors};
