//! SARIF 2.1.0 (OASIS). GitHub takes 25,000 results a run, shows 5,000, and wants rules with their pages.

use std::collections::BTreeMap;

use autogen_diff_core::hazard::HazardCode;
use serde::Serialize;

use crate::check::{PENDING, STALE};
use crate::finding::{Finding, Severity};
use crate::format::Report;
use crate::review::NOT_JUDGED;

/// What GitHub shows of a run (docs.github.com, "SARIF support for code scanning").
const MOST_RESULTS: usize = 5_000;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    tool: Tool<'a>,
    results: Vec<ResultEntry<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Text,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultEntry<'a> {
    rule_id: &'a str,
    level: &'static str,
    message: Text,
    locations: [Location<'a>; 1],
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: ArtifactLocation<'a>,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
}

pub(crate) fn render(report: Report<'_>, version: &str) -> Result<String, serde_json::Error> {
    let findings = report.by_severity();
    let results: Vec<ResultEntry<'_>> =
        findings.iter().take(MOST_RESULTS).map(|finding| result(finding)).collect();
    let codes: std::collections::BTreeSet<&str> =
        findings.iter().map(|finding| finding.code.as_str()).collect();
    let rules = codes.into_iter().map(|id| Rule { id, short_description: Text { text: description(id) } });
    let driver = Driver { name: "autogen", version, rules: rules.collect() };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, results }],
    };
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

/// What a code stands for.
fn description(id: &str) -> String {
    let code = HazardCode::ALL.iter().find(|code| code.code() == id);
    let other = || match id {
        NOT_JUDGED => "nothing is known of it",
        "loses-data" => "loses rows or values",
        PENDING => "a migration is not applied",
        STALE => "a generated file is stale",
        "database-differs" | "migrations-differ" | "no-migration" => "the schema differs from the model",
        _ => "the migration is not proven",
    };
    code.map_or_else(other, |code| code.class().words()).to_owned()
}

fn result(finding: &Finding) -> ResultEntry<'_> {
    let lines: Vec<&str> = finding.notes.iter().chain(&finding.help).map(String::as_str).collect();
    let text = if lines.is_empty() {
        finding.sentence()
    } else {
        format!("{}\n{}", finding.sentence(), lines.join("\n"))
    };
    ResultEntry {
        rule_id: &finding.code,
        level: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: Text { text },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: &finding.place.file },
                region: Region { start_line: finding.place.line },
            },
        }],
        partial_fingerprints: BTreeMap::from([("autogen/v1", finding.fingerprint())]),
    }
}
