//! SARIF 2.1.0 (OASIS). GitHub takes 25,000 results a run, shows 5,000, and wants rules with their pages.

use std::collections::BTreeMap;

use autogen_codegen::hazards;
use autogen_diff_core::hazard::HazardCode;
use serde::Serialize;

use crate::check::{PENDING, STALE};
use crate::finding::{Finding, Severity};
use crate::format::Report;
use crate::review::NOT_JUDGED;

/// What GitHub shows of a run (docs.github.com, "SARIF support for code scanning").
const MOST_RESULTS: usize = 5_000;

/// The page of hazards.
const HAZARDS: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/hazards.md");

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
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<[Suppression<'a>; 1]>,
}

/// That the author of a statement knows of it (SARIF 2.1.0, 3.27.23).
#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    status: &'static str,
    justification: &'a str,
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
    let driver = Driver { name: "autogen", version, rules: codes.into_iter().map(rule).collect() };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, results }],
    };
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

/// What a code stands for. A hazard has a page.
fn rule(id: &str) -> Rule<'_> {
    let hazard = HazardCode::ALL.iter().copied().find(|code| code.code() == id);
    let page = |code: HazardCode| format!("{HAZARDS}#{}", code.code().to_lowercase());
    let short = hazard.map_or_else(|| other(id), |code| code.class().words());
    Rule {
        id,
        short_description: Text { text: short.to_owned() },
        full_description: hazard.map(|code| Text { text: hazards::when(code).to_owned() }),
        help: hazard.map(|code| Text { text: hazards::page(code) }),
        help_uri: hazard.map(page),
    }
}

/// What a code stands for that is no hazard's.
fn other(id: &str) -> &'static str {
    match id {
        NOT_JUDGED => "nothing is known of it",
        "loses-data" => "loses rows or values",
        PENDING => "a migration is not applied",
        STALE => "a generated file is stale",
        "database-differs" | "migrations-differ" | "no-migration" => "the schema differs from the model",
        _ => "the migration is not proven",
    }
}

fn result(finding: &Finding) -> ResultEntry<'_> {
    let lines: Vec<String> = std::iter::once(finding.sentence()).chain(finding.details()).collect();
    let suppression = |justification| [Suppression { kind: "inSource", status: "accepted", justification }];
    ResultEntry {
        rule_id: &finding.code,
        level: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: Text { text: lines.join("\n") },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: &finding.place.file },
                region: Region { start_line: finding.place.line },
            },
        }],
        partial_fingerprints: BTreeMap::from([("autogen/v1", finding.fingerprint())]),
        suppressions: finding.waived.as_deref().map(suppression),
    }
}
