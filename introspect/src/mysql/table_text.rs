//! Takes `SHOW CREATE TABLE` apart. Its form is fixed: one column, key or
//! constraint a line, then the options, then the partitions.

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
        let mut table = Self::default();
        let mut lines = text.lines().skip(1);
        for line in lines.by_ref() {
            if let Some(options) = line.strip_prefix(')') {
                table.options = options_of(options);
                break;
            }
            table.line(line.trim().trim_end_matches(','));
        }
        let rest = lines.collect::<Vec<_>>().join("\n");
        let rest = rest.trim().trim_start_matches("/*!").trim_start_matches(|c: char| c.is_ascii_digit());
        let rest = rest.trim().trim_end_matches("*/").trim();
        table.partition = (!rest.is_empty()).then(|| rest.to_owned());
        table
    }

    fn line(&mut self, line: &str) {
        if let Some((name, rest)) = quoted(line) {
            self.columns.push((name, rest.trim().to_owned()));
        } else if line.starts_with("PRIMARY KEY") {
            self.primary_key = Some(line.to_owned());
        } else if let Some((name, rest)) = line.strip_prefix("CONSTRAINT ").and_then(quoted) {
            let rest = rest.trim().to_owned();
            if rest.starts_with("FOREIGN KEY") {
                self.foreign_keys.push((name, rest));
            } else {
                self.checks.push((name, rest));
            }
        } else if line.starts_with("PERIOD") {
            self.periods.push(line.to_owned());
        } else if let Some(start) = line.find('`')
            && let Some((name, _)) = quoted(&line[start..])
        {
            self.keys.push((name, line.to_owned()));
        }
    }
}

/// A name in back quotes at the start of a text, and what follows it.
pub(super) fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('`')?;
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('`')?;
        name.push_str(part);
        match after.strip_prefix('`') {
            Some(next) => {
                name.push('`');
                rest = next;
            }
            None => return Some((name, after)),
        }
    }
}

/// All names in the parentheses at the start of a text, without lengths and directions, and what follows.
pub(super) fn names(text: &str) -> (Vec<String>, &str) {
    let Some(start) = text.find('(') else { return (Vec::new(), text) };
    let mut rest = &text[start + 1..];
    let mut found = Vec::new();
    let mut depth = 0;
    while let Some(c) = rest.chars().next() {
        match c {
            '`' => {
                let Some((name, after)) = quoted(rest) else { break };
                if depth == 0 {
                    found.push(name);
                }
                rest = after;
                continue;
            }
            '(' => depth += 1,
            ')' if depth == 0 => return (found, &rest[1..]),
            ')' => depth -= 1,
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    (found, rest)
}

/// `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='a b'` as its parts, without the counter.
fn options_of(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut in_string = false;
    for c in text.trim().chars() {
        in_string ^= c == '\'';
        let ends = c == ' ' && !in_string && parts.last().is_some_and(|part| part.contains('='));
        if ends {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.retain(|part| !part.is_empty() && !part.starts_with("AUTO_INCREMENT="));
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
        assert_eq!(names(&table.keys[0].1["UNIQUE KEY `u` ".len()..]).0, ["a`b"]);
        assert_eq!(table.foreign_keys[0].0, "f");
        assert_eq!(table.checks, [("c".to_owned(), "CHECK (`id` > 0)".to_owned())]);
        let options =
            ["ENGINE=InnoDB", "DEFAULT CHARSET=utf8mb4", "COLLATE=utf8mb4_general_ci", "COMMENT='a = b c'"];
        assert_eq!(table.options, options);
        assert_eq!(table.partition.as_deref(), Some("PARTITION BY HASH (`id`)\nPARTITIONS 4"));
    }
}
