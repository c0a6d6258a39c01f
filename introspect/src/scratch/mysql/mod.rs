//! Scratch schemas on a MySQL or MariaDB server.
//!
//! What is foreign runs as an account of its own with rights on the schema alone. The connecting account reads the
//! catalog, and makes what has a definer, who is then an account without rights too (`definer`).
//!
//! A name of ours with a random half is the mark: the server has no place for a
//! nonce that both vendors share, and nobody else makes such a name.

mod account;
mod definer;

use autogen_diff_core::{Dialect, Flavor, Schema};
use autogen_sql_text::declaration::first_words;
use autogen_sql_text::{Lexeme, Statement, lexemes};
use mysql::Conn;
use mysql::prelude::Queryable;

use super::live::Live;
use super::watchdog::{Session, Watchdog};
use super::{Boundary, ScratchOptions, ScratchPlace, ServerFailure, Surroundings, local_mysql};
use crate::error::IntrospectError;
use crate::mysql::{SESSION, connect, message, one, query_error, run, server as release};
use crate::url::DatabaseUrl;
use account::Account;
use definer::Definer;

/// What every scratch schema's name starts with.
const PREFIX: &str = "autogen_scratch_";

const QUOTES_OTHERWISE: &str =
    "what has a definer is made by the connecting account, and not under NO_BACKSLASH_ESCAPES or ANSI_QUOTES";

/// A schema of ours on a server.
pub struct MysqlScratch {
    /// Holds the lock on its name as long as the process lives (`Key::claim`), and does nothing else.
    _owner: Conn,
    /// The connecting account's.
    admin: Conn,
    /// The own account's; without one all runs on the other.
    confined: Option<(Conn, Account)>,
    boundary: Boundary,
    /// Whether its account sees other schemas: what is granted to PUBLIC, to mandatory roles or to no user is every account's.
    sees_others: bool,
    key: Key,
    /// Definers that statements declare, and who stands in for them.
    stand_ins: Vec<((String, String), Account)>,
    /// Whether functions and triggers are the business of accounts with many rights, since they are logged as statements.
    guards_functions: bool,
    watchdog: Watchdog,
}

/// How many schemas an account sees beside its own and the server's.
const OTHERS: &str = "SELECT CONCAT(COUNT(*), '') FROM information_schema.SCHEMATA \
                      WHERE SCHEMA_NAME NOT IN ('information_schema', 'performance_schema', DATABASE())";

/// What is needed to drop a scratch schema.
#[derive(Clone, PartialEq, Eq)]
struct Key {
    server: DatabaseUrl,
    name: String,
    /// The user of the own account.
    user: String,
}

/// All scratch schemas of this process that are still there.
static LIVE: Live<Key> = Live::new();

/// Drops every scratch schema of this process.
pub(super) fn drop_all() {
    LIVE.end().iter().for_each(Key::drop_schema);
}

impl MysqlScratch {
    pub(super) fn create(options: &ScratchOptions) -> Result<Self, IntrospectError> {
        let server = server(options)?;
        let mut owner = connect(&server)?;
        sweep(&mut owner);
        let seconds = one(&mut owner, "SELECT CAST(UNIX_TIMESTAMP() AS CHAR)")?;
        let half = format!("{:016x}", rand::random::<u64>());
        let (name, user) = (format!("{PREFIX}{seconds}_{half}"), account::user(&half));
        let key = Key { server, name, user };
        let making = LIVE.make(&key)?;
        let scratch = Self::create_as(options, &key, owner);
        drop(making);
        if scratch.is_err() {
            key.drop_schema();
            LIVE.forget(&key);
        }
        scratch
    }

