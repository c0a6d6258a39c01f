//! What SQL that somebody else wrote may do on a connection: SQLite asks for each action while it compiles
//! a statement (sqlite.org/c3ref/set_authorizer.html). Decides only; it runs nothing.

use libsqlite3_sys::SQLITE_ATTACH;
use rusqlite::hooks::AuthAction;

/// When SQLite asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// While a statement is compiled: the action is one that the SQL names.
    Compile,
    /// While it runs: the action is one of SQLite's own, such as the copy that `VACUUM` makes.
    Run,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Done.
    Allow,
    /// Passed over without an error.
    Skip,
    /// The statement fails, with this message.
    Deny(String),
}

/// Pragmas that read, or change nothing but the database and how its SQL is understood (sqlite.org/pragma.html).
const ALLOWED: &[&str] = &[
    "analysis_limit",
    "application_id",
    "auto_vacuum",
    "automatic_index",
    "case_sensitive_like",
    "cell_size_check",
    "collation_list",
    "compile_options",
    "count_changes",
    "data_version",
    "database_list",
    "defer_foreign_keys",
    "empty_result_callbacks",
    "encoding",
    "foreign_key_check",
    "foreign_key_list",
    "foreign_keys",
    "freelist_count",
    "full_column_names",
    "function_list",
    "ignore_check_constraints",
    "incremental_vacuum",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "legacy_alter_table",
    "legacy_file_format",
    "module_list",
    "optimize",
    "page_count",
    "page_size",
    "pragma_list",
    "query_only",
    "quick_check",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "schema_version",
    "short_column_names",
    "stats",
    "table_info",
    "table_list",
    "table_xinfo",
    "trusted_schema",
    "user_version",
];

/// Pragmas that say how a file is written, or what may be used of memory, threads and time. They may be read;
/// setting them means nothing for a schema, and would lift our limits.
const READ_ONLY: &[&str] = &[
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "checkpoint_fullfsync",
    "default_cache_size",
    "fullfsync",
    "hard_heap_limit",
    "journal_mode",
    "journal_size_limit",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "secure_delete",
    "soft_heap_limit",
    "synchronous",
    "temp_store",
    "threads",
    "wal_autocheckpoint",
];

/// Pragmas that name files, keys of files, or code to load; the keys are those of encrypting builds.
const BEYOND: &[&str] = &[
    "activate_extensions",
    "data_store_directory",
    "hexkey",
    "hexrekey",
    "key",
    "lock_proxy_file",
    "rekey",
    "temp_store_directory",
    "textkey",
    "textrekey",
];

/// Functions of SQLite that load code or take a pointer.
const FUNCTIONS: &[&str] = &["fts3_tokenizer", "load_extension"];

/// Modules of virtual tables that keep all they have in the database.
const MODULES: &[&str] = &[
    "dbstat",
    "fts3",
    "fts3tokenize",
    "fts4",
    "fts4aux",
    "fts5",
    "fts5vocab",
    "geopoly",
    "rtree",
    "rtree_i32",
];

/// Decides about an action.
pub(crate) fn verdict(phase: Phase, action: AuthAction<'_>) -> Verdict {
    match action {
        // VACUUM copies by way of a nameless temporary database, which is in memory here.
        AuthAction::Attach { filename: "" } if phase == Phase::Run => Verdict::Allow,
        AuthAction::Attach { .. } if phase == Phase::Run => beyond("VACUUM INTO"),
        AuthAction::Attach { .. } => beyond("ATTACH"),
        // The file's name is an expression.
        AuthAction::Unknown { code: SQLITE_ATTACH, .. } => beyond("ATTACH"),
        AuthAction::Detach { .. } => beyond("DETACH"),
        AuthAction::Function { function_name } if is_in(FUNCTIONS, function_name) => {
            beyond(&format!("the function {function_name}"))
        }
        AuthAction::CreateVtable { module_name, .. } if !is_in(MODULES, module_name) => Verdict::Deny(
            format!("the virtual table module {module_name} is none that a scratch database has"),
        ),
        AuthAction::Pragma { pragma_name, pragma_value } => pragma(pragma_name, pragma_value),
        AuthAction::Unknown { code, .. } => {
            Verdict::Deny(format!("SQLite asks for an action that autogen does not know ({code})"))
        }
        _ => Verdict::Allow,
    }
}

fn pragma(name: &str, value: Option<&str>) -> Verdict {
    if is_in(BEYOND, name) {
        return beyond(&format!("PRAGMA {}", name.to_ascii_lowercase()));
    }
    if name.eq_ignore_ascii_case("writable_schema") {
        let is_on = value.is_some_and(|value| !is_in(&["0", "off", "no", "false", "reset"], value));
        return if is_on { Verdict::Deny(WRITABLE_SCHEMA.to_owned()) } else { Verdict::Allow };
    }
    // SQLite itself passes over a pragma that it does not know.
    let is_run = is_in(ALLOWED, name) || (is_in(READ_ONLY, name) && value.is_none());
    if is_run { Verdict::Allow } else { Verdict::Skip }
}

const WRITABLE_SCHEMA: &str = "PRAGMA writable_schema is not allowed in a scratch database: \
     its schema is changed by CREATE, ALTER and DROP alone";

/// Whether an action may change what a page of the database holds.
pub(crate) fn sets_page_size(action: AuthAction<'_>) -> bool {
    matches!(action, AuthAction::Pragma { pragma_name, pragma_value: Some(_) }
        if pragma_name.eq_ignore_ascii_case("page_size"))
}

fn beyond(what: &str) -> Verdict {
    Verdict::Deny(format!("{what} reaches beyond the scratch database"))
}

fn is_in(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use rusqlite::hooks::TransactionOperation;

    use super::*;

    fn of_pragma(name: &str, value: Option<&str>) -> Verdict {
        let action = AuthAction::Pragma { pragma_name: name, pragma_value: value };
        verdict(Phase::Compile, action)
    }

    #[test]
    fn pragmas_are_allowed_read_passed_over_or_denied() {
        assert_eq!(of_pragma("FOREIGN_KEYS", Some("off")), Verdict::Allow);
        assert_eq!(of_pragma("journal_mode", None), Verdict::Allow);
        assert_eq!(of_pragma("journal_mode", Some("wal")), Verdict::Skip);
        assert_eq!(of_pragma("no_such_pragma", Some("1")), Verdict::Skip);
        assert_eq!(of_pragma("writable_schema", Some("RESET")), Verdict::Allow);
        assert!(matches!(of_pragma("writable_schema", Some("1")), Verdict::Deny(_)));
        assert!(matches!(of_pragma("Temp_Store_Directory", None), Verdict::Deny(_)));
    }

    #[test]
    fn only_a_vacuum_in_memory_attaches() {
        let attach = |phase, filename| verdict(phase, AuthAction::Attach { filename });
        assert_eq!(attach(Phase::Run, ""), Verdict::Allow);
        assert!(matches!(attach(Phase::Compile, ""), Verdict::Deny(_)));
        assert!(matches!(attach(Phase::Run, "a.db"), Verdict::Deny(_)));
        let computed = AuthAction::Unknown { code: SQLITE_ATTACH, arg1: None, arg2: None };
        assert!(matches!(verdict(Phase::Compile, computed), Verdict::Deny(_)));
    }

    #[test]
    fn a_commit_is_no_unknown_action() {
        let commit = AuthAction::Transaction { operation: TransactionOperation::Unknown };
        assert_eq!(verdict(Phase::Compile, commit), Verdict::Allow);
    }
}
