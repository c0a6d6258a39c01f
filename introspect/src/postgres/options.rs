//! Which options of the catalog are schema: those that the manual documents. The rest is the
//! server's own bookkeeping and is left out, as `pg_dump` leaves it out.
//!
//! A server accepts no undocumented name, so one table serves all releases.
//!
//! Open sets are taken whole, since the names are defined by others and `pg_dump` writes them all:
//! `pg_proc.proconfig` (any setting, also `a.b`), the options of foreign data wrappers, servers, tables,
//! columns and user mappings (the wrapper's validator), indexes of an extension's access method, and
//! operator classes, where only internal names are left out. Tablespaces, databases and roles are
//! no part of a schema, and of a subscription only its publications are read.

use autogen_diff_core::Schema;
use autogen_diff_core::diagnostic::{Diagnostic, Severity};
use autogen_diff_core::model::{Column, ConstraintKind, Index, Parameters, PostgresColumn, Table};

use super::NEWEST_TESTED;

/// What has options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// `pg_attribute.attoptions` of a table's column.
    Column,
    /// `pg_attribute.attoptions` of an index' column.
    OperatorClass,
    /// `pg_class.reloptions` of a table, with those of its TOAST table as `toast.…`.
    Table,
    /// `pg_class.reloptions` of a view.
    View,
    /// `pg_class.reloptions` of a materialized view.
    MaterializedView,
    /// `pg_class.reloptions` of an index.
    Index,
}

/// `ALTER TABLE … ALTER COLUMN … SET`, per-attribute options.
const COLUMN: [&str; 2] = ["n_distinct", "n_distinct_inherited"];

/// `CREATE TABLE`, storage parameters that exist for the table alone.
const TABLE: [&str; 6] = [
    "autovacuum_analyze_scale_factor",
    "autovacuum_analyze_threshold",
    "fillfactor",
    "parallel_workers",
    "toast_tuple_target",
    "user_catalog_table",
];

/// `CREATE TABLE`, storage parameters that exist as `toast.…` too.
const TABLE_AND_TOAST: [&str; 18] = [
    "autovacuum_enabled",
    "autovacuum_freeze_max_age",
    "autovacuum_freeze_min_age",
    "autovacuum_freeze_table_age",
    "autovacuum_multixact_freeze_max_age",
    "autovacuum_multixact_freeze_min_age",
    "autovacuum_multixact_freeze_table_age",
    "autovacuum_vacuum_cost_delay",
    "autovacuum_vacuum_cost_limit",
    "autovacuum_vacuum_insert_scale_factor",
    "autovacuum_vacuum_insert_threshold",
    "autovacuum_vacuum_max_threshold",
    "autovacuum_vacuum_scale_factor",
    "autovacuum_vacuum_threshold",
    "log_autovacuum_min_duration",
    "vacuum_index_cleanup",
    "vacuum_max_eager_freeze_failure_rate",
    "vacuum_truncate",
];

/// `CREATE VIEW`, parameters.
const VIEW: [&str; 3] = ["check_option", "security_barrier", "security_invoker"];

/// `CREATE INDEX`, storage parameters by access method. The methods of extensions name their own.
const INDEX: [(&str, &[&str]); 6] = [
    ("brin", &["autosummarize", "pages_per_range"]),
    ("btree", &["deduplicate_items", "fillfactor"]),
    ("gin", &["fastupdate", "gin_pending_list_limit"]),
    ("gist", &["buffering", "fillfactor"]),
    ("hash", &["fillfactor"]),
    ("spgist", &["fillfactor"]),
];

/// What `pg_dump` filters: the server keeps its own options of columns under such names.
/// SchemaSource: `strings pg_dump` of 15.20, which has `pg_attver`.
const INTERNAL: &str = "pg_att";

/// Whether the server keeps an option of this name for itself.
fn is_internal(name: &str) -> bool {
    name.starts_with(INTERNAL)
}

/// The name in `name=value`.
fn name_of(option: &str) -> &str {
    option.split_once('=').map_or(option, |(name, _)| name)
}

impl Holder {
    const fn word(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::OperatorClass => "operator class",
            Self::Table => "table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Index => "index",
        }
    }

    /// Whether an option is documented for it. An index is asked by [`index_has`].
    fn has(self, name: &str) -> bool {
        match self {
            Self::Column => COLUMN.contains(&name),
            Self::OperatorClass | Self::Index => !is_internal(name),
            Self::View => VIEW.contains(&name),
            Self::Table | Self::MaterializedView => {
                let of_both = name.strip_prefix("toast.").unwrap_or(name);
                TABLE.contains(&name) || TABLE_AND_TOAST.contains(&of_both)
            }
        }
    }
}

/// Whether an option is documented for indexes of an access method.
fn index_has(method: &str, name: &str) -> bool {
    let own = INDEX.iter().find(|(known, _)| *known == method);
    own.map_or_else(|| Holder::Index.has(name), |(_, names)| names.contains(&name))
}

/// What was left out, each name once.
#[derive(Debug, Default)]
pub(super) struct LeftOut(Vec<(Holder, String)>);

