//! A report as JSON. The version grows when a field goes or means something else.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use crate::check::Check;
use crate::format::Report;
use crate::review::Review;

const VERSION: u32 = 1;

#[derive(JsonSchema, Serialize)]
struct Versioned<T> {
    version: u32,
    #[serde(flatten)]
    report: T,
}

#[derive(JsonSchema, Serialize)]
struct Checked<'a> {
    is_clean: bool,
    #[serde(flatten)]
    check: &'a Check,
}

pub(crate) fn render(report: Report<'_>) -> Result<String, serde_json::Error> {
    let text = match report {
        Report::Review(review) => of_review(review),
        Report::Check(check) => {
            let report = Checked { is_clean: check.is_clean(), check };
            serde_json::to_string_pretty(&Versioned { version: VERSION, report })
        }
    };
    Ok(text? + "\n")
}

fn of_review(review: &Review) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Versioned { version: VERSION, report: review })
}

/// The JSON Schema of each report, by the name of the command that writes it.
pub fn json_schemas() -> [(&'static str, schemars::Schema); 2] {
    [("review", schema_for!(Versioned<Review>)), ("check", schema_for!(Versioned<Checked<'static>>))]
}
