//! Scratch databases on a PostgreSQL server.
//!
//! What is foreign runs as a role of its own, which can do nothing but own the database and what is in it.
//! The connecting role reads the catalog, and runs what only a superuser may where that runs no foreign code (`route`).

mod database;
mod extension;
mod foreign;
mod role;
mod route;
mod stand_in;
mod statement;
mod verifier;
mod watched;

use std::collections::BTreeMap;

use autogen_diff_core::{Dialect, Schema};
use autogen_sql_text::declaration::first_words;
use autogen_sql_text::declaration::postgres::Consent;
use autogen_sql_text::{Lexeme, Statement, VerbClass};
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::limits::Limits;
use super::watchdog::Watchdog;
use super::{
    Boundary, CodePolicy, ScratchOptions, ScratchPlace, ServerFailure, Surroundings, local, one_text,
    server_failure,
};
use crate::error::IntrospectError;
use crate::postgres::{LockWatch, TextQuery, connect, identity, keep_statements};
use crate::url::DatabaseUrl;
use database::{
    Key, LIVE, PREFIX, await_no_session, create_database, drop_by_name, quiet, server_time, sweep,
};
use role::{Login, Maker};
use route::Route;
use statement::{Read, joined};

pub use database::drop_all;

/// A database of ours on a server.
pub struct PostgresScratch {
    /// What made the database and will drop it, since a session costs the server as much as a database.
    maker: Option<PgConnection>,
    /// The connecting role's connection.
    admin: PgConnection,
    /// The own role's; without one all runs on the other.
    confined: Option<PgConnection>,
    boundary: Boundary,
    key: Key,
    code: CodePolicy,
    /// Roles by the names that statements give them, and who stands in for them.
    stand_ins: BTreeMap<String, String>,
    /// What ran since `BEGIN`, where a transaction is open.
    transaction: Option<Vec<String>>,
    /// What the open transaction locks, where somebody wants to know.
    lock_watch: Option<LockWatch>,
    /// Whether a batch was run in parts, so that a failure does not take all of it back.
    ran_in_pieces: bool,
    /// Whether an extension was dropped since the session of the own role began.
    has_dropped_extension: bool,
    watchdog: Watchdog,
}

impl PostgresScratch {
    pub(super) fn create(options: &ScratchOptions) -> Result<Self, IntrospectError> {
        let server = &server(options)?;
        let mut maker = connect(server)?;
        sweep(server, &mut maker);
        let key = Key {
            server: server.clone(),
            name: format!("{PREFIX}{}_{:016x}", server_time(&mut maker)?, rand::random::<u64>()),
            nonce: format!("{:032x}", rand::random::<u128>()),
        };
        let making = LIVE.make(&key)?;
        let scratch = Self::create_as(options, &key, maker);
        drop(making);
        if scratch.is_err() {
            key.drop_from_outside();
            LIVE.forget(&key);
        }
        scratch
    }

    fn create_as(
        options: &ScratchOptions,
        key: &Key,
        mut maker: PgConnection,
    ) -> Result<Self, IntrospectError> {
        let server = &key.server;
        key.claim(&mut maker)?;
        let rights = Maker::read(&mut maker)?;
        let login = own_role(&mut maker, &rights, &key.name);
        create_database(&mut maker, key, login.as_ref().ok().map(|login| login.name.as_str())).map_err(
            |error| IntrospectError::NoScratch { url: server.to_string(), message: error.to_string() },
        )?;
        let at = server.with_database(&key.name)?;
        let mut admin = connect(&at)?;
        quiet(&mut admin)?;
        no_event_triggers(&mut admin);
        let (confined, boundary) = match login.and_then(|login| log_in(&at, &mut admin, &login)) {
            Ok(connection) => {
                // What is foreign can't discard them, since it runs in the other session.
                keep_statements(&mut admin);
                (Some(connection), Boundary::Confined)
            }
            Err(reason) => (None, Boundary::Unconfined(reason)),
        };
        let stand_ins = match &confined {
            Some(_) => [(rights.name, key.name.clone())].into(),
            None => BTreeMap::new(),
        };
        let mut scratch = Self {
            maker: Some(maker),
            admin,
            confined,
            boundary,
            watchdog: Watchdog::new(options.limits, || None::<foreign::Foreign>),
            key: key.clone(),
            code: options.code,
            stand_ins,
            transaction: None,
            lock_watch: None,
            ran_in_pieces: false,
            has_dropped_extension: false,
        };
        scratch.watch(options.limits)?;
        scratch.must_not_be_the_target(options)?;
        Ok(scratch)
    }