impl LeftOut {
    /// Keeps what `is_documented` and remembers the names of the rest.
    fn keep(&mut self, holder: Holder, options: &mut Parameters, is_documented: &dyn Fn(&str) -> bool) {
        options.0.retain(|option| {
            let name = name_of(option);
            let stays = is_documented(name);
            if !stays {
                self.add(holder, name);
            }
            stays
        });
    }

    fn keep_documented(&mut self, holder: Holder, options: &mut Parameters) {
        self.keep(holder, options, &|name| holder.has(name));
    }

    fn add(&mut self, holder: Holder, name: &str) {
        if !self.0.iter().any(|(known, seen)| *known == holder && seen == name) {
            self.0.push((holder, name.to_owned()));
        }
    }

    /// The options of an operator class without internal ones.
    pub(super) fn keep_class_options(&mut self, options: &mut Vec<String>) {
        let mut parameters = Parameters(std::mem::take(options));
        self.keep_documented(Holder::OperatorClass, &mut parameters);
        *options = parameters.0;
    }

    /// Takes everything undocumented out of the relations of a schema.
    pub(super) fn take_from(&mut self, schema: &mut Schema) {
        for table in schema.tables_mut() {
            self.take_from_table(table);
        }
        for view in schema.views_mut() {
            self.keep_documented(Holder::View, &mut view.options);
        }
        for view in schema.materialized_views_mut() {
            self.keep_documented(Holder::MaterializedView, &mut view.options);
            for column in view.column_settings.values_mut() {
                self.keep_documented(Holder::Column, &mut column.settings.options);
            }
            view.column_settings.retain(|_, column| column.settings != PostgresColumn::default());
            view.indexes.values_mut().for_each(|index| self.take_from_index(index));
        }
    }

    fn take_from_table(&mut self, table: &mut Table) {
        if !table.postgres().storage_parameters.is_empty() {
            self.keep_documented(Holder::Table, &mut table.postgres_mut().storage_parameters);
        }
        let has_options = |column: &&mut Column| !column.postgres().options.is_empty();
        for column in table.columns.iter_mut().filter(has_options) {
            self.keep_documented(Holder::Column, &mut column.postgres_mut().options);
        }
        table.indexes.values_mut().for_each(|index| self.take_from_index(index));
        for constraint in &mut table.constraints {
            match &mut constraint.kind {
                ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                    self.keep(Holder::Index, &mut key.storage_parameters, &|name| index_has("btree", name));
                }
                ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => {}
            }
        }
    }

    fn take_from_index(&mut self, index: &mut Index) {
        let method = index.method.clone().unwrap_or_default();
        self.keep(Holder::Index, &mut index.storage_parameters, &|name| index_has(&method, name));
    }

    /// One note for each name. On a release that nobody has tested, a name that is not internal
    /// may be a new option of that release, so it is told to everybody.
    pub(super) fn notes(self, major: u32) -> Vec<Diagnostic> {
        let note = |(holder, name): (Holder, String)| {
            let may_be_new = major > NEWEST_TESTED && !is_internal(&name);
            Diagnostic {
                severity: if may_be_new { Severity::Warning } else { Severity::Detail },
                subject: None,
                message: format!(
                    "{} option {name}: not documented, so it is no part of the schema",
                    holder.word()
                ),
                help: None,
            }
        };
        self.0.into_iter().map(note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(holder: Holder, options: &[&str]) -> (Vec<String>, Vec<(Holder, String)>) {
        let mut left_out = LeftOut::default();
        let mut options = Parameters(options.iter().map(|&option| option.to_owned()).collect());
        left_out.keep_documented(holder, &mut options);
        (options.0, left_out.0)
    }

    #[test]
    fn what_the_server_counts_is_no_option_of_a_column() {
        let (options, left_out) =
            kept(Holder::Column, &["pg_attver=26488272", "n_distinct=5", "pg_attver=1"]);
        assert_eq!(options, ["n_distinct=5"]);
        assert_eq!(left_out, [(Holder::Column, "pg_attver".to_owned())]);
    }

    #[test]
    fn options_of_a_toast_table_are_those_that_it_shares() {
        let (options, left_out) =
            kept(Holder::Table, &["toast.vacuum_truncate=off", "toast.fillfactor=9", "fillfactor=9"]);
        assert_eq!(options, ["toast.vacuum_truncate=off", "fillfactor=9"]);
        assert_eq!(left_out, [(Holder::Table, "toast.fillfactor".to_owned())]);
    }

    #[test]
    fn what_an_extension_defines_stays() {
        assert_eq!(kept(Holder::OperatorClass, &["siglen=100", "pg_attver=1"]).0, ["siglen=100"]);
        assert!(index_has("hnsw", "ef_construction"));
        assert!(!index_has("btree", "ef_construction"));
        assert!(!index_has("hnsw", "pg_attver"));
    }

    #[test]
    fn an_unknown_option_of_an_untested_release_is_told_to_everybody() {
        let mut left_out = LeftOut::default();
        left_out.add(Holder::Table, "novel");
        left_out.add(Holder::Column, "pg_attver");
        let severities: Vec<_> = left_out.notes(NEWEST_TESTED + 1).iter().map(|note| note.severity).collect();
        assert_eq!(severities, [Severity::Warning, Severity::Detail]);
    }
}
