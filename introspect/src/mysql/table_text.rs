//! Takes `SHOW CREATE TABLE` apart. Its form is fixed: columns, keys and constraints
//! in parentheses, then the options, then, on lines of their own, the partitions.

use super::scanner::{name, parenthesized, split, tokens, words};

/// What a table's text says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TableText {
    /// Each column's name and all that follows it.
    pub(super) columns: Vec<(String, String)>,
    /// The line of the primary key.
    pub(super) primary_key: Option<String>,
    /// Each other key's name and line.
    pub(super) keys: Vec<(String, String)>,
    /// Each foreign key's name and what follows it.
    pub(super) foreign_keys: Vec<(String, String)>,
    /// Each check's name and what follows it.
    pub(super) checks: Vec<(String, String)>,
    /// Other lines.
    pub(super) periods: Vec<String>,
    /// `NAME=value` texts.
    pub(super) options: Vec<String>,
    /// `PARTITION BY …`.
    pub(super) partition: Option<String>,
}

impl TableText {
    /// Reads the text.
    pub(super) fn parse(text: &str) -> Self {
        let text = plain(text);
        let mut table = Self::default();
        let Some((_, body, rest)) = parenthesized(&text) else { return table };
        for item in split(body, ',') {
            table.item(item.trim());
        }
        let mut lines = split(rest, '\n').into_iter();
        table.options = options_of(lines.next().unwrap_or_default());
        let partition = lines.map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned();
        table.partition = Some(partition).filter(|text| !text.is_empty());
        table
    }

    fn item(&mut self, item: &str) {
        if let Some((name, rest)) = name(item) {
            self.columns.push((name, rest.trim().to_owned()));
        } else if item.starts_with("PRIMARY KEY") {
            self.primary_key = Some(item.to_owned());
        } else if let Some((name, rest)) = item.strip_prefix("CONSTRAINT ").and_then(name) {
            let rest = rest.trim().to_owned();
            let list =
                if rest.starts_with("FOREIGN KEY") { &mut self.foreign_keys } else { &mut self.checks };
            list.push((name, rest));
        } else if item.starts_with("PERIOD") {
            self.periods.push(item.to_owned());
        } else if let Some(name) = words(item).into_iter().find_map(|word| name(word)) {
            self.keys.push((name.0, item.to_owned()));
        }
    }
}

/// The names in the first parentheses of a text, without lengths and directions; expressions
/// have none. Also what follows.
pub(super) fn names(text: &str) -> (Vec<String>, &str) {
    let Some((_, inside, rest)) = parenthesized(text) else { return (Vec::new(), text) };
    let names = split(inside, ',').into_iter().filter_map(|key| name(key.trim()));
    (names.map(|(name, _)| name).collect(), rest)
}

/// The text with `/*!80023 INVISIBLE */` as `INVISIBLE`, since the server that writes such a comment
/// executes it, and without the character sets of strings that mean the same in any: MySQL notes
/// there which one the client had.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for piece in tokens(text) {
        if let Some(inside) = piece.strip_prefix("/*!").and_then(|piece| piece.strip_suffix("*/")) {
            plain.push_str(inside.trim_start_matches(|c: char| c.is_ascii_digit()).trim());
            continue;
        }
        if piece.starts_with('\'') && piece.is_ascii() {
            for introducer in ["_utf8mb4", "_utf8mb3", "_utf8", "_latin1"] {
                let kept = plain.strip_suffix(introducer).filter(|kept| kept.ends_with(['(', ',', ' ']));
                if let Some(length) = kept.map(str::len) {
                    plain.truncate(length);
                    break;
                }
            }
        }
        plain.push_str(piece);
    }
    plain
}

/// `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='a b'` as its parts, without the counter.
fn options_of(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut open = false;
    for word in words(text) {
        match parts.last_mut() {
            Some(part) if open => {
                part.push(' ');
                part.push_str(word);
            }
            Some(_) | None => parts.push(word.to_owned()),
        }
        open = !word.contains('=') && !word.starts_with('`');
    }
    parts.retain(|part| !part.starts_with("AUTO_INCREMENT="));
    if !parts.iter().any(|part| part == "ENGINE=Aria") {
        // What Aria alone reads stays there, and nothing takes it away (MariaDB).
        parts.retain(|part| {
            !["PAGE_CHECKSUM=", "TRANSACTIONAL="]
                .iter()
                .any(|name| part.trim_start_matches("/* ").starts_with(name))
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_taken_apart() {
        let text = "CREATE TABLE `t` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  `a``b` varchar(5) DEFAULT 'x,y',\n  \
                    PRIMARY KEY (`id`),\n  UNIQUE KEY `u` (`a``b`(3) DESC),\n  CONSTRAINT `f` FOREIGN KEY (`id`) \
                    REFERENCES `p` (`id`) ON DELETE CASCADE,\n  CONSTRAINT `c` CHECK (`id` > 0)\n) ENGINE=InnoDB \
                    AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='a = b c'\n \
                    PARTITION BY HASH (`id`)\nPARTITIONS 4";
        let table = TableText::parse(text);
        assert_eq!(table.columns[1], ("a`b".to_owned(), "varchar(5) DEFAULT 'x,y'".to_owned()));
        assert_eq!(table.keys, [("u".to_owned(), "UNIQUE KEY `u` (`a``b`(3) DESC)".to_owned())]);
        assert_eq!(names(&table.keys[0].1).0, ["a`b"]);
        assert_eq!(table.foreign_keys[0].0, "f");
        assert_eq!(table.checks, [("c".to_owned(), "CHECK (`id` > 0)".to_owned())]);
        let options =
            ["ENGINE=InnoDB", "DEFAULT CHARSET=utf8mb4", "COLLATE=utf8mb4_general_ci", "COMMENT='a = b c'"];
        assert_eq!(table.options, options);
        assert_eq!(table.partition.as_deref(), Some("PARTITION BY HASH (`id`)\nPARTITIONS 4"));
    }

    #[test]
    fn what_mysql_hides_in_comments_is_read() {
        let text = "CREATE TABLE `t(` (\n  `a` int DEFAULT NULL /*!80023 INVISIBLE */,\n  KEY `k` ((lower(`c`)) DESC) \
                    /*!80000 INVISIBLE */,\n  FULLTEXT KEY `ft` (`c`) /*!50100 WITH PARSER `ngram` */ ,\n  CONSTRAINT `cc` \
                    CHECK ((`c` <> _utf8mb4'x)')) /*!80016 NOT ENFORCED */\n) /*!50100 TABLESPACE `s` */ ENGINE=InnoDB \
                    COMMENT='x;y'\n/*!50100 PARTITION BY RANGE (`a`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB) */";
        let table = TableText::parse(text);
        assert_eq!(table.columns, [("a".to_owned(), "int DEFAULT NULL INVISIBLE".to_owned())]);
        assert_eq!(table.keys[0], ("k".to_owned(), "KEY `k` ((lower(`c`)) DESC) INVISIBLE".to_owned()));
        assert_eq!(names(&table.keys[0].1).0, Vec::<String>::new());
        assert_eq!(table.keys[1].1, "FULLTEXT KEY `ft` (`c`) WITH PARSER `ngram`");
        assert_eq!(table.checks[0].1, "CHECK ((`c` <> 'x)')) NOT ENFORCED");
        assert_eq!(table.options, ["TABLESPACE `s`", "ENGINE=InnoDB", "COMMENT='x;y'"]);
        let partition = "PARTITION BY RANGE (`a`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB)";
        assert_eq!(table.partition.as_deref(), Some(partition));
    }
}
