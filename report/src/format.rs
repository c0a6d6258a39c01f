//! The formats, and which renderer writes each.

use std::str::FromStr;

use crate::check::Check;
use crate::finding::Finding;
use crate::review::Review;
use crate::{github, gitlab, html, json, junit, markdown, sarif, text};

/// What is written.
#[derive(Clone, Copy, Debug)]
pub enum Report<'a> {
    /// What migrations do.
    Review(&'a Review),
    /// What differs.
    Check(&'a Check),
}

impl Report<'_> {
    /// All findings, in their order.
    pub(crate) fn findings(self) -> Vec<Finding> {
        match self {
            Self::Review(review) => review.findings().cloned().collect(),
            Self::Check(check) => check.findings(),
        }
    }

    /// The findings by weight; those of one weight in their order.
    pub(crate) fn by_severity(self) -> Vec<Finding> {
        let mut findings = self.findings();
        findings.sort_by_key(|finding| finding.severity);
        findings
    }
}

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines for a terminal.
    Text,
    /// JSON with the version of its layout.
    Json,
    /// Markdown that fits a comment on GitHub or GitLab.
    Markdown,
    /// One HTML page by itself.
    Html,
    /// GitHub's workflow commands, which annotate the lines of a pull request.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// GitLab's Code Quality.
    Gitlab,
    /// JUnit XML: a test case for each migration, or for each comparison.
    Junit,
}

impl Format {
    /// All of them, with the names that the command line takes.
    pub const ALL: [(&'static str, Self); 8] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
        ("github", Self::Github),
        ("sarif", Self::Sarif),
        ("gitlab", Self::Gitlab),
        ("junit", Self::Junit),
    ];
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        let names = || Self::ALL.map(|(name, _)| name).join(", ");
        found.map(|(_, format)| *format).ok_or_else(|| format!("no such format; there are {}", names()))
    }
}

/// A format could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// JSON could not be written.
    #[error("the report can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// HTML could not be written.
    #[error("the report can't be written as HTML: {0}")]
    Html(#[from] askama::Error),
    /// XML could not be written.
    #[error("the report can't be written as JUnit XML: {0}")]
    Junit(#[from] quick_junit::SerializeError),
}

/// Writes a report in a format; `version` is that of the program, which SARIF names.
///
/// # Errors
/// When a serializer fails.
pub fn render(report: Report<'_>, format: Format, version: &str) -> Result<String, RenderError> {
    Ok(match format {
        Format::Text => text::render(report),
        Format::Json => json::render(report)?,
        Format::Markdown => markdown::render(report),
        Format::Html => html::render(report)?,
        Format::Github => github::render(report),
        Format::Sarif => sarif::render(report, version)?,
        Format::Gitlab => gitlab::render(report)?,
        Format::Junit => junit::render(report)?,
    })
}
