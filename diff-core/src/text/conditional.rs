//! MySQL's and MariaDB's conditional comments: `/*!80000 text */` is a comment for other servers and
//! older releases, and SQL for the rest (MySQL manual, 11.7; MariaDB, "Comment Syntax").

use std::borrow::Cow;

use crate::{Dialect, Flavor, Version};
use crate::text::opaque;

/// The script as a server reads it, of the same length: the comments that it opens are plain SQL,
/// and those that it does not open are blank.
pub fn open_conditional_comments(script: &str, flavor: Flavor, version: Version) -> Cow<'_, str> {
    if !script.contains("/*!") && !script.contains("/*M!") {
        return Cow::Borrowed(script);
    }
    let mut text = script.as_bytes().to_vec();
    let mut is_open = false;
    let mut at = 0;
    while at < script.len() {
        if let Some(end) = opaque::end(Dialect::Mysql, script, at) {
            at = end;
        } else if let Some(start) = Start::at(&script[at..]) {
            let body = at + start.length;
            if start.is_opened_by(flavor, version) {
                opaque::blank(&mut text, at..body);
                is_open = true;
                at = body;
            } else {
                let end = script[body..].find("*/").map_or(script.len(), |end| body + end + 2);
                opaque::blank(&mut text, at..end);
                at = end;
            }
        } else if is_open && script[at..].starts_with("*/") {
            opaque::blank(&mut text, at..at + 2);
            is_open = false;
            at += 2;
        } else {
            at += script[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    // Whole characters are blanked, by as many ASCII bytes.
    Cow::Owned(String::from_utf8_lossy(&text).into_owned())
}

/// `/*!80000` or `/*M!101100`.
struct Start {
    length: usize,
    is_mariadb: bool,
    /// The release that it is for; none for all.
    release: Option<u32>,
}

impl Start {
    fn at(rest: &str) -> Option<Self> {
        let is_mariadb = rest.starts_with("/*M!");
        let mark = if is_mariadb { 4 } else { 3 };
        if !is_mariadb && !rest.starts_with("/*!") {
            return None;
        }
        let digits = rest[mark..].bytes().take(6).take_while(u8::is_ascii_digit).count();
        let digits = if digits >= 5 { digits } else { 0 };
        let release = rest[mark..mark + digits].parse().ok();
        Some(Self { length: mark + digits, is_mariadb, release })
    }

    fn is_opened_by(&self, flavor: Flavor, version: Version) -> bool {
        // Which patch release it is, is not known; dumps ask for none.
        let server = version.major * 10_000 + version.minor * 100 + 99;
        let is_reached = self.release.is_none_or(|release| release <= server);
        match flavor {
            // Its own numbers begin at 10.0; what MySQL added since 5.7 is none of its business.
            Flavor::Mariadb => {
                is_reached
                    && (self.is_mariadb
                        || !self.release.is_some_and(|release| (50_700..100_000).contains(&release)))
            }
            Flavor::Mysql | Flavor::Postgres | Flavor::Sqlite => is_reached && !self.is_mariadb,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str, flavor: Flavor, version: &str) -> String {
        let opened = open_conditional_comments(script, flavor, Version::parse(version));
        assert_eq!(opened.len(), script.len());
        opened.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_server_opens_what_is_for_it() {
        let script =
            "/*!40101 SET a */; /*!80000 b */ /*M!100600 c */ /*!999999 d */ /*! e */ /*!50003 '*/' */";
        assert_eq!(words(script, Flavor::Mysql, "9.7.0"), "SET a ; b e '*/'");
        assert_eq!(words(script, Flavor::Mariadb, "10.11.19"), "SET a ; c e '*/'");
    }

    #[test]
    fn strings_and_comments_are_left_as_they_are() {
        let script = "a '/*!40101 b */' -- /*!40101 c\n/* /*!40101 d */ e";
        assert_eq!(open_conditional_comments(script, Flavor::Mysql, Version::parse("9.7")), script);
    }

    #[test]
    fn the_first_line_of_mariadb_dump_is_a_comment() {
        assert_eq!(words("/*M!999999\\- enable the sandbox mode */ a", Flavor::Mariadb, "10.11.19"), "a");
    }
}
