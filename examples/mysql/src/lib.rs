//! Customers and orders: the model.

#![cfg_attr(
    feature = "mysql",
    expect(missing_docs, reason = "the columns say by their names what they hold")
)]

#[cfg(feature = "mysql")]
pub mod models;
