//! What a server can do: one plain struct, filled in full for each dialect.

use crate::{Dialect, Version};

/// Facts about a dialect and release that the plan asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The family the facts belong to.
    pub dialect: Dialect,
    /// A constraint can be added to and dropped from an existing table.
    pub alters_constraints: bool,
    /// A column's type, nullability and default can be altered in place.
    pub alters_columns: bool,
    /// A foreign key's target must exist when the key is made.
    pub checks_foreign_key_targets: bool,
    /// All changes of a table go into one `ALTER TABLE`, which happens as a whole.
    pub alters_tables_at_once: bool,
    /// Any view can take the place of another in place.
    pub replaces_any_view: bool,
    /// A column dependency of a view blocks changes of that column.
    pub views_pin_columns: bool,
    /// Objects other than tables, columns and indexes can be renamed.
    pub renames_objects: bool,
    /// An index can be renamed.
    pub renames_indexes: bool,
    /// A new value of an enum type can be used in the transaction that adds it.
    pub uses_new_enum_values_at_once: bool,
    /// Routines run while objects are made: a check of rows, a filled view, an index over an expression.
    pub runs_routines_in_ddl: bool,
}

impl Capabilities {
    /// The facts for a dialect and release.
    pub const fn of(dialect: Dialect, version: Version) -> Self {
        match dialect {
            Dialect::Postgres => Self::postgres(version),
            Dialect::Sqlite => Self::sqlite(),
            Dialect::Mysql => Self::mysql(),
        }
    }

    const fn postgres(_version: Version) -> Self {
        Self {
            dialect: Dialect::Postgres,
            alters_constraints: true,
            alters_columns: true,
            checks_foreign_key_targets: true,
            alters_tables_at_once: false,
            replaces_any_view: false,
            views_pin_columns: true,
            renames_objects: true,
            renames_indexes: true,
            uses_new_enum_values_at_once: false,
            runs_routines_in_ddl: true,
        }
    }

    const fn sqlite() -> Self {
        Self {
            dialect: Dialect::Sqlite,
            alters_constraints: false,
            alters_columns: false,
            checks_foreign_key_targets: false,
            alters_tables_at_once: false,
            replaces_any_view: false,
            views_pin_columns: false,
            renames_objects: false,
            renames_indexes: false,
            uses_new_enum_values_at_once: true,
            runs_routines_in_ddl: false,
        }
    }

    const fn mysql() -> Self {
        Self {
            dialect: Dialect::Mysql,
            alters_constraints: true,
            alters_columns: true,
            checks_foreign_key_targets: true,
            alters_tables_at_once: true,
            replaces_any_view: true,
            views_pin_columns: false,
            renames_objects: false,
            renames_indexes: true,
            uses_new_enum_values_at_once: true,
            runs_routines_in_ddl: false,
        }
    }
}
