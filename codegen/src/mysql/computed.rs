//! Expressions that are stored for the rows that are there, and fail on some.

use autogen_diff_core::Flavor;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Table};

use crate::casts::mysql::cast;
use crate::hazards::hazard;

/// A new stored column whose expression casts a column to what its values may not be.
pub(super) fn column(table: &Table, column: &Column, flavor: Flavor) -> Option<Hazard> {
    let generated = column.generated.as_ref().filter(|generated| generated.stored)?;
    let expression = generated.expression.as_str();
    let mut casts = expression.split("cast(`").skip(1).filter_map(|text| text.split_once("` as "));
    let fails = casts.any(|(name, rest)| {
        let from = table.columns.iter().find(|column| column.name.as_str() == name);
        from.is_some_and(|from| cast(flavor, &from.data_type, target(rest)).may_fail())
    });
    let message = format!("fails if {expression} fails on a row");
    fails.then(|| hazard(HazardCode::CastType, format!("{}.{}", table.name, column.name), message))
}

/// The type of a column that holds what a cast gives.
fn target(text: &str) -> &str {
    match text.split([' ', ')']).next().unwrap_or_default() {
        "signed" => "bigint",
        "unsigned" => "bigint unsigned",
        // `decimal(10,2)`, whose parenthesis has been cut off.
        other if other.contains('(') => &text[..=other.len()],
        other => other,
    }
}