    fn create_as(options: &ScratchOptions, key: &Key, mut owner: Conn) -> Result<Self, IntrospectError> {
        let server = &key.server;
        key.claim(&mut owner)?;
        let own = Account::create(&mut owner, key.user.clone(), &key.name);
        let failed = |message: String| IntrospectError::NoScratch { url: server.to_string(), message };
        let defaults = defaults(&mut owner)?;
        owner
            .query_drop(format!("CREATE DATABASE `{}` {defaults}", key.name))
            .map_err(|error| failed(message(&error)))?;
        let home = server.with_database(&key.name)?;
        let mut admin = connect(&home)?;
        let logged = "SELECT CONCAT(@@log_bin AND NOT @@log_bin_trust_function_creators, '')";
        let guards_functions = one(&mut admin, logged).is_ok_and(|answer| answer == "1");
        let logged_in =
            own.and_then(|account| log_in(&home, &account).map(|connection| (connection, account)));
        let (confined, boundary) = match logged_in {
            Ok(confined) => (Some(confined), Boundary::Confined),
            Err(message) => (
                None,
                Boundary::Unconfined(format!("no account could be made for it: {}", server.scrub(&message))),
            ),
        };
        let mut confined = confined;
        let sees_others =
            confined.as_mut().is_none_or(|(account, _)| one(account, OTHERS).is_ok_and(|n| n != "0"));
        let mut scratch = Self {
            _owner: owner,
            admin,
            confined,
            boundary,
            sees_others,
            key: key.clone(),
            stand_ins: Vec::new(),
            guards_functions,
            watchdog: Watchdog::new(options.limits, || None::<Foreign>),
        };
        scratch.watchdog = scratch.watched(options.limits);
        Ok(scratch)
    }

    /// The watchdog of the session that runs what is foreign.
    fn watched(&self, limits: super::Limits) -> Watchdog {
        let id = self
            .confined
            .as_ref()
            .map_or_else(|| self.admin.connection_id(), |(runner, _)| runner.connection_id());
        let (server, name) = (self.key.server.clone(), self.key.name.clone());
        Watchdog::new(limits, move || Some(Foreign { connection: connect(&server).ok()?, name, id }))
    }

    pub(super) const fn boundary(&self) -> &Boundary {
        &self.boundary
    }

    /// Whether what it runs reaches other schemas.
    pub(super) const fn sees_others(&self) -> bool {
        self.sees_others
    }

    pub(super) fn introspect(&mut self) -> Result<Schema, IntrospectError> {
        let account = self.confined.as_ref().map(|(_, account)| account.name());
        let mut schema = crate::mysql::introspect_as(&mut self.admin, account)?;
        for ((user, _), other) in &self.stand_ins {
            let forms = [('`', user.replace('`', "``")), ('"', user.replace('"', "\"\""))];
            for (quote, user) in forms {
                schema.replace_in_texts(
                    &format!("{quote}{}{quote}", other.user),
                    &format!("{quote}{user}{quote}"),
                );
            }
        }
        Ok(schema)
    }

    /// The one text that a query gives.
    pub(super) fn value(&mut self, sql: &str) -> Result<String, IntrospectError> {
        one(&mut self.admin, sql)
    }

    /// What else there is on the server.
    pub(super) fn surroundings(&mut self) -> Result<Surroundings, IntrospectError> {
        let (flavor, _) = release(&mut self.admin)?;
        let table = if flavor == Flavor::Mariadb {
            "information_schema.GLOBAL_VARIABLES"
        } else {
            "performance_schema.global_variables"
        };
        let sql = include_str!("surroundings.sql").replace("global_variables", table);
        let rows: Vec<(String, Option<String>)> = self
            .admin
            .query(sql)
            .map_err(|error| query_error("looking at what else is on the server", &error))?;
        let mut surroundings = Surroundings::default();
        rows.into_iter().for_each(|(what, state)| surroundings.note(what, state.unwrap_or_default()));
        Ok(surroundings)
    }

    /// Runs one statement or many, until one fails.
    pub(super) fn execute(&mut self, sql: &str) -> Result<(), ServerFailure> {
        let statements = self.boundary.statements(Dialect::Mysql, sql)?;
        let read: Vec<Read> = statements
            .into_iter()
            .map(|statement| Read { lexemes: lexemes(Dialect::Mysql, &statement.text), text: statement.text })
            .collect();
        if let Boundary::Unconfined(reason) = &self.boundary {
            if let Some(found) =
                read.iter().find(|read| Statement::of_lexemes(Dialect::Mysql, &read.lexemes).runs_code)
            {
                return Err(unguarded(&found.text, reason));
            }
            return self.run(sql);
        }
        if !read.iter().any(|read| self.needs_admin(read)) {
            return self.run_or_read_elsewhere(sql, &read);
        }
        for part in read
            .chunk_by(|a, b| !self.needs_admin(a) && !self.needs_admin(b))
            .map(<[Read]>::to_vec)
            .collect::<Vec<_>>()
        {
            match &part[..] {
                [only] if self.needs_admin(only) => self.run_with_definer(only)?,
                several => {
                    let texts: Vec<&str> = several.iter().map(|read| read.text.as_str()).collect();
                    // A routine's body may hold semicolons, which the server does not take for ends.
                    self.run(&texts.join(";\n"))?;
                }
            }
        }
        Ok(())
    }

