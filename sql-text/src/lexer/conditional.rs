//! `/*!40101 … */` and `/*M!100600 … */`: comments for some servers, and SQL for the others (MySQL manual, 11.7;
//! MariaDB, "Comment Syntax").

use super::cursor::Cursor;
use crate::dialect::Flavor;
use crate::syntax::Server;

/// The release of comments that no server opens: the first line of `mariadb-dump` is one.
const NO_RELEASE: u32 = 999_999;

/// How such a comment begins.
pub(super) struct Start {
    /// The bytes of the mark and the release.
    pub(super) length: usize,
    is_mariadb: bool,
    /// The release that it is for; none for all.
    release: Option<u32>,
}

impl Start {
    pub(super) fn at(cursor: &Cursor<'_>) -> Option<Self> {
        let is_mariadb = cursor.starts_with("/*M!");
        if !is_mariadb && !cursor.starts_with("/*!") {
            return None;
        }
        let mark = if is_mariadb { 4 } else { 3 };
        let digit = |ahead: usize| {
            cursor.peek_at(mark + ahead).filter(u8::is_ascii_digit).map(|digit| u32::from(digit - b'0'))
        };
        let digits: Vec<u32> = (0..6).map_while(digit).collect();
        let release = (digits.len() >= 5).then(|| digits.iter().fold(0, |number, digit| number * 10 + digit));
        let length = mark + if release.is_some() { digits.len() } else { 0 };
        Some(Self { length, is_mariadb, release })
    }

    /// Whether what stands in it is SQL for a server, or for any where none is given.
    pub(super) fn is_opened_by(&self, server: Option<Server>) -> bool {
        let Some(Server { flavor, version }) = server.filter(|_| self.release != Some(NO_RELEASE)) else {
            return self.release != Some(NO_RELEASE);
        };
        // Which patch release it is, is not known; dumps ask for none.
        let own = version.major * 10_000 + version.minor * 100 + 99;
        let is_reached = self.release.is_none_or(|release| release <= own);
        match flavor {
            // Its own numbers begin at 10.0; what MySQL added since 5.7 is none of its business.
            Flavor::Mariadb => {
                let is_mysql = self.release.is_some_and(|release| (50_700..100_000).contains(&release));
                is_reached && (self.is_mariadb || !is_mysql)
            }
            Flavor::Mysql | Flavor::Postgres | Flavor::Sqlite => is_reached && !self.is_mariadb,
        }
    }
}
