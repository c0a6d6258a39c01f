//! SQL as text, by dialect: where its tokens and statements begin and end.
//!
//! One lexer knows the quotes, comments and client commands of each database, and everything else here goes
//! over its tokens. Nothing decides whether SQL is right; the server does.
//!
//! This crate is pure and knows no other crate of the workspace. It takes time by the length of the text.

mod blocks;
mod bom;
mod canonical;
mod classify;
mod client;
mod compatible;
mod conditional;
pub mod declaration;
mod delimiter;
mod dialect;
mod hint;
mod lexeme;
mod lexer;
mod lines;
mod loss;
mod obeyed;
mod redact;
mod renaming;
mod split;
mod syntax;
mod token;
mod waiver;

pub use bom::strip_bom;
pub use canonical::{canonical_lexemes, canonical_tokens, normalize_expr};
pub use classify::{Object, Statement, Subject, VerbClass, unquoted};
pub use client::{ServerScript, blanks, for_server};
pub use compatible::{CompatibleServer, ServerFacts, ToldBy};
pub use conditional::open_conditional_comments;
pub use delimiter::unused_delimiter;
pub use dialect::{Dialect, Flavor, Version};
pub use hint::{HintTarget, RenameHint, rename_hints};
pub use lexeme::{Lexeme, LexemeKind, has_outer_comma, lexemes, lexemes_as, takes_all_columns};
pub use lexer::tokens;
pub use lines::LineIndex;
pub use loss::{Loss, LossKind, code_lexemes, losses};
pub use obeyed::is_obeyed;
pub use redact::{redact_connection, redact_secrets};
pub use renaming::renamings;
pub use split::{SourceStatement, split, split_as};
pub use syntax::{Backslash, Reader, Server, Syntax};
pub use token::{Token, TokenKind, TokenizeError};
pub use waiver::{Waiver, waivers};
