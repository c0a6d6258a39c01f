//! Scratch schemas on a MySQL or MariaDB server.
//!
//! A name of ours with a random half is the mark: the server has no place for a
//! nonce that both vendors share, and nobody else makes such a name.

use std::sync::{Mutex, PoisonError};

use autogen_diff_core::Schema;
use mysql::Conn;
use mysql::prelude::Queryable;

use super::{Boundary, ScratchOptions, ScratchPlace, ServerFailure, Surroundings};
use crate::error::IntrospectError;
use crate::mysql::{SESSION, connect, message, one, query_error, run};
use crate::url::DatabaseUrl;

/// What every scratch schema's name starts with.
const PREFIX: &str = "autogen_scratch_";

/// A schema of ours on a server.
pub struct MysqlScratch {
    connection: Conn,
    key: Key,
}

/// What is needed to drop a scratch schema.
#[derive(Clone, PartialEq, Eq)]
struct Key {
    server: DatabaseUrl,
    name: String,
}

/// All scratch schemas of this process that are still there.
static LIVE: Mutex<Vec<Key>> = Mutex::new(Vec::new());

fn live() -> std::sync::MutexGuard<'static, Vec<Key>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Drops every scratch schema of this process.
pub(super) fn drop_all() {
    let keys: Vec<Key> = live().drain(..).collect();
    keys.iter().for_each(Key::drop_schema);
}

impl MysqlScratch {
    pub(super) fn create(options: &ScratchOptions) -> Result<Self, IntrospectError> {
        let server = server(options)?;
        let mut admin = connect(&server)?;
        sweep(&mut admin);
        let seconds = one(&mut admin, "SELECT CAST(UNIX_TIMESTAMP() AS CHAR)")?;
        let key =
            Key { server: server.clone(), name: format!("{PREFIX}{seconds}_{:016x}", rand::random::<u64>()) };
        live().push(key.clone());
        let failed = |message: String| IntrospectError::NoScratch { url: server.to_string(), message };
        let defaults = defaults(&mut admin)?;
        admin
            .query_drop(format!("CREATE DATABASE `{}` {defaults}", key.name))
            .map_err(|error| failed(message(&error)))?;
        let connection = connect(&server.with_database(&key.name)?)?;
        Ok(Self { connection, key })
    }

    /// The connection to it.
    pub const fn connection(&mut self) -> &mut Conn {
        &mut self.connection
    }

    /// Runs one statement or many, until one fails.
    pub(super) fn execute(&mut self, sql: &str) -> Result<(), ServerFailure> {
        run(&mut self.connection, sql).map_err(|error| ServerFailure::new(message(&error)))
    }

    pub(super) const fn boundary(&self) -> &Boundary {
        &Boundary::Confined
    }

    pub(super) fn introspect(&mut self) -> Result<Schema, IntrospectError> {
        crate::mysql::introspect(&mut self.connection)
    }

    /// The one text that a query gives.
    pub(super) fn value(&mut self, sql: &str) -> Result<String, IntrospectError> {
        one(&mut self.connection, sql)
    }

    /// What else there is on the server.
    pub(super) fn surroundings(&mut self) -> Result<Surroundings, IntrospectError> {
        Ok(Surroundings::default())
    }

    /// Takes away all that is in it.
    pub(super) fn clear(&mut self) -> Result<(), IntrospectError> {
        let mut admin = connect(&self.key.server)?;
        let defaults = defaults(&mut admin)?;
        let name = &self.key.name;
        run(&mut admin, &format!("DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}` {defaults}"))
            .map_err(|error| query_error("emptying the scratch schema", &error))?;
        self.connection = connect(&self.key.server.with_database(name)?)?;
        Ok(())
    }

    /// Undoes what `SET`, `USE` and `BEGIN` did.
    pub(super) fn reset_session(&mut self) -> Result<(), IntrospectError> {
        let sql = format!("USE `{}`;{SESSION}", self.key.name);
        self.connection
            .reset()
            .and_then(|()| run(&mut self.connection, &sql))
            .map_err(|error| query_error("resetting the scratch session", &error))
    }
}

impl Drop for MysqlScratch {
    fn drop(&mut self) {
        live().retain(|key| *key != self.key);
        self.key.drop_schema();
    }
}

impl Key {
    fn drop_schema(&self) {
        let Ok(mut admin) = connect(&self.server) else { return };
        // If the server says no, a later sweep tries again.
        let _ = admin.query_drop(format!("DROP DATABASE IF EXISTS `{}`", self.name));
    }
}

fn server(options: &ScratchOptions) -> Result<DatabaseUrl, IntrospectError> {
    match &options.place {
        ScratchPlace::Url(url) => Ok(url.clone()),
        ScratchPlace::Local => Err(IntrospectError::NoScratch {
            url: "this machine".to_owned(),
            message: "a throw-away server is started for PostgreSQL only".to_owned(),
        }),
        ScratchPlace::Target => options.target.clone().ok_or_else(|| IntrospectError::NoScratch {
            url: "any server".to_owned(),
            message: "no MySQL server is known".to_owned(),
        }),
    }
}

/// The target's default character set and collation, which its tables inherit.
fn defaults(admin: &mut Conn) -> Result<String, IntrospectError> {
    one(admin, "SELECT CONCAT('CHARACTER SET ', @@character_set_database, ' COLLATE ', @@collation_database)")
}

/// Drops what a process that died has left over ten minutes ago.
fn sweep(admin: &mut Conn) {
    let orphans: Vec<String> = admin
        .query(
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA \
             WHERE SCHEMA_NAME REGEXP '^autogen_scratch_[0-9]+_[0-9a-f]{16}$' \
               AND CAST(SUBSTRING_INDEX(SUBSTRING(SCHEMA_NAME, 17), '_', 1) AS UNSIGNED) < UNIX_TIMESTAMP() - 600",
        )
        .unwrap_or_default();
    for orphan in orphans {
        let _ = admin.query_drop(format!("DROP DATABASE IF EXISTS `{orphan}`"));
    }
}