    /// Compares by what the server says it is, not by URL. What made the database is connected to the target where that is the
    /// same place.
    fn must_not_be_the_target(&mut self, options: &ScratchOptions) -> Result<(), IntrospectError> {
        if let Some(target) = &options.target {
            let mine = identity(self.admin());
            let theirs = match &mut self.maker {
                Some(maker) if *target == self.key.server => identity(maker),
                Some(_) | None => connect(target).and_then(|mut connection| identity(&mut connection)),
            };
            // A server that hides its identity still can't have our random name.
            if let (Ok(mine), Ok(theirs)) = (mine, theirs)
                && mine == theirs
            {
                return Err(IntrospectError::ScratchIsTarget(self.key.name.clone()));
            }
        }
        Ok(())
    }

    /// The connecting role's connection.
    const fn admin(&mut self) -> &mut PgConnection {
        &mut self.admin
    }

    /// The connection that runs what is foreign.
    const fn runner(&mut self) -> &mut PgConnection {
        match &mut self.confined {
            Some(connection) => connection,
            None => &mut self.admin,
        }
    }

    pub(super) const fn boundary(&self) -> &Boundary {
        &self.boundary
    }

    /// The one text that a query gives.
    pub(super) fn value(&mut self, sql: &str) -> Result<String, IntrospectError> {
        one_text(self.admin(), sql)
    }

    /// What else there is on the server.
    pub(super) fn surroundings(&mut self) -> Result<Surroundings, IntrospectError> {
        let text: String = TextQuery(include_str!("surroundings.sql"))
            .get_result(self.admin())
            .map_err(|error| IntrospectError::query("asking the server what else there is", &error))?;
        let found: BTreeMap<String, String> = serde_json::from_str(&text)
            .map_err(|error| IntrospectError::Row { query: "surroundings", message: error.to_string() })?;
        let mut surroundings = Surroundings::default();
        found.into_iter().for_each(|(what, state)| surroundings.note(what, state));
        Ok(surroundings)
    }

    pub(super) fn introspect(&mut self) -> Result<Schema, IntrospectError> {
        let mut schema = crate::postgres::introspect(self.admin())?;
        schema.remove_grantee(&extension::borrower(&self.key.name));
        let mut stand_ins: Vec<(String, String)> = self.stand_ins.clone().into_iter().collect();
        // The own role's name is the beginning of the others'.
        stand_ins.sort_by_key(|(_, other)| std::cmp::Reverse(other.len()));
        for (real, other) in stand_ins {
            let quoted: String = sql_query("SELECT pg_catalog.quote_ident($1) AS value")
                .bind::<Text, _>(&real)
                .get_result::<super::OneText>(self.admin())
                .map(|row| row.value)
                .map_err(|error| IntrospectError::query("asking the scratch database", &error))?;
            schema.rename_role(&other, &real, &quoted);
        }
        Ok(schema)
    }

    pub(super) fn reset_session(&mut self) -> Result<(), IntrospectError> {
        self.transaction = None;
        self.lock_watch = None;
        let failed =
            |error: &diesel::result::Error| IntrospectError::query("resetting the scratch session", error);
        if self.renewed()? {
            return self.admin().batch_execute("RESET search_path").map_err(|e| failed(&e));
        }
        let runner = self.runner();
        runner
            .batch_execute("ROLLBACK")
            .and_then(|()| runner.batch_execute("DISCARD ALL"))
            .map_err(|e| failed(&e))?;
        quiet(runner)?;
        if self.confined.is_some() {
            self.admin().batch_execute("RESET search_path").map_err(|e| failed(&e))?;
        }
        Ok(())
    }

