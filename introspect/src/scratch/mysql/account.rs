//! Accounts with rights on one scratch schema alone.

use mysql::Conn;
use mysql::prelude::Queryable;

use super::PREFIX;
use crate::mysql::{message, one, run};

/// What every account of ours begins with.
const ACCOUNT_PREFIX: &str = "autogen_s_";

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) user: String,
    pub(super) host: String,
    pub(super) password: String,
}

impl Account {
    /// Makes the account that runs what is foreign in a scratch schema. It comes from the same host as we do.
    ///
    /// # Errors
    /// The server's message.
    pub(super) fn create(admin: &mut Conn, user: String, schema: &str) -> Result<Self, String> {
        let host =
            one(admin, "SELECT SUBSTRING_INDEX(USER(), '@', -1)").map_err(|error| error.to_string())?;
        let account = Self { user, host, password: format!("Aa1-{:032x}", rand::random::<u128>()) };
        account.make(admin, schema)?;
        Ok(account)
    }

    /// Makes the account that stands in for a definer of a given host.
    pub(super) fn stand_in(
        &self,
        admin: &mut Conn,
        schema: &str,
        number: usize,
        host: &str,
    ) -> Result<Self, String> {
        let account = Self {
            user: format!("{}_{number}", self.user),
            host: host.to_owned(),
            password: format!("Aa1-{:032x}", rand::random::<u128>()),
        };
        account.make(admin, schema)?;
        Ok(account)
    }

    fn make(&self, admin: &mut Conn, schema: &str) -> Result<(), String> {
        let (name, password) = (self.sql(), &self.password);
        // In a grant `_` stands for any character.
        let pattern = schema.replace('_', "\\_");
        let failed = |error: mysql::Error| message(&error);
        admin.query_drop(format!("CREATE USER {name} IDENTIFIED BY '{password}'")).map_err(failed)?;
        let granted = admin.query_drop(format!("GRANT ALL PRIVILEGES ON `{pattern}`.* TO {name}"));
        if granted.is_err() {
            self.drop(admin);
        }
        granted.map_err(failed)
    }

    /// The account as SQL names it.
    pub(super) fn sql(&self) -> String {
        format!("{}@{}", literal(&self.user), literal(&self.host))
    }

    /// The account as `CURRENT_USER()` gives it.
    pub(super) fn name(&self) -> String {
        format!("{}@{}", self.user, self.host)
    }

    /// Drops it; if the server says no, a later sweep tries again.
    pub(super) fn drop(&self, admin: &mut Conn) {
        let _ = admin.query_drop(format!("DROP USER IF EXISTS {}", self.sql()));
    }
}

/// The user of the account of a scratch schema, by the random half of its name.
pub(super) fn user(half: &str) -> String {
    format!("{ACCOUNT_PREFIX}{half}")
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Drops an account and those that stood in beside it.
pub(super) fn drop_with_stand_ins(admin: &mut Conn, user: &str) {
    let is_ours = |user: &str| {
        let rest = user.strip_prefix(ACCOUNT_PREFIX);
        rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_') && rest.len() >= 16)
    };
    if !is_ours(user) {
        return;
    }
    let found: Vec<(String, String)> = admin
        .query(format!("SELECT User, Host FROM mysql.user WHERE User LIKE '{user}%'"))
        .unwrap_or_default();
    for (user, host) in found.into_iter().filter(|(user, _)| is_ours(user)) {
        Account { user, host, password: String::new() }.drop(admin);
    }
}

/// Drops what processes that died have left: accounts of scratch schemas whose name nobody holds. An account that may not read
/// the list leaves it to one that may.
pub(super) fn sweep(admin: &mut Conn) {
    let half = format!("SUBSTRING(User, {}, 16)", ACCOUNT_PREFIX.len() + 1);
    let orphans: Vec<String> = admin
        .query(format!(
            "SELECT DISTINCT CONCAT('{ACCOUNT_PREFIX}', {half}) FROM mysql.user \
             WHERE User REGEXP '^{ACCOUNT_PREFIX}[0-9a-f]{{16}}' AND IS_FREE_LOCK(CONCAT('{PREFIX}', {half})) = 1 \
             AND CONCAT('{ACCOUNT_PREFIX}', {half}) NOT IN (SELECT USER FROM information_schema.PROCESSLIST)"
        ))
        .unwrap_or_default();
    orphans.iter().for_each(|user| drop_with_stand_ins(admin, user));
}

/// Whether the session reads quotes otherwise than statements were cut: what is one statement then may be two here.
pub(super) fn quotes_otherwise(session: &mut Conn) -> Result<bool, mysql::Error> {
    let mode: Option<String> = session.query_first("SELECT @@SESSION.sql_mode")?;
    let mode = mode.unwrap_or_default();
    Ok(mode.split(',').any(|word| matches!(word, "NO_BACKSLASH_ESCAPES" | "ANSI_QUOTES")))
}

/// The settings of a session that are kept with code that is made in it.
pub(super) fn copy_session(from: &mut Conn, to: &mut Conn) -> Result<(), mysql::Error> {
    let settings: Option<(String, String, String, String, String)> = from.query_first(
        "SELECT @@SESSION.sql_mode, @@SESSION.time_zone, @@SESSION.character_set_client, \
         @@SESSION.character_set_results, @@SESSION.collation_connection",
    )?;
    let Some((mode, zone, client, results, collation)) = settings else { return Ok(()) };
    let sql = format!(
        "SET SESSION sql_mode = {}, time_zone = {}, character_set_client = {client}, character_set_results = {results}, \
         collation_connection = {collation}, foreign_key_checks = 1",
        literal(&mode),
        literal(&zone)
    );
    run(to, &sql)
}
