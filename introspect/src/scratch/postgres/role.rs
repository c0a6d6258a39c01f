//! Roles that can do nothing but own a scratch database and what is in it.

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::database::PREFIX;
use super::verifier::verifier;
use crate::error::IntrospectError;

/// A role that a session logs in as.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) name: String,
    pub(super) password: String,
}

impl Login {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), password: format!("{:032x}", rand::random::<u128>()) }
    }

    /// The clause that gives it its password.
    pub(super) fn password_clause(&self) -> String {
        format!("PASSWORD '{}'", verifier(&self.password, rand::random()))
    }
}

/// What the connecting role is and may.
#[derive(QueryableByName)]
pub(super) struct Maker {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    /// Whether it may make roles.
    #[diesel(sql_type = Bool)]
    pub(super) makes_roles: bool,
    /// Whether it is a superuser.
    #[diesel(sql_type = Bool)]
    pub(super) is_superuser: bool,
}

impl Maker {
    pub(super) fn read(admin: &mut PgConnection) -> Result<Self, IntrospectError> {
        sql_query(
            "SELECT current_user::text AS name, r.rolsuper OR r.rolcreaterole AS makes_roles, \
             r.rolsuper AS is_superuser \
             FROM pg_catalog.pg_roles r WHERE r.rolname = current_user",
        )
        .get_result(admin)
        .map_err(|error| IntrospectError::query("asking the server what the role may", &error))
    }
}

/// What a role of ours must not be.
const POWERLESS: &str = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION";

impl Login {
    /// Makes it, for the owner of a scratch database.
    ///
    /// # Errors
    /// The server's message.
    pub(super) fn create(admin: &mut PgConnection, maker: &Maker, database: &str) -> Result<Self, String> {
        let login = Self::new(database);
        let (name, password) = (&login.name, login.password_clause());
        // Names of ours are lower-case letters, digits and underscores.
        let sql = format!(
            "CREATE ROLE {name} LOGIN {POWERLESS} CONNECTION LIMIT 8 {password}; GRANT {name} TO CURRENT_USER"
        );
        admin.batch_execute(&sql).map_err(|error| error.to_string())?;
        if maker.is_superuser {
            // Policies hold a superuser back from no row, so they must not hold back what stands in for it.
            admin
                .batch_execute(&format!("ALTER ROLE {name} BYPASSRLS"))
                .map_err(|error| error.to_string())?;
        }
        // What bounds temporary files can't be lifted by the role itself; only a superuser may set it.
        let _ = admin.batch_execute(&format!("ALTER ROLE {name} SET temp_file_limit = '2GB'"));
        Ok(login)
    }
}

/// Makes the role that stands in for another one, so that objects can be given to it. `None` when there is no such role.
pub(super) fn stand_in(admin: &mut PgConnection, login: &str, number: usize, real: &str) -> Option<String> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    let found: Found =
        sql_query("SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1) AS found")
            .bind::<Text, _>(real)
            .get_result(admin)
            .ok()?;
    if !found.found {
        return None;
    }
    let name = format!("{login}_{number}");
    admin.batch_execute(&format!("CREATE ROLE {name} NOLOGIN {POWERLESS}; GRANT {name} TO {login}")).ok()?;
    Some(name)
}

/// Drops the roles of a scratch database that is gone.
pub(super) fn drop_all(admin: &mut PgConnection, login: &str) {
    let is_ours =
        |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !login.starts_with(PREFIX) || !is_ours(login) {
        return;
    }
    for name in named(admin, &format!("^{login}(_[0-9]+)?$")) {
        // If the server says no, a later sweep tries again.
        let _ = admin.batch_execute(&format!("DROP ROLE IF EXISTS {name}"));
    }
}

fn named(admin: &mut PgConnection, pattern: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Row> = sql_query(
        "SELECT rolname::text AS name FROM pg_catalog.pg_roles WHERE rolname ~ $1 ORDER BY rolname DESC",
    )
    .bind::<Text, _>(pattern)
    .load(admin)
    .unwrap_or_default();
    rows.into_iter().map(|row| row.name).collect()
}
