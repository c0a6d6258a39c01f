//! PostgreSQL: an advisory lock that is polled, and transactions that give way.

use autogen_sql_text::Dialect;
use diesel::PgConnection;

use super::diesel::DieselConnection;
use super::{Backend, DatabaseError, Duration, OwnTable, RunError, Session as _, add_timing_columns, poll};
use crate::bound_statement::BoundStatement;
use crate::concurrent_index::{built_name, dropped_name};
use crate::database_error::DatabaseErrorKind;

/// A setting of the session: the namespace whose migrations the session applies, where a database has several with a history
/// each. Given with the connection (`options=-c`), it survives what migrations reset.
pub const NAMESPACE_SETTING: &str = "autogen.namespace";

/// Its value; NULL where it is not set.
const NAMESPACE: &str = "NULLIF(pg_catalog.current_setting('autogen.namespace', true), '')";

/// The first key of the advisory lock: "auto" in ASCII. The second is the database's, or the namespace's.
const LOCK: &str = "1635087471, pg_catalog.hashtext(pg_catalog.current_database() \
    || COALESCE('.' || NULLIF(pg_catalog.current_setting('autogen.namespace', true), ''), '') \
    || '.__diesel_schema_migrations')";

/// Ends the statement of a client that died, so that its locks do not stay; servers before 14 can't.
const CHECK_CLIENT: &str = "SELECT pg_catalog.set_config('client_connection_check_interval', '5s', false) \
    FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'";

impl DieselConnection for PgConnection {
    fn placeholders(statement: &BoundStatement) -> String {
        statement.numbered()
    }
}

impl Backend for PgConnection {
    fn wait_up_to(&mut self, _: Duration) -> Result<(), DatabaseError> {
        Ok(())
    }

    fn own_tables_sql(tables: &[OwnTable]) -> String {
        let names: Vec<String> = tables.iter().map(|table| format!("('{}')", table.name())).collect();
        format!(
            "SELECT t.name FROM (VALUES {}) AS t (name) \
             WHERE pg_catalog.to_regclass(COALESCE(pg_catalog.quote_ident({NAMESPACE}) || '.', '') || t.name) IS NOT NULL",
            names.join(", ")
        )
    }