    /// Takes back what a batch did that failed; gives whether the database is a new one.
    pub(super) fn undo_failed_batch(&mut self) -> Result<bool, IntrospectError> {
        // A session that went beyond a limit is no more.
        let is_new = std::mem::take(&mut self.ran_in_pieces) || self.reset_session().is_err();
        if is_new {
            self.clear()?;
        }
        Ok(is_new)
    }

    /// Makes the database anew.
    fn clear(&mut self) -> Result<(), IntrospectError> {
        let failed =
            |error: &diesel::result::Error| IntrospectError::query("emptying the scratch database", error);
        // An interrupt may be dropping it at this moment.
        let _making = LIVE.make(&self.key)?;
        let mut maker = self.take_maker()?;
        drop_by_name(&mut maker, &self.key.name);
        let is_confined = self.boundary == Boundary::Confined;
        let owner = is_confined.then_some(self.key.name.as_str());
        create_database(&mut maker, &self.key, owner).map_err(|e| failed(&e))?;
        self.maker = Some(maker);
        let at = self.key.server.with_database(&self.key.name)?;
        let mut admin = connect(&at)?;
        quiet(&mut admin)?;
        no_event_triggers(&mut admin);
        self.admin = admin;
        if is_confined {
            keep_statements(self.admin());
            return self.log_in_again();
        }
        self.watch(self.watchdog.limits())
    }

    /// The session that made the database, or another one where the server has ended that, which did nothing meanwhile.
    fn take_maker(&mut self) -> Result<PgConnection, IntrospectError> {
        let mut kept = self.maker.take();
        if let Some(maker) = kept.take_if(|maker| one_text(maker, "SELECT 'here' AS value").is_ok()) {
            return Ok(maker);
        }
        // It claims no name: the one that was lost may still hold it, and nobody would end a wait for that.
        connect(&self.key.server)
    }

    /// Opens the own role's session anew.
    fn log_in_again(&mut self) -> Result<(), IntrospectError> {
        let login = Login::new(&self.key.name);
        let (name, password) = (&login.name, login.password_clause());
        self.admin()
            .batch_execute(&format!("ALTER ROLE {name} {password}"))
            .map_err(|error| IntrospectError::query("resetting the scratch session", &error))?;
        let at = self.key.server.with_database(&self.key.name)?;
        let connection = log_in(&at, &mut self.admin, &login);
        self.confined =
            Some(connection.map_err(|message| IntrospectError::Connect { url: at.to_string(), message })?);
        self.watch(self.watchdog.limits())
    }

    /// Looks after the session that runs what is foreign, which is a new one.
    fn watch(&mut self, limits: Limits) -> Result<(), IntrospectError> {
        let key = self.key.clone();
        self.watchdog = foreign::watchdog(limits, self.runner(), &key)?;
        Ok(())
    }

    /// Runs one statement or many, until one fails.
    pub(super) fn execute(&mut self, sql: &str) -> Result<(), ServerFailure> {
        self.ran_in_pieces = false;
        let statements = self.boundary.statements(Dialect::Postgres, sql)?;
        let read: Vec<Read> = statements.into_iter().map(Read::of).collect();
        if let Boundary::Unconfined(reason) = &self.boundary {
            if let Some(found) = read.iter().find(|read| route::could_reach_out(&read.lexemes)) {
                return Err(unguarded(&found.statement.text, reason));
            }
            return self.run(sql);
        }
        self.make_stand_ins(&read);
        let mut read: Vec<Read> =
            read.into_iter().map(|read| read.with_roles(&self.stand_ins, &self.key.name)).collect();
        let makes_members = read.iter().any(|read| route::is_of_extension(&read.lexemes));
        for grant in read.iter_mut().filter(|read| route::is_grant(&read.lexemes)) {
            if makes_members || self.names_member(&grant.lexemes) {
                grant.route = Route::ServerForMembers;
            }
        }
        if read.iter().all(|read| read.route == Route::Confined) {
            let changed = read.iter().any(|read| read.is_changed);
            return if changed { self.run_noted(&joined(sql, &read)) } else { self.run_noted(sql) };
        }
        self.ran_in_pieces = read.len() > 1;
        for part in read.chunk_by(|a, b| a.route == Route::Confined && b.route == Route::Confined) {
            match part {
                [only] if only.route == Route::ServerForMembers && !self.names_member(&only.lexemes) => {
                    self.run_noted(&only.statement.text)?;
                }
                [only] if only.route != Route::Confined => self.run_as_server(only)?,
                several => {
                    let texts: Vec<&str> = several.iter().map(|read| read.statement.text.as_str()).collect();
                    self.run_noted(&texts.join(";\n"))?;
                }
            }
        }
        Ok(())
    }

