//! What texts of a schema mean to its comparison. How SQL is read is `autogen-sql-text`'s.

pub mod alias;
pub mod deparse;
pub mod normalized;
