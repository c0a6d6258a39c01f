//! What the readers of each format demand: their limits, and names that try to break out.

use autogen_report::picture::Picture;
use autogen_report::{Finding, Format, Place, Proof, Report, Review, Reviewed, Severity, render};
use serde_json::Value;

const HOSTILE: &str = "a\n::error::x%0A|`<script>alert(1)</script>\u{202e}\u{1b}[31m```\"'&,]]>";

fn finding(number: usize, severity: Severity, subject: &str) -> Finding {
    Finding {
        code: "MF101".to_owned(),
        severity,
        subject: subject.to_owned(),
        place: Place { file: format!("migrations/m/{subject}"), line: number + 1, is_exact: true },
        message: format!("fails if two rows hold the same {number}"),
        notes: vec!["look first: SELECT 1".to_owned()],
        waived: None,
        help: None,
    }
}

fn migration(name: &str, findings: Vec<Finding>, proof: Proof) -> Reviewed {
    Reviewed {
        name: name.to_owned(),
        message: name.to_owned(),
        hash: Some("9f86d081884c7d659a2feaa0c55ad015".to_owned()),
        changes: Vec::new(),
        locks: vec![name.to_owned()],
        estimates: Vec::new(),
        findings,
        proof,
        picture: Picture::default(),
        up: format!("-- {name}\nSELECT 1;\n"),
        down: Some("SELECT 2;\n".to_owned()),
    }
}

fn many() -> Review {
    let severities = [Severity::Warning, Severity::Error, Severity::Note];
    let findings = (0..2_000).map(|number| finding(number, severities[number % 3], "t")).collect();
    Review { migrations: vec![migration("m", findings, Proof::Holds)] }
}

fn hostile() -> Review {
    let findings = vec![finding(0, Severity::Error, HOSTILE)];
    Review { migrations: vec![migration(HOSTILE, findings, Proof::Fails(vec![HOSTILE.to_owned()]))] }
}

fn written(review: &Review, format: Format) -> String {
    render(Report::Review(review), format, "1.2.3").expect("a review can be written")
}

#[test]
fn github_is_shown_nine_of_a_severity_and_how_many_more() {
    let text = written(&many(), Format::Github);
    for (word, count) in [("error", 667), ("warning", 667), ("notice", 666)] {
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with(&format!("::{word} "))).collect();
        assert_eq!(lines.len(), 9, "{word}");
        assert!(text.contains(&format!("::{word}::and {} more; see the summary\n", count - 9)), "{text}");
    }
    assert!(text.starts_with("::error "), "what matters most comes first");
}

#[test]
fn github_takes_a_hostile_name_for_one_line() {
    let text = written(&hostile(), Format::Github);
    assert_eq!(text.lines().count(), 1, "{text}");
    let (properties, _) = text.strip_prefix("::error ").unwrap().split_once("::").unwrap();
    assert_eq!(properties.matches(',').count(), 2, "file, line and title: {properties}");
}

#[test]
fn a_comment_fits_and_says_what_is_left_out() {
    let sql = "SELECT 1;\n".repeat(2_000);
    let mut review = Review {
        migrations: (0..200).map(|n| migration(&format!("m{n}"), Vec::new(), Proof::Holds)).collect(),
    };
    review.migrations.iter_mut().for_each(|migration| migration.up.clone_from(&sql));
    let short = written(&review, Format::Markdown);
    assert!(
        short.chars().count() < 65_536 && short.contains("### m199") && !short.contains("SELECT"),
        "{}",
        short.len()
    );
    let text = written(&many(), Format::Markdown);
    assert!(text.chars().count() < 65_536, "{}", text.chars().count());
    assert!(text.contains("left out"), "{}", &text[text.len() - 300..]);
}

