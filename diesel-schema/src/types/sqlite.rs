//! SQLite: the declared type's text (`diesel_cli/src/infer_schema_internals/sqlite.rs`).

use autogen_diff_core::model::Column;

use super::Inferred;

pub(super) fn inferred(column: &Column) -> Option<Inferred> {
    let name = name(&column.data_type.to_lowercase())?;
    Some(Inferred {
        sql_name: name.to_owned(),
        schema: None,
        nullable: column.nullable,
        array: false,
        unsigned: false,
        max_length: None,
    })
}

/// The first that fits counts.
fn name(declared: &str) -> Option<&'static str> {
    let has = |part: &str| declared.contains(part);
    Some(if declared == "boolean" || declared == "bool" || (has("tiny") && has("int")) {
        "Bool"
    } else if declared == "int2" || (has("small") && has("int")) {
        "SmallInt"
    } else if declared == "int8" || (has("big") && has("int")) {
        "BigInt"
    } else if has("int") {
        "Integer"
    } else if has("char") || has("clob") || has("text") {
        "Text"
    } else if has("blob") || has("binary") || declared.is_empty() || declared == "generated always" {
        "Binary"
    } else if has("float") || has("real") {
        "Float"
    } else if has("double") || has("num") || has("dec") {
        "Double"
    } else {
        match declared {
            "datetime" | "timestamp" => "Timestamp",
            "date" => "Date",
            "time" => "Time",
            _ => return None,
        }
    })
}