    /// Makes roles that stand in for those that the statements name: one that is granted something may own it later.
    fn make_stand_ins(&mut self, read: &[Read]) {
        for read in read {
            for at in stand_in::role_places(&read.lexemes) {
                let Some(name) = stand_in::role_name(&read.lexemes[at]) else { continue };
                if self.stand_ins.contains_key(&name) || name.starts_with(PREFIX) {
                    continue;
                }
                let (login, number) = (self.key.name.clone(), self.stand_ins.len());
                if let Some(other) = role::stand_in(self.admin(), &login, number, &name) {
                    self.stand_ins.insert(name, other);
                }
            }
        }
    }

    /// Runs SQL as it is on the foreign connection, within the limits.
    fn run(&mut self, sql: &str) -> Result<(), ServerFailure> {
        let runner = match &mut self.confined {
            Some(connection) => connection,
            None => &mut self.admin,
        };
        let (result, exceeded) = self.watchdog.watch(|| runner.batch_execute(sql));
        result.map_err(|error| exceeded.map_or_else(|| server_failure(&error), ServerFailure::over_limit))
    }

    /// The same, and keeps what runs in an open transaction. A privilege or comment of something that is the server's
    /// own is the server's to give.
    fn run_noted(&mut self, sql: &str) -> Result<(), ServerFailure> {
        let result = self.run(sql);
        let statement = Statement::of(Dialect::Postgres, sql);
        match (statement.class, &result) {
            (VerbClass::BeginsTransaction, Ok(())) => self.transaction = Some(Vec::new()),
            (VerbClass::EndsTransaction, _) => self.transaction = None,
            (VerbClass::Grants | VerbClass::Describes, Err(_))
                if !statement.is("SECURITY") && self.redone(|scratch| scratch.run_one_by_admin(sql)) =>
            {
                return Ok(());
            }
            (_, Ok(())) => {
                if let Some(done) = &mut self.transaction {
                    done.push(sql.to_owned());
                }
            }
            (_, Err(_)) => {}
        }
        result
    }

    /// Does something outside of the open transaction after a statement that failed, and so took back all that
    /// the transaction held: that is done again first. Whether it went well.
    fn redone(&mut self, work: impl FnOnce(&mut Self) -> Result<(), ServerFailure>) -> bool {
        let Some(done) = self.transaction.take() else { return work(self).is_ok() };
        self.lock_watch = None;
        let again = self.run("ROLLBACK").and_then(|()| done.iter().try_for_each(|sql| self.run(sql)));
        again
            .and_then(|()| work(self))
            .and_then(|()| self.run("BEGIN"))
            .map(|()| self.transaction = Some(Vec::new()))
            .is_ok()
    }

