//! The Chinook database, a well known sample of a music shop (github.com/lerocha/chinook-database), as structs.

#![expect(missing_docs, reason = "the columns say by their names what they hold")]

pub mod pascal_case;
pub mod snake_case;