    fn has_timings(&mut self) -> Result<bool, DatabaseError> {
        self.is_true(&format!(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attname = 'estimate' AND NOT a.attisdropped \
             AND a.attrelid = pg_catalog.to_regclass('{}'))",
            OwnTable::History.name()
        ))
    }

    /// Whoever reads the history waits behind this while it waits.
    fn add_timings(&mut self) -> Result<(), DatabaseError> {
        let added =
            self.execute(&format!("BEGIN; SET LOCAL lock_timeout = '1s'; {}; COMMIT", add_timing_columns()));
        if added.is_err() {
            self.execute("ROLLBACK")?;
        }
        added
    }

    fn database_name(&mut self) -> Result<String, DatabaseError> {
        let name = self.text("SELECT pg_catalog.current_database()::pg_catalog.text")?;
        Ok(name.unwrap_or_default())
    }

    /// Asks again and again rather than waiting inside the server: a waiting
    /// query would deadlock with CREATE INDEX CONCURRENTLY.
    fn lock(&mut self, budget: Duration) -> Result<(), RunError> {
        self.execute(CHECK_CLIENT)?;
        let ask = |connection: &mut Self| {
            Ok(connection.is_true(&format!("SELECT pg_catalog.pg_try_advisory_lock({LOCK})"))?)
        };
        poll(self, budget, ask, holder)
    }

    fn unlock(&mut self) {
        // After a failure the connection may be gone, and the lock with it.
        let _ = self.execute(&format!("SELECT pg_catalog.pg_advisory_unlock({LOCK})"));
    }

    fn holds_lock(&mut self) -> Result<bool, DatabaseError> {
        self.is_true(&format!(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted \
             AND l.pid = pg_catalog.pg_backend_pid() AND (l.classid::pg_catalog.int8, l.objid::pg_catalog.int8) = \
             (SELECT a, b & 4294967295 FROM (VALUES ({LOCK}::pg_catalog.int8)) AS v (a, b)))"
        ))
    }

    fn refuses_writes(&mut self) -> Result<Option<&'static str>, DatabaseError> {
        if self.is_true("SELECT pg_catalog.pg_is_in_recovery()")? {
            return Ok(Some("it is a standby server (read replica)"));
        }
        let read_only = self.is_true("SELECT pg_catalog.current_setting('transaction_read_only') = 'on'")?;
        Ok(read_only.then_some("default_transaction_read_only is on for this role or database"))
    }

    /// Only what is built or dropped concurrently runs outside of a transaction and tells what it changes. An
    /// index that can't be used is as good as none, and is cleared away before the next try.
    fn object_state(&mut self, statement: &str) -> Result<Option<String>, DatabaseError> {
        let (name, built) = match (built_name(statement), dropped_name(statement)) {
            (Some(name), _) => (name, true),
            (None, Some(name)) => (name, false),
            (None, None) => return Ok(None),
        };
        let is_there = self.is_true(&format!(
            "SELECT i.indisvalid OR {} FROM pg_catalog.pg_index i \
             WHERE i.indexrelid = pg_catalog.to_regclass('{}')",
            !built,
            name.replace('\'', "''")
        ))?;
        Ok(Some(if is_there { "there" } else { "not there" }.to_owned()))
    }

    const DIALECT: Dialect = Dialect::Postgres;

    const BEGIN: &'static str = "BEGIN";
    const ROLLS_BACK_SCHEMA: bool = true;

    const LOCKS: bool = true;

    fn all_tables_roll_back(&mut self) -> Result<bool, DatabaseError> {
        Ok(true)
    }

    /// How long it waits for locks; and literals are read as the splitter reads them, whatever an old database says of them.
    const TRANSACTION_SETUP_SQL: &'static [&'static str] =
        &[crate::offline::LOCK_TIMEOUT, "SET LOCAL standard_conforming_strings = on"];

    /// An index may take its time; a role's time-out would leave half of one behind. `transaction_timeout` is there since 17.
    const SESSION_SETUP_SQL: &'static str = "SET statement_timeout = 0; SET lock_timeout = 0; SET standard_conforming_strings = on; \
         SELECT pg_catalog.set_config('transaction_timeout', '0', false) \
         WHERE pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL";

    fn oldest_transaction(&mut self) -> Option<String> {
        let oldest = self.text(
            "SELECT pg_catalog.format('pid %s (%s, since %s, %s); to end it: SELECT pg_terminate_backend(%s)', a.pid, \
             COALESCE(NULLIF(a.application_name, ''), a.usename), a.xact_start, a.state, a.pid) \
             FROM pg_catalog.pg_stat_activity a WHERE a.xact_start IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid() \
             AND a.datname = pg_catalog.current_database() ORDER BY a.xact_start LIMIT 1",
        );
        oldest.ok()?
    }

    /// A serialization failure, and the messages of 55P03 and 40P01, since Diesel does not tell the code. In another
    /// language than English nothing is tried again.
    fn is_lock_conflict(error: &DatabaseError) -> bool {
        error.kind == DatabaseErrorKind::LockConflict
            || error.message.contains("due to lock timeout")
            || error.message.contains("deadlock detected")
            || was_overtaken_in_catalog(&error.message)
    }

    fn is_busy(_: &DatabaseError) -> bool {
        false
    }

    fn drop_invalid_index(&mut self, sql: &str) -> Result<(), DatabaseError> {
        let Some(name) = built_name(sql) else { return Ok(()) };
        let name = name.replace('\'', "''");
        let left = self.texts(&format!(
            "SELECT i.indexrelid::pg_catalog.regclass::text FROM pg_catalog.pg_index i \
             WHERE i.indexrelid = pg_catalog.to_regclass('{name}') AND NOT i.indisvalid"
        ))?;
        left.iter().try_for_each(|index| self.execute(&format!("DROP INDEX CONCURRENTLY {index}")))
    }

    /// The roles come last, since they may not be allowed to set all of the rest. Settings with a dot in their names
    /// (`SET app.tenant`) are in no view and are reset.
    fn session(&mut self) -> Result<String, DatabaseError> {
        let settings = self.texts(
            "SELECT pg_catalog.format('SELECT pg_catalog.set_config(%L, %L, false)', s.name, s.setting) \
             FROM pg_catalog.pg_settings s WHERE s.source = 'session' AND s.context IN ('user', 'superuser') \
             ORDER BY s.name",
        )?;
        let roles = self.texts(
            "SELECT pg_catalog.format('SET SESSION AUTHORIZATION %L; SET ROLE %L', SESSION_USER, \
             pg_catalog.current_setting('role'))",
        )?;
        let statements =
            [&["RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL".to_owned()], &settings[..], &roles[..]];
        Ok(statements.concat().join("; "))
    }
}

