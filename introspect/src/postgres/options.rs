//! Options of the catalog by the names that PostgreSQL documents. A server keeps more there: since its releases of
//! November 2026 a counter in every column's `attoptions` (`pg_attver`), which `pg_dump` leaves out too.

use autogen_diff_core::diagnostic::Severity;
use autogen_diff_core::model::Parameters;

use crate::notes;

/// Whose options they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OptionsOf {
    /// `pg_attribute.attoptions` of a table's or view's column.
    Column,
    /// The same of an index's column: the options of its operator class.
    OperatorClass,
    /// `pg_class.reloptions` of a table or materialized view.
    Table,
    /// The same of an index.
    Index,
    /// The same of a view.
    View,
}

/// ALTER TABLE, "SET ( attribute_option = value )".
const COLUMN: [&str; 2] = ["n_distinct", "n_distinct_inherited"];

/// CREATE VIEW, "WITH ( view_option_name )".
const VIEW: [&str; 3] = ["check_option", "security_barrier", "security_invoker"];

/// CREATE TABLE, "Storage Parameters"; `user_catalog_table` is in the chapter on logical decoding.
const TABLE: [&str; 26] = [
    "autovacuum_analyze_scale_factor",
    "autovacuum_analyze_threshold",
    "autovacuum_enabled",
    "autovacuum_freeze_max_age",
    "autovacuum_freeze_min_age",
    "autovacuum_freeze_table_age",
    "autovacuum_multixact_freeze_max_age",
    "autovacuum_multixact_freeze_min_age",
    "autovacuum_multixact_freeze_table_age",
    "autovacuum_parallel_workers",
    "autovacuum_vacuum_cost_delay",
    "autovacuum_vacuum_cost_limit",
    "autovacuum_vacuum_insert_scale_factor",
    "autovacuum_vacuum_insert_threshold",
    "autovacuum_vacuum_max_threshold",
    "autovacuum_vacuum_scale_factor",
    "autovacuum_vacuum_threshold",
    "fillfactor",
    "log_autoanalyze_min_duration",
    "log_autovacuum_min_duration",
    "parallel_workers",
    "toast_tuple_target",
    "user_catalog_table",
    "vacuum_index_cleanup",
    "vacuum_max_eager_freeze_failure_rate",
    "vacuum_truncate",
];

impl OptionsOf {
    /// Whether an option is somebody's wish. Access methods and operator classes of extensions have options of any
    /// name; theirs do not begin as the server's own names do.
    fn documents(self, name: &str) -> bool {
        match self {
            Self::Column => COLUMN.contains(&name),
            Self::View => VIEW.contains(&name),
            Self::Table => TABLE.contains(&name),
            Self::Index | Self::OperatorClass => !name.starts_with("pg_"),
        }
    }

    const fn catalog(self) -> &'static str {
        match self {
            Self::Column | Self::OperatorClass => "pg_attribute.attoptions",
            Self::Table | Self::Index | Self::View => "pg_class.reloptions",
        }
    }

    /// The documented ones of some `name=value` texts, in the catalog's order; the others are noted.
    pub(super) fn keep(self, options: Option<Vec<String>>) -> Parameters {
        let mut options = options.unwrap_or_default();
        options.retain(|option| {
            let name = option.split('=').next().unwrap_or_default();
            let keeps = self.documents(name);
            if !keeps {
                let message = format!(
                    "{} holds {name}, which PostgreSQL does not document: it is no part of the schema",
                    self.catalog()
                );
                notes::note(Severity::Detail, message);
            }
            keeps
        });
        Parameters(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_documented_is_kept() {
        let texts = |all: &[&str]| Some(all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let column = OptionsOf::Column.keep(texts(&["pg_attver=40033168", "n_distinct=5"]));
        assert_eq!(column.0, ["n_distinct=5"]);
        let class = OptionsOf::OperatorClass.keep(texts(&["siglen=32", "pg_attver=1"]));
        assert_eq!(class.0, ["siglen=32"]);
        assert_eq!(OptionsOf::Index.keep(texts(&["lists=100"])).0, ["lists=100"]);
        assert!(notes::all().iter().any(|note| note.message.contains("pg_attver")));
    }
}
