//! What structs and enums declare: data only, each part with the place that states it.

mod column;
mod constraint;
mod enumeration;
mod index;
mod new_type;
mod table;

use proc_macro2::Span;

pub use column::{Column, ColumnKind, Generated, Identity, Size};
pub use constraint::{Action, Check, Exclude, ForeignKey, PrimaryKey, Reference, Referenced, Timing, Unique};
pub use enumeration::{EnumType, EnumValue};
pub use index::{Index, IndexKey, KeyOrder, KeyPart};
pub use new_type::NewType;
pub use table::Table;

use crate::database::Database;

/// A place in one of the files that were read.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Which file, in the order in which they were read.
    pub file: usize,
    /// Where in it.
    pub span: Span,
}

/// A text and where it stands.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

/// A text that may be another one for each database: `default = "now()"`, or
/// `default(postgres = "now()", sqlite = "CURRENT_TIMESTAMP")`.
#[derive(Clone, Debug, Default)]
pub struct PerDatabase {
    pub(crate) any: Option<Text>,
    pub(crate) own: Vec<(Database, Text)>,
}

impl PerDatabase {
    /// What is stated for a database.
    pub fn get(&self, database: Database) -> Option<&Text> {
        let own = self.own.iter().find(|(named, _)| *named == database).map(|(_, text)| text);
        own.or(self.any.as_ref())
    }

    /// What is stated for a database, or for all of them when none is named.
    ///
    /// # Errors
    /// In words, when none is named and they differ.
    pub fn of(&self, database: Option<Database>) -> Result<Option<&Text>, String> {
        match database {
            Some(database) => Ok(self.get(database)),
            None if self.own.is_empty() => Ok(self.any.as_ref()),
            None => {
                Err("this is another type in each database; name it: #[model(diesel = postgres)]".to_owned())
            }
        }
    }

    /// Whether nothing is stated for any.
    pub const fn is_empty(&self) -> bool {
        self.any.is_none() && self.own.is_empty()
    }
}