fn holder(connection: &mut PgConnection) -> Option<String> {
    let holder = connection.text(
        "SELECT pg_catalog.format('pid %s (%s, since %s); to end it: SELECT pg_terminate_backend(%s)', a.pid, \
         COALESCE(NULLIF(a.application_name, ''), a.usename), a.backend_start, a.pid) \
         FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.classid = 1635087471 AND l.granted AND l.database = \
         (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()) LIMIT 1",
    );
    holder.ok()?
}

/// Whether a statement failed since another session made or changed the same object at the same time, which the server
/// notices only in its catalog: `CREATE EXTENSION IF NOT EXISTS` in two sessions ends so for one of them. The next try sees
/// what the other has made. (The unique indexes are those of the system catalogs.)
fn was_overtaken_in_catalog(message: &str) -> bool {
    if message.contains("tuple concurrently updated") || message.contains("tuple concurrently deleted") {
        return true;
    }
    let constraint =
        message.split_once("violates unique constraint \"").and_then(|(_, rest)| rest.split_once('"'));
    constraint.is_some_and(|(name, _)| CATALOG_INDEXES.contains(&name))
}

/// The unique indexes of the system catalogs that hold names of objects (`pg_index`, `indisunique`).
const CATALOG_INDEXES: [&str; 31] = [
    "pg_am_name_index",
    "pg_authid_rolname_index",
    "pg_cast_source_target_index",
    "pg_class_relname_nsp_index",
    "pg_collation_name_enc_nsp_index",
    "pg_constraint_conrelid_contypid_conname_index",
    "pg_conversion_name_nsp_index",
    "pg_database_datname_index",
    "pg_enum_typid_label_index",
    "pg_event_trigger_evtname_index",
    "pg_extension_name_index",
    "pg_foreign_data_wrapper_name_index",
    "pg_foreign_server_name_index",
    "pg_language_name_index",
    "pg_namespace_nspname_index",
    "pg_opclass_am_name_nsp_index",
    "pg_operator_oprname_l_r_n_index",
    "pg_opfamily_am_name_nsp_index",
    "pg_parameter_acl_parname_index",
    "pg_policy_polrelid_polname_index",
    "pg_proc_proname_args_nsp_index",
    "pg_publication_pubname_index",
    "pg_rewrite_rel_rulename_index",
    "pg_statistic_ext_name_index",
    "pg_subscription_subname_index",
    "pg_trigger_tgrelid_tgname_index",
    "pg_ts_config_cfgname_index",
    "pg_ts_dict_dictname_index",
    "pg_ts_parser_prsname_index",
    "pg_ts_template_tmplname_index",
    "pg_type_typname_nsp_index",
];
