//! A program that prints the SQL of a model.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::IntrospectError;
use crate::load::SourceFile;

/// What a program prints, under its own name; what it says beside goes to our stderr.
///
/// # Errors
/// When it can't be run, fails, or prints nothing.
pub fn printed(words: &[String], folder: &Path) -> Result<SourceFile, IntrospectError> {
    let shown = words.join(" ");
    let failed = |message: String| IntrospectError::Program { program: shown.clone(), message };
    let Some((program, arguments)) = words.split_first() else {
        return Err(failed("no program is named".to_owned()));
    };
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(output.status.to_string()));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| failed("it prints no UTF-8".to_owned()))?;
    // Nothing at all would be a model in which every table is dropped.
    if text.trim().is_empty() {
        return Err(failed("it prints nothing".to_owned()));
    }
    Ok(SourceFile::new(shown.into(), text))
}
