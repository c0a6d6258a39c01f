//! Statements with their values beside them, and the forms in which clients and scripts take them.

use autogen_sql_text::Dialect;

/// A value of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoundValue {
    /// A text.
    Text(String),
    /// NULL in the place of a text.
    NoText,
    /// A number.
    Number(i32),
}

/// A statement with `?` in the places of its values; it has no other question mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundStatement {
    /// Its text.
    pub(crate) sql: &'static str,
    /// Its values, in order.
    pub values: Vec<BoundValue>,
}

impl BoundStatement {
    /// The statement as a client prepares it that numbers its values: `$1`.
    pub fn numbered(&self) -> String {
        self.filled(|place, _| format!("${place}"))
    }

    /// The statement as a client prepares it that counts its values: `?`.
    pub const fn counted(&self) -> &'static str {
        self.sql
    }

    /// The statement with its values in it, for a script that somebody else runs, or that goes into a migration's own
    /// transaction.
    pub fn literal(&self, dialect: Dialect) -> String {
        self.filled(|_, value| match value {
            BoundValue::Text(text) => quoted(dialect, text),
            BoundValue::NoText => "NULL".to_owned(),
            BoundValue::Number(number) => number.to_string(),
        })
    }

    fn filled(&self, value: impl Fn(usize, &BoundValue) -> String) -> String {
        let mut pieces = self.sql.split('?');
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for (i, (piece, bound)) in pieces.zip(&self.values).enumerate() {
            filled.push_str(&value(i + 1, bound));
            filled.push_str(piece);
        }
        filled
    }
}

/// A text as a literal, for a session whose settings are the server's own.
fn quoted(dialect: Dialect, text: &str) -> String {
    let doubled = text.replace('\'', "''");
    match dialect {
        Dialect::Postgres | Dialect::Sqlite => format!("'{doubled}'"),
        // A backslash escapes, unless sql_mode has NO_BACKSLASH_ESCAPES.
        Dialect::Mysql => format!("'{}'", doubled.replace('\\', "\\\\")),
    }
}
