//! SQL as text, by dialect: where its tokens and statements begin and end.
//!
//! One lexer knows the quotes, comments and client commands of each database, and everything else here goes
//! over its tokens. Nothing decides whether SQL is right; the server does.
//!
//! This crate is pure and knows no other crate of the workspace. It takes time by the length of the text.

mod blocks;
mod dialect;
mod lexer;
mod lines;
mod split;
mod syntax;
mod token;

pub use dialect::{Dialect, Flavor, Version};
pub use lexer::tokens;
pub use lines::LineIndex;
pub use split::{SourceStatement, split, split_as};
pub use syntax::{Reader, Server, Syntax};
pub use token::{Token, TokenKind, TokenizeError};
