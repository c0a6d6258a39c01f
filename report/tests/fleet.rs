//! A fleet's report: many databases are few lines, and names can't break out.

use autogen_report::{DatabaseState, FleetDatabase, FleetFormat, FleetReview, render_fleet};

const HOSTILE: &str = "a\n::error::x|`<script>alert(1)</script>\u{202e}\u{1b}[31m```\"'&,]]>";

fn database(name: &str, state: DatabaseState, message: Option<&str>) -> FleetDatabase {
    FleetDatabase {
        name: name.to_owned(),
        state,
        current: Some("m1".to_owned()),
        pending: Some(usize::from(state == DatabaseState::Behind)),
        plan: None,
        ran: Vec::new(),
        fingerprint: None,
        message: message.map(str::to_owned),
        help: message.map(|_| "do something".to_owned()),
    }
}

fn fleet(databases: Vec<FleetDatabase>) -> FleetReview {
    FleetReview { fleet: "f".to_owned(), command: "upgrade".to_owned(), databases, stopped: None }
}

fn written(review: &FleetReview, format: FleetFormat) -> String {
    render_fleet(review, format).expect("a report is written")
}

#[test]
fn alike_databases_are_one_line() {
    let mut databases: Vec<FleetDatabase> =
        (0..981).map(|n| database(&format!("t{n}"), DatabaseState::Unchanged, None)).collect();
    databases.extend((0..17).map(|n| database(&format!("b{n}"), DatabaseState::Behind, None)));
    databases.extend((0..12).map(|n| database(&format!("f{n}"), DatabaseState::Failed, Some("no\nway"))));
    databases.push(database("other", DatabaseState::Drifted, None));
    let text = written(&fleet(databases), FleetFormat::Text);
    assert_eq!(
        text,
        "upgrade f: 1011 databases\n\
         \x20   981  unchanged, at m1\n\
         \x20    17  behind, at m1, 1 pending\n\
         \x20     1  drifted, at m1\n\
         \x20    12  failed, at m1\n\
         drifted: other\n\
         failed: f0, f1, f2, f3, f4, f5, f6, f7, f8, f9 and 2 more\n\
         \x20   no\n\
         \x20   way\n\
         \x20   hint: do something\n"
    );
}

#[test]
fn markdown_of_ten_thousand_failures_fits_a_comment() {
    let name = |n: usize| format!("postgres://host.example.com/{n}");
    let databases = (0..10_000).map(|n| {
        let message = format!("{n} {}", "long ".repeat(1_000));
        database(&name(n), DatabaseState::Failed, Some(&message))
    });
    let text = written(&fleet(databases.collect()), FleetFormat::Markdown);
    assert!(text.chars().count() < 65_000, "{}", text.chars().count());
    assert!(text.contains("9980 more failures left out"));
}

#[test]
fn nothing_in_a_name_is_obeyed() {
    let review = fleet(vec![
        database(HOSTILE, DatabaseState::Failed, Some(HOSTILE)),
        database(HOSTILE, DatabaseState::Drifted, None),
    ]);
    for (name, format) in FleetFormat::ALL {
        let text = written(&review, format);
        assert!(format == FleetFormat::Json || !text.contains(['\u{1b}', '\u{202e}']), "{name}: {text}");
        // Within a fence of markdown it is text.
        assert!(format != FleetFormat::Junit || !text.contains("<script"), "{name}: {text}");
    }
    let markdown = written(&review, FleetFormat::Markdown);
    assert!(markdown.contains("**drifted:** a ::error::x&#124;&#96;&lt;script&gt;"), "{markdown}");
}

#[test]
fn json_has_each_database_and_its_version() {
    let json = written(&fleet(vec![database("t", DatabaseState::NotBegun, None)]), FleetFormat::Json);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["databases"][0]["state"], "not_begun");
    assert_eq!(json["databases"][0]["pending"], 0);
}
