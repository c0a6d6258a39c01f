//! What a project manages, as values that the command line hands to whatever compares, plans or proves.
//!
//! Nothing here reads a file or prints: what is to be told is given back as [`Diagnostic`]s.
//!
//! [`Diagnostic`]: autogen_diff_core::diagnostic::Diagnostic

mod managed_scope;
mod name_pattern;
mod other_tools;

pub use managed_scope::{ManagedScope, leave_out_other_tools};
