//! A list of tasks: the model.

#![cfg_attr(
    feature = "sqlite",
    expect(missing_docs, reason = "the columns say by their names what they hold")
)]

#[cfg(feature = "sqlite")]
pub mod models;
