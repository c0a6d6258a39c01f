//! Authors and articles: the model.

#![cfg_attr(
    feature = "postgres",
    expect(missing_docs, reason = "the columns say by their names what they hold")
)]

#[cfg(feature = "postgres")]
pub mod models;
