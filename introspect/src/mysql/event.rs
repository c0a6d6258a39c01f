//! Events, put together from the catalog's parts: `SHOW CREATE EVENT`, which has the body, states the moment
//! that an event without a start was made at.

use autogen_diff_core::{DefinitionKind, Flavor, Schema};
use mysql::Conn;
use mysql::prelude::FromRow;
use mysql::{FromRowError, Row};

use super::body::body_of_event;
use super::code::{Code, definer, literal};
use super::{Context, Show, quoted, rows, show, text_at};
use crate::error::IntrospectError;

/// A row of `events.sql`.
struct EventRow {
    name: String,
    definer: String,
    sql_mode: String,
    time_zone: String,
    execute_at: Option<String>,
    interval: Option<(String, String)>,
    ends: Option<String>,
    /// `NOT PRESERVE ENABLED`
    state: String,
    comment: String,
}

impl FromRow for EventRow {
    fn from_row_opt(row: Row) -> Result<Self, FromRowError> {
        let text = |column: usize| text_at(&row, column);
        let needed = |column: usize| text(column).unwrap_or_default();
        Ok(Self {
            name: needed(0),
            definer: needed(1),
            sql_mode: needed(2),
            time_zone: needed(3),
            execute_at: text(4),
            interval: text(5).zip(text(6)),
            ends: text(7),
            state: needed(8),
            comment: needed(9),
        })
    }
}

pub(super) fn read(
    connection: &mut Conn,
    schema: &mut Schema,
    context: &Context,
) -> Result<(), IntrospectError> {
    let events: Vec<EventRow> = rows(connection, "events", include_str!("queries/events.sql"))?;
    let shows: Vec<Show> =
        events.iter().map(|event| Show { kind: "EVENT", name: event.name.clone(), column: 3 }).collect();
    let texts = show(connection, &shows)?;
    for (event, text) in events.into_iter().zip(texts) {
        let body = body_of_event(&text);
        let event_name = quoted(&event.name);
        let (schedule, state) = (schedule(&event), state(&event, schema.flavor));
        let comment = format!(" COMMENT {}", literal(&event.comment));
        let stated = if event.comment.is_empty() { "" } else { &comment };
        let account = definer(&event.definer, context);
        let tells_time = event.execute_at.is_some() || event.ends.is_some();
        let code = Code {
            kind: DefinitionKind::Event,
            create: format!(
                "CREATE {account}EVENT {event_name} ON SCHEDULE {schedule} {state}{stated} DO {body}"
            ),
            replace: Some(format!(
                "ALTER {account}EVENT {event_name} ON SCHEDULE {schedule} {state}{comment} DO {body}"
            )),
            identity: event_name,
            // MariaDB's ALTER EVENT takes no end away.
            fixed: event.ends.iter().filter(|_| schema.flavor == Flavor::Mariadb).map(|_| "ENDS").collect(),
            // SYSTEM is the server's own clock, and what our session calls UTC need not be it.
            time_zone: tells_time.then_some(event.time_zone),
            sql_mode: event.sql_mode,
            parent: None,
        };
        code.add(schema, context);
    }
    Ok(())
}

fn schedule(event: &EventRow) -> String {
    match (&event.execute_at, &event.interval) {
        (Some(at), _) => format!("AT {}", literal(at)),
        (None, Some((value, field))) => {
            // A value of several parts is shown with quotes by one vendor and without by the other.
            let value = value.trim_matches('\'');
            let is_number = value.bytes().all(|b| b.is_ascii_digit());
            let value = if is_number { value.to_owned() } else { literal(value) };
            let ends = event.ends.iter().map(|ends| format!(" ENDS {}", literal(ends)));
            format!("EVERY {value} {field}{}", ends.collect::<String>())
        }
        (None, None) => String::new(),
    }
}

fn state(event: &EventRow, flavor: Flavor) -> String {
    let kept = if event.state.starts_with("NOT ") { "NOT PRESERVE" } else { "PRESERVE" };
    let state = match event.state.rsplit(' ').next() {
        Some("ENABLED") => "ENABLE",
        Some("DISABLED") => "DISABLE",
        // Since 8.0.26; MariaDB keeps the old word.
        _ if flavor == Flavor::Mysql => "DISABLE ON REPLICA",
        _ => "DISABLE ON SLAVE",
    };
    format!("ON COMPLETION {kept} {state}")
}