    /// Whether a statement declares a definer, or what the server lets only accounts with many rights make.
    fn needs_admin(&self, read: &Read) -> bool {
        let is_guarded = || {
            let kind = definer::kind(&read.lexemes);
            self.guards_functions
                && kind.is_some_and(|(_, kind)| ["FUNCTION", "TRIGGER"].contains(&kind.as_str()))
        };
        definer::of(&read.lexemes).is_some() || is_guarded()
    }

    /// Runs SQL as it is on the foreign connection, within the limits.
    fn run(&mut self, sql: &str) -> Result<(), ServerFailure> {
        let runner = self.confined.as_mut().map_or(&mut self.admin, |(runner, _)| runner);
        let (result, exceeded) = self.watchdog.watch(|| run(runner, sql));
        result.map_err(|error| {
            exceeded.map_or_else(|| ServerFailure::new(message(&error)), ServerFailure::over_limit)
        })
    }

    /// The same; a view that reads another database is made by the connecting account, and runs as the own one.
    fn run_or_read_elsewhere(&mut self, sql: &str, read: &[Read]) -> Result<(), ServerFailure> {
        let failure = match self.run(sql) {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        match read {
            [only] if definer::kind(&only.lexemes).is_some_and(|(_, kind)| kind == "VIEW") => {
                self.run_with_definer(only).map_err(|_| failure)
            }
            _ => Err(failure),
        }
    }

    /// Lets the connecting account make something that has an account without rights as its definer.
    fn run_with_definer(&mut self, read: &Read) -> Result<(), ServerFailure> {
        let sql = match definer::of(&read.lexemes) {
            Some(declared) => {
                let account = self.stand_in(&declared).map_err(ServerFailure::new)?;
                let mut text = read.text.clone();
                text.replace_range(declared.span, &account);
                text
            }
            None => {
                let own = self.confined.as_ref().map(|(_, account)| account.sql()).unwrap_or_default();
                definer::with(&read.text, &read.lexemes, &own).unwrap_or_else(|| read.text.clone())
            }
        };
        let failed = |error: mysql::Error| ServerFailure::new(message(&error));
        if let Some((runner, _)) = &mut self.confined {
            if account::quotes_otherwise(runner).map_err(failed)? {
                return Err(ServerFailure {
                    is_refused: true,
                    ..ServerFailure::new(QUOTES_OTHERWISE.to_owned())
                });
            }
            account::copy_session(runner, &mut self.admin).map_err(failed)?;
        }
        let result = run(&mut self.admin, &sql);
        let home = format!("USE `{}`;{SESSION}", self.key.name);
        run(&mut self.admin, &home).map_err(failed)?;
        result.map_err(failed)
    }

    /// The account that a declared definer becomes.
    fn stand_in(&mut self, declared: &Definer) -> Result<String, String> {
        let Some((_, own)) = &self.confined else { return Err("there is no account of its own".to_owned()) };
        let me = one(&mut self.admin, "SELECT CURRENT_USER()").map_err(|error| error.to_string())?;
        if me == format!("{}@{}", declared.user, declared.host) {
            return Ok(own.sql());
        }
        let real = (declared.user.clone(), declared.host.clone());
        if let Some((_, account)) = self.stand_ins.iter().find(|(found, _)| *found == real) {
            return Ok(account.sql());
        }
        let account =
            own.stand_in(&mut self.admin, &self.key.name, self.stand_ins.len() + 1, &declared.host)?;
        let sql = account.sql();
        self.stand_ins.push((real, account));
        Ok(sql)
    }

    /// Takes away all that is in it.
    pub(super) fn clear(&mut self) -> Result<(), IntrospectError> {
        let _making = LIVE.make(&self.key)?;
        let mut admin = connect(&self.key.server)?;
        let defaults = defaults(&mut admin)?;
        let name = &self.key.name;
        run(&mut admin, &format!("DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}` {defaults}"))
            .map_err(|error| query_error("emptying the scratch schema", &error))?;
        let home = self.key.server.with_database(name)?;
        self.admin = connect(&home)?;
        if let Some((runner, account)) = &mut self.confined {
            *runner = log_in(&home, account)
                .map_err(|message| IntrospectError::Connect { url: home.to_string(), message })?;
        }
        self.watchdog = self.watched(self.watchdog.limits());
        Ok(())
    }

    /// Undoes what `SET`, `USE` and `BEGIN` did.
    pub(super) fn reset_session(&mut self) -> Result<(), IntrospectError> {
        let sql = format!("USE `{}`;{SESSION}", self.key.name);
        let runner = self.confined.as_mut().map_or(&mut self.admin, |(runner, _)| runner);
        runner
            .reset()
            .and_then(|()| run(runner, &sql))
            .map_err(|error| query_error("resetting the scratch session", &error))?;
        // A reset may be a new session.
        self.watchdog = self.watched(self.watchdog.limits());
        Ok(())
    }
}

/// A statement that was read.
#[derive(Clone)]
struct Read {
    text: String,
    lexemes: Vec<Lexeme>,
}

/// What is said of code where nothing confines it.
fn unguarded(statement: &str, reason: &str) -> ServerFailure {
    ServerFailure {
        hint: Some(
            "run it where it can do no harm: --scratch local (a throw-away server of this machine) or --scratch-url (another \
             server); or let the account make accounts: GRANT CREATE USER ON *.* and, with GRANT OPTION, ALL ON \
             `autogen\\_scratch\\_%`.*"
                .to_owned(),
        ),
        is_refused: true,
        ..ServerFailure::new(format!(
            "{}: it could do harm outside of the scratch schema, since {reason}",
            first_words(statement)
        ))
    }
}

/// The session that runs what is foreign, seen from another one.
struct Foreign {
    connection: Conn,
    name: String,
    id: u32,
}

impl Session for Foreign {
    fn size(&mut self) -> Option<u64> {
        let sql = format!(
            "SELECT CAST(COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) AS CHAR) FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = '{}'",
            self.name
        );
        one(&mut self.connection, &sql).ok()?.parse().ok()
    }

