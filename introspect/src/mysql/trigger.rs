//! Triggers. The catalog's parts are put together rather than `SHOW CREATE` taken, which
//! repeats the author's spelling and leaves out which trigger comes first.

use autogen_diff_core::{DefinitionKind, Flavor, ObjectId, Schema};
use mysql::Conn;

use super::code::{Code, definer, or_replace};
use super::{Context, name, quoted, rows};
use crate::error::IntrospectError;

/// name, table, timing, event, body, definer, sql_mode
type TriggerRow = (String, String, String, String, String, String, String);

pub(super) fn read(
    connection: &mut Conn,
    schema: &mut Schema,
    context: &Context,
) -> Result<(), IntrospectError> {
    let triggers: Vec<TriggerRow> = rows(connection, "triggers", include_str!("queries/triggers.sql"))?;
    let mut previous: Option<(String, ObjectId, String)> = None;
    for (trigger, table, timing, event, body, account, sql_mode) in triggers {
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
