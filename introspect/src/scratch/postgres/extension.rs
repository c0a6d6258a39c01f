//! Extensions in a scratch database: they are made by the server's role, and what is foreign works beside them as whoever
//! installed them does.

use autogen_sql_text::Lexeme;

use super::{PREFIX, PostgresScratch};
use crate::error::IntrospectError;
use crate::scratch::{ServerFailure, one_text};

impl PostgresScratch {
    /// Runs a statement that makes or changes an extension.
    pub(super) fn run_of_extension(&mut self, sql: &str, lexemes: &[Lexeme]) -> Result<(), ServerFailure> {
        self.has_dropped_extension |= lexemes.first().is_some_and(|first| first.is("DROP"));
        self.make_alone(|scratch| scratch.run_one_by_admin(sql))?;
        self.lend_members()
    }

    /// Does something in a transaction of the server's role, and takes it back where it makes roles: all databases of the server
    /// share them, and they would stay (pgq).
    fn make_alone(
        &mut self,
        make: impl FnOnce(&mut Self) -> Result<(), ServerFailure>,
    ) -> Result<(), ServerFailure> {
        self.run_by_admin("BEGIN")?;
        let result = make(self).and_then(|()| self.must_make_no_role());
        let ended = self.run_by_admin(if result.is_ok() { "COMMIT" } else { "ROLLBACK" });
        result.and(ended)
    }

    fn must_make_no_role(&mut self) -> Result<(), ServerFailure> {
        const IS_SUPERUSER: &str = "SELECT pg_catalog.current_setting('is_superuser') AS value";
        const MADE: &str = "SELECT COALESCE(pg_catalog.string_agg(pg_catalog.quote_ident(a.rolname), ', ' ORDER BY a.rolname), '') \
             AS value FROM pg_catalog.pg_authid a \
             WHERE a.xmin::pg_catalog.text::pg_catalog.int8 = pg_catalog.txid_current() & 4294967295";
        let failed = |error: IntrospectError| ServerFailure::new(error.to_string());
        // Nobody else makes roles, nor sees when they were made.
        if one_text(self.admin(), IS_SUPERUSER).map_err(failed)? != "on" {
            return Ok(());
        }
        let made = one_text(self.admin(), MADE).map_err(failed)?;
        if made.is_empty() {
            return Ok(());
        }
        let hint = "make them before (CREATE ROLE), or use a server for it: --scratch local, --scratch-url";
        Err(ServerFailure {
            hint: Some(hint.to_owned()),
            is_refused: true,
            ..ServerFailure::new(format!("it makes roles, which all databases of the server share: {made}"))
        })
    }

    /// Lets the own role do with the members of extensions what whoever installed them does: make objects in their
    /// namespaces, refer to their tables and read them. It never owns a table of theirs, since code that it hung on
    /// one would run as the server's role in the next extension's script.
    fn lend_members(&mut self) -> Result<(), ServerFailure> {
        if self.confined.is_none() {
            return Ok(());
        }
        let (own, borrower) = (&self.key.name, borrower(&self.key.name));
        let lend = include_str!("lend.sql").replace("own_role", own).replace("borrower_role", &borrower);
        self.run_by_admin(&lend)
    }

    /// Goes on in a new session where an extension was dropped: code of extensions keeps numbers of its objects for as long as
    /// a session lasts (PostGIS). Whether there is a new one.
    pub(super) fn renewed(&mut self) -> Result<bool, IntrospectError> {
        if !std::mem::take(&mut self.has_dropped_extension) || self.confined.is_none() {
            return Ok(false);
        }
        self.confined = None;
        self.log_in_again()?;
        Ok(true)
    }
}

/// The role that has privileges on the members of extensions. Stand-ins are counted from one.
pub(super) fn borrower(own: &str) -> String {
    debug_assert!(own.starts_with(PREFIX), "the own role is one of ours");
    format!("{own}_0")
}