    fn end(&mut self) {
        // When it has ended by itself there is nothing to do.
        let _ = self.connection.query_drop(format!("KILL {}", self.id));
    }
}

/// Logs in as the own account.
fn log_in(home: &DatabaseUrl, account: &Account) -> Result<Conn, String> {
    let url = home.for_account(&account.user, &account.password).map_err(|error| error.to_string())?;
    let mut connection = connect(&url).map_err(|error| error.to_string())?;
    let sql = "SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1)";
    let user = one(&mut connection, sql).map_err(|error| error.to_string())?;
    if user == account.user {
        return Ok(connection);
    }
    Err(format!("its own account comes in as {user}, as a proxy or another account of the server has it"))
}

impl Drop for MysqlScratch {
    fn drop(&mut self) {
        self.key.drop_schema();
        // Until here an interrupt drops it, too.
        LIVE.forget(&self.key);
    }
}

impl Key {
    /// Has the server know that the process lives, as long as the session does: `sweep` leaves its own alone.
    fn claim(&self, owner: &mut Conn) -> Result<(), IntrospectError> {
        let half = self.name.rsplit('_').next().unwrap_or_default();
        let sql = format!("SELECT GET_LOCK('{PREFIX}{half}', 0)");
        owner.query_drop(sql).map_err(|error| query_error("locking the scratch schema's name", &error))
    }

    fn drop_schema(&self) {
        let Ok(mut admin) = connect(&self.server) else { return };
        // If the server says no, a later sweep tries again.
        let _ = admin.query_drop(format!("DROP DATABASE IF EXISTS `{}`", self.name));
        account::drop_with_stand_ins(&mut admin, &self.user);
    }
}

fn server(options: &ScratchOptions) -> Result<DatabaseUrl, IntrospectError> {
    match &options.place {
        ScratchPlace::Url(url) => Ok(url.clone()),
        ScratchPlace::Local(lifetime) => local_mysql::url_for(options.target.as_ref(), *lifetime),
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

/// Drops what processes that died have left: schemas and accounts named as ours whose name nobody holds (`Key::claim`)
/// and in which nobody has a session.
fn sweep(admin: &mut Conn) {
    let orphans: Vec<String> = admin
        .query(format!(
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA \
             WHERE SCHEMA_NAME REGEXP '^{PREFIX}[0-9]+_[0-9a-f]{{16}}$' \
               AND IS_FREE_LOCK(CONCAT('{PREFIX}', RIGHT(SCHEMA_NAME, 16))) = 1 \
               AND SCHEMA_NAME NOT IN (SELECT DB FROM information_schema.PROCESSLIST WHERE DB IS NOT NULL)"
        ))
        .unwrap_or_default();
    for orphan in orphans {
        let _ = admin.query_drop(format!("DROP DATABASE IF EXISTS `{orphan}`"));
    }
    account::sweep(admin);
}
