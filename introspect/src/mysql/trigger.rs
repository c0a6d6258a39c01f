//! Triggers. The catalog's parts are put together with the body of `SHOW CREATE`, which for the rest
//! repeats the author's spelling and leaves out which trigger comes first.

use autogen_diff_core::{DefinitionKind, Flavor, ObjectId, Schema, is_own_table};
use mysql::Conn;

use super::body::body_of_trigger;
use super::code::{Code, definer, or_replace};
use super::{Context, Show, name, quoted, rows, show};
use crate::error::IntrospectError;

/// name, table, timing, event, definer, sql_mode
type TriggerRow = (String, String, String, String, String, String);

pub(super) fn read(
    connection: &mut Conn,
    schema: &mut Schema,
    context: &Context,
) -> Result<(), IntrospectError> {
    let mut triggers: Vec<TriggerRow> = rows(connection, "triggers", include_str!("queries/triggers.sql"))?;
    triggers.retain(|(_, table, ..)| !is_own_table(table));
    let mut previous: Option<(String, ObjectId, String)> = None;
    let shows: Vec<Show> = triggers
        .iter()
        .map(|(trigger, ..)| Show { kind: "TRIGGER", name: trigger.clone(), column: 2 })
        .collect();
    let texts = show(connection, &shows)?;
    for ((trigger, table, timing, event, account, sql_mode), text) in triggers.into_iter().zip(texts) {
        let body = body_of_trigger(&text);
        let moment = format!("{timing} {event} ON {}", quoted(&table));
        let first = previous.take().filter(|(other, _, _)| *other == moment);
        let order = first.as_ref().map(|(_, _, first)| format!("FOLLOWS {} ", quoted(first)));
        let create = format!(
            "CREATE {}TRIGGER {} {moment} FOR EACH ROW {}{body}",
            definer(&account, context),
            quoted(&trigger),
            order.unwrap_or_default()
        );
        let code = Code {
            kind: DefinitionKind::Trigger,
            identity: quoted(&trigger),
            replace: (schema.flavor == Flavor::Mariadb).then(|| or_replace(&create)),
            create,
            fixed: moment.clone(),
            sql_mode,
            time_zone: None,
            parent: Some(ObjectId::Table(name(&table))),
        };
        let id = code.add(schema, context);
        if let Some((_, first, _)) = first {
            schema.dependencies.entry(id.clone()).or_default().insert(first);
        }
        previous = Some((moment, id, trigger));
    }
    Ok(())
}