    /// Does something outside of the open transaction, which is committed before and begun again afterwards.
    fn run_between(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), ServerFailure>,
    ) -> Result<(), ServerFailure> {
        if self.transaction.take().is_none() {
            return work(self);
        }
        self.lock_watch = None;
        self.run("COMMIT")?;
        work(self)?;
        self.run("BEGIN")?;
        self.transaction = Some(Vec::new());
        Ok(())
    }

    /// Runs a statement that the own role may not run.
    fn run_as_server(&mut self, read: &Read) -> Result<(), ServerFailure> {
        let sql = &read.statement.text;
        match read.route {
            Route::Consented(consent) if self.code == CodePolicy::Refused => {
                return Err(ServerFailure {
                    hint: Some(
                        "if you trust it, `allow_code = true` in autogen.toml, or --allow-code, lets it in"
                            .to_owned(),
                    ),
                    is_refused: true,
                    ..ServerFailure::new(format!("{}: {}", first_words(sql), consent.reason()))
                });
            }
            Route::ServerWithoutOwnFunctions if self.names_own_function(&read.lexemes) => {
                return Err(ServerFailure {
                    is_refused: true,
                    ..ServerFailure::new("it would call a function of the model as a superuser".to_owned())
                });
            }
            Route::Confined
            | Route::Server
            | Route::ServerForMembers
            | Route::ServerWithoutOwnFunctions
            | Route::ServerThenGiven
            | Route::Consented(_)
            | Route::EventTrigger => {}
        }
        let path = one_text(self.runner(), "SELECT pg_catalog.current_setting('search_path') AS value");
        let path = path.unwrap_or_default();
        let is_event_trigger = read.route == Route::EventTrigger;
        // A table of a program or a file stays the server's, so that no code of the model reads it.
        let gives = matches!(read.route, Route::ServerThenGiven | Route::Consented(Consent::NativeCode));
        self.run_between(|scratch| {
            if !is_event_trigger && scratch.has_wakeful_event_triggers() {
                return Err(ServerFailure {
                    is_refused: true,
                    ..ServerFailure::new("an event trigger of the model would run as a superuser".to_owned())
                });
            }
            let path = path.replace('\'', "''");
            let set = format!("SELECT pg_catalog.set_config('search_path', '{path}', false)");
            scratch.admin().batch_execute(&set).map_err(|error| server_failure(&error))?;
            if let Some(name) = route::base_type(&read.lexemes, sql) {
                // A shell is filled by its very owner; where there is none, the statement itself says what is wrong.
                let _ = scratch.run_one_by_admin(&format!("ALTER TYPE {name} OWNER TO CURRENT_USER"));
            }
            if route::is_of_extension(&read.lexemes) {
                return scratch.run_of_extension(sql, &read.lexemes);
            }
            if gives { scratch.run_and_give(sql) } else { scratch.run_one_by_admin(sql) }
        })
    }

    fn run_by_admin(&mut self, sql: &str) -> Result<(), ServerFailure> {
        self.admin().batch_execute(sql).map_err(|error| server_failure(&error))
    }

    /// Runs a statement of the model. The extended protocol takes one alone, so that what is cut wrongly is an error and
    /// no second statement.
    fn run_one_by_admin(&mut self, sql: &str) -> Result<(), ServerFailure> {
        sql_query(sql).execute(self.admin()).map(drop).map_err(|error| server_failure(&error))
    }

    /// Runs a statement, and gives what it made or changed to the own role in the same transaction.
    fn run_and_give(&mut self, sql: &str) -> Result<(), ServerFailure> {
        let give = include_str!("give.sql").replace("own_role", &self.key.name);
        let result = self.run_by_admin("BEGIN").and_then(|()| self.run_one_by_admin(sql));
        let result = result.and_then(|()| self.run_by_admin(&give));
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.run_by_admin(end);
        result.and(ended)
    }

    /// Whether a statement names a function that is the model's own.
    fn names_own_function(&mut self, lexemes: &[Lexeme]) -> bool {
        let query = "SELECT EXISTS (SELECT FROM pg_catalog.pg_proc p \
             WHERE p.proname = ANY ($1) AND pg_catalog.pg_get_userbyid(p.proowner) ~ '^autogen_scratch_') AS found";
        self.names_any(lexemes, query)
    }

    /// Whether a statement names a member of an extension.
    fn names_member(&mut self, lexemes: &[Lexeme]) -> bool {
        self.names_any(lexemes, include_str!("members.sql"))
    }

    /// What a query says of the names in a statement; yes when the server does not answer.
    fn names_any(&mut self, lexemes: &[Lexeme], query: &str) -> bool {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = diesel::sql_types::Bool)]
            found: bool,
        }
        let names: Vec<&str> = lexemes.iter().filter_map(Lexeme::name).collect();
        let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let names: Vec<&str> = names.into_iter().chain(lower.iter().map(String::as_str)).collect();
        let query = sql_query(query).bind::<diesel::sql_types::Array<Text>, _>(names);
        query.get_result::<Found>(self.admin()).map_or(true, |row| row.found)
    }

    /// Whether there are event triggers that a superuser's session can't turn off.
    fn has_wakeful_event_triggers(&mut self) -> bool {
        let sql = "SELECT pg_catalog.count(*)::text AS value FROM pg_catalog.pg_event_trigger WHERE evtenabled IN ('A', 'R') \
                   AND pg_catalog.current_setting('event_triggers', true) IS DISTINCT FROM 'off'";
        one_text(self.admin(), sql).map_or(true, |count| count != "0")
    }
}