#[test]
fn markdown_of_a_hostile_name_is_text() {
    let text = written(&hostile(), Format::Markdown);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    for line in text.lines().filter(|line| line.starts_with("| ") || line.starts_with('#')) {
        assert!(!line.contains("<script") && !line.contains('`'), "{line}");
    }
    // A fence is longer than any run of backticks inside.
    assert!(text.contains("````\n") && text.contains("\n````sql\n"), "{text}");
}

#[test]
fn sarif_has_a_rule_for_each_code_and_fingerprints_that_lines_do_not_change() {
    let json: Value = serde_json::from_str(&written(&many(), Format::Sarif)).unwrap();
    assert_eq!(json["version"], "2.1.0");
    let run = &json["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
    assert_eq!(run["tool"]["driver"]["version"], "1.2.3");
    assert_eq!(run["results"].as_array().unwrap().len(), 2_000);
    assert_eq!(run["results"][0]["level"], "error", "what matters most comes first");
    let (mut moved, mut other) = (finding(5, Severity::Note, "t"), finding(5, Severity::Note, "t"));
    moved.place.line = 99;
    other.message.push('!');
    assert_eq!(moved.fingerprint(), finding(5, Severity::Note, "t").fingerprint());
    assert_ne!(moved.fingerprint(), other.fingerprint());
}

#[test]
fn gitlab_gets_what_its_format_names() {
    let json: Value = serde_json::from_str(&written(&hostile(), Format::Gitlab)).unwrap();
    let issue = &json[0];
    for field in ["description", "check_name", "fingerprint", "severity"] {
        assert!(issue[field].is_string(), "{field}: {issue}");
    }
    assert_eq!(issue["severity"], "critical");
    assert_eq!(issue["location"]["lines"]["begin"], 1);
    assert!(issue["location"]["path"].is_string());
}

#[test]
fn junit_has_a_test_case_for_each_migration_and_fails_where_the_proof_does() {
    let text = written(&hostile(), Format::Junit);
    assert!(text.contains("tests=\"1\"") && text.contains("failures=\"1\""), "{text}");
    assert!(!text.contains("<script") && !text.contains('\u{1b}'), "{text}");
    assert!(written(&many(), Format::Junit).contains("failures=\"0\""));
}

#[test]
fn json_names_its_version() {
    let json: Value = serde_json::from_str(&written(&hostile(), Format::Json)).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["migrations"][0]["findings"][0]["subject"], HOSTILE, "byte for byte");
    assert!(json["migrations"][0]["proof"]["fails"].is_array());
}

#[test]
fn a_terminal_obeys_nothing() {
    let text = written(&hostile(), Format::Text);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    assert!(text.ends_with("1 migration: 1 error, 0 warnings, 0 notes\n"), "{text}");
}

#[test]
fn formats_have_the_names_of_the_command_line() {
    for (name, format) in Format::ALL {
        assert_eq!(name.parse(), Ok(format));
    }
    assert!("yaml".parse::<Format>().unwrap_err().contains("markdown"));
}

#[test]
fn a_page_loads_nothing_runs_nothing_and_shows_names_as_they_are() {
    let text = written(&hostile(), Format::Html);
    for forbidden in ["<script", "http-equiv", "src=", "@import", "url(", "\u{202e}", "\u{1b}"] {
        assert!(!text.contains(forbidden), "{forbidden}: {text}");
    }
    assert!(text.contains("&#60;script&#62;") || text.contains("&lt;script&gt;"), "{text}");
    assert!(text.contains("hash <code>9f86d081884c7d659a2feaa0c55ad015</code>"), "{text}");
    let long = written(&many(), Format::Html);
    assert_eq!(long.matches("<li class=").count(), 2_000);
}

#[test]
fn each_finding_links_to_its_line() {
    let mut review = many();
    review.migrations[0].up = "SELECT 1;\n".repeat(2_100);
    let text = written(&review, Format::Html);
    for line in [1, 1_000, 2_000] {
        assert!(text.contains(&format!("<a href=\"#s1l{line}\">line {line}</a>")));
        assert!(text.contains(&format!("<span id=\"s1l{line}\">")));
    }
}
