//! `DROP`.

use super::cursor::Cursor;
use super::effect::Effect;
use crate::Dialect;

pub(super) fn effects(mut cursor: Cursor<'_>) -> Vec<Effect> {
    let cascades = cursor.rest().last().is_some_and(|last| last.is("CASCADE"));
    match cursor.word().as_str() {
        "TABLE" | "TABLES" | "SEQUENCE" => tables(cursor),
        // A session's own.
        "TEMPORARY" => {
            cursor.skip(&["TABLE", "TABLES", "SEQUENCE", "IF", "EXISTS"]);
            cursor.names().into_iter().map(|name| Effect::Drops(name.temporary())).collect()
        }
        // The end of an `ALTER TABLE` that is put together.
        "COLUMN" => vec![Effect::Loses],
        "DATABASE" | "OWNED" => vec![Effect::Loses],
        // Elsewhere it is another word for a database; on PostgreSQL a schema goes only empty, unless it cascades.
        "SCHEMA" if cursor.dialect == Dialect::Mysql => vec![Effect::Loses],
        // Columns of a type, and tables of a schema, an extension or an access method, go along. What leans on a view does not
        // hold rows.
        "SCHEMA" | "TYPE" | "DOMAIN" | "EXTENSION" | "COLLATION" | "ACCESS" if cascades => {
            vec![Effect::Loses]
        }
        _ => Vec::new(),
    }
}

fn tables(mut cursor: Cursor<'_>) -> Vec<Effect> {
    cursor.skip(&["IF", "EXISTS"]);
    let names = cursor.names();
    if names.is_empty() { vec![Effect::Loses] } else { names.into_iter().map(Effect::Drops).collect() }
}