impl Drop for PostgresScratch {
    fn drop(&mut self) {
        let Ok(maker) = self.take_maker() else { return };
        // The server looks only every tenth of a second whether the sessions of a database that it drops are gone, so they go
        // first. Nothing runs in this session but what drops the database.
        self.confined = None;
        self.admin = maker;
        await_no_session(&mut self.admin, &self.key.name);
        self.key.drop_database(&mut self.admin);
        // Until here an interrupt drops it, too.
        LIVE.forget(&self.key);
    }
}

/// What is said of code where nothing confines it.
fn unguarded(statement: &str, reason: &str) -> ServerFailure {
    let what = first_words(statement);
    ServerFailure {
        hint: Some(
            "run it where it can do no harm: --scratch local (a throw-away server of this machine) or --scratch-url \
             (another server); or let the connecting role make roles: ALTER ROLE your_role CREATEROLE"
                .to_owned(),
        ),
        is_refused: true,
        ..ServerFailure::new(format!("{what}: it could do harm outside of the scratch database, since {reason}"))
    }
}

/// A role of the scratch database's own, or why there is none.
fn own_role(maker: &mut PgConnection, rights: &Maker, name: &str) -> Result<Login, String> {
    if !rights.makes_roles {
        return Err(format!("the role {} may make no role for it", rights.name));
    }
    Login::create(maker, rights, name).map_err(|message| format!("no role could be made for it: {message}"))
}

/// Logs in as the own role: as the URL says, and from this machine over TCP where the socket knows only its own users.
fn log_in(at: &DatabaseUrl, admin: &mut PgConnection, login: &Login) -> Result<PgConnection, String> {
    let as_login =
        |url: &DatabaseUrl| url.with_login(&login.name, &login.password).map_err(|error| error.to_string());
    let mut connection = match connect(&as_login(at)?) {
        Ok(connection) => connection,
        Err(error) if at.is_on_socket() => {
            let port = one_text(admin, "SELECT pg_catalog.current_setting('port') AS value");
            let over_tcp = at.on_loopback(&port.unwrap_or_default()).map_err(|error| error.to_string())?;
            connect(&as_login(&over_tcp)?)
                .map_err(|_| format!("the server does not let its own role in: {error}"))?
        }
        Err(error) => return Err(format!("the server does not let its own role in: {error}")),
    };
    let user = one_text(&mut connection, QUIET_AND_WHO).map_err(|error| error.to_string())?;
    if user == login.name {
        return Ok(connection);
    }
    Err(format!("its own role comes in as {user}, as a pooler has it"))
}

/// What `quiet` sets beyond what Diesel has just set, and who the session belongs to: a pooler may have one user for all that come.
const QUIET_AND_WHO: &str = "SELECT SESSION_USER::pg_catalog.text AS value \
     FROM (SELECT pg_catalog.set_config('client_min_messages', 'error', false), \
                  pg_catalog.set_config('standard_conforming_strings', 'on', false)) s";

/// Event triggers of the model shall not run as the connecting role. `event_triggers` is there since 17; before, what
/// is left is looked at each time.
fn no_event_triggers(admin: &mut PgConnection) {
    let _ = admin.batch_execute("SET event_triggers = off");
    let _ = admin.batch_execute("SET session_replication_role = replica");
}

fn server(options: &ScratchOptions) -> Result<DatabaseUrl, IntrospectError> {
    match &options.place {
        ScratchPlace::Url(url) => Ok(url.clone()),
        ScratchPlace::Local(lifetime) => local::url_for(options.target.as_ref(), *lifetime),
        ScratchPlace::Target => options.target.clone().ok_or_else(|| IntrospectError::NoScratch {
            url: "any server".to_owned(),
            message: "no PostgreSQL server is known".to_owned(),
        }),
    }
}
