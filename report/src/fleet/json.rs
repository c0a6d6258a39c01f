//! A fleet's report as JSON. The version grows when a field goes or means something else.

use serde::Serialize;

use super::FleetReview;

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Versioned<'a> {
    version: u32,
    #[serde(flatten)]
    review: &'a FleetReview,
}

pub(super) fn render(review: &FleetReview) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&Versioned { version: VERSION, review })? + "\n")
}
