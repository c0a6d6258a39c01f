//! What to do about a server's message, by the words of the message: clients tell little else.

/// A kind of trouble, the words of PostgreSQL, MySQL, MariaDB and SQLite for it, and what to do.
struct Known {
    words: &'static [&'static str],
    hint: &'static str,
}

/// Why there is no connection; the first that fits counts.
const CONNECTIONS: [Known; 9] = [
    Known {
        words: &["there is no file "],
        hint: "is the path in DATABASE_URL right? `autogen upgrade` makes the file of a new database",
    },
    Known {
        words: &[
            "could not translate host name",
            "Unknown server host",
            "Unknown MySQL server host",
            "Name or service not known",
        ],
        hint: "the host name in DATABASE_URL can't be resolved: is it spelled right, and does this machine know it?",
    },
    Known {
        words: &["no pg_hba.conf entry"],
        hint: "the server lets nobody in by this way: add a line to its pg_hba.conf, or try sslmode=require in DATABASE_URL",
    },
    Known {
        words: &["permission denied for database", " to database '"],
        hint: "the user in DATABASE_URL lacks the right to this database: GRANT CONNECT (PostgreSQL), GRANT ALL ON name.* (MySQL)",
    },
    Known {
        words: &["password authentication failed", "no password supplied", "Access denied for user"],
        hint: "correct the user and the password in DATABASE_URL (characters such as @ and / are written %40 and %2F)",
    },
    Known {
        words: &["FATAL:  role \""],
        hint: "correct the user in DATABASE_URL, or make the role: CREATE ROLE name LOGIN",
    },
    Known {
        words: &["\" does not exist", "Unknown database"],
        hint: "make the database (CREATE DATABASE name), or correct its name in DATABASE_URL",
    },
    Known {
        words: &["not a database"],
        hint: "the file is no SQLite database: name another one in DATABASE_URL; nothing was changed",
    },
    Known {
        words: &["unable to open database file", "Unable to open the database file"],
        hint: "is the path in DATABASE_URL right, is its folder there, and may you read it?",
    },
];

/// Why a statement of a migration failed though its text is right.
const STATEMENTS: [Known; 2] = [
    Known {
        words: &[
            "could not create unique index",
            "duplicate key value",
            "Duplicate entry",
            "UNIQUE constraint failed",
            "violates foreign key constraint",
            "foreign key constraint fails",
            "FOREIGN KEY constraint failed",
            "is violated by some row",
            "CHECK constraint failed",
            "contains null values",
            "NOT NULL constraint failed",
            "no partition of relation",
        ],
        hint: "the rows are at fault and not the file: correct them (or let a migration before this one do it), then upgrade again",
    },
    Known {
        words: &["syntax error", "near \"", "error in your SQL syntax"],
        hint: "correct the file, record that with `autogen rehash`, and upgrade again. When the file is right, is it for another kind of database?",
    },
];

/// Why something may not be read or done.
const RIGHTS: [Known; 1] = [Known {
    words: &[
        "permission denied for",
        "must be owner of",
        "command denied to user",
        "Access denied; you need",
    ],
    hint: "the user in DATABASE_URL lacks that right: have the owner GRANT it, or name a user that has it with --database-url",
}];

/// What to do when no connection is had.
pub(crate) fn of_connection(message: &str) -> &'static str {
    let usual = "is the server running there, and are host and port in DATABASE_URL right?";
    find(&CONNECTIONS, message).unwrap_or(usual)
}

/// What to do when a statement failed, where its message tells.
pub(crate) fn of_statement(message: &str) -> Option<&'static str> {
    find(&STATEMENTS, message).or_else(|| of_right(message))
}

/// What to do when a right is missing, where the message tells so.
pub(crate) fn of_right(message: &str) -> Option<&'static str> {
    find(&RIGHTS, message)
}

/// What to do about a statement of a model that the server refused, by its message and the text at the place.
pub(crate) fn of_model(message: &str, text: &str) -> &'static str {
    /// Words of one kind of database that the others stop at.
    const DIALECTS: [&str; 8] =
        ["AUTO_INCREMENT", "AUTOINCREMENT", "ENGINE", "UNSIGNED", "`", "IDENTITY", "SERIAL", "TIMESTAMPTZ"];
    let stops_at =
        |word: &&str| message.to_uppercase().contains(*word) || text.to_uppercase().starts_with(*word);
    if find(&STATEMENTS[1..], message).is_some() && DIALECTS.iter().any(stops_at) {
        return "the word is one of another kind of database: is this the model for the database in DATABASE_URL?";
    }
    "correct the statement and run the same command again; nothing was changed"
}

fn find(known: &[Known], message: &str) -> Option<&'static str> {
    let fits = |known: &&Known| known.words.iter().any(|word| message.contains(word));
    known.iter().find(fits).map(|known| known.hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_is_understood() {
        for (message, hint) in [
            ("connection failed: FATAL:  password authentication failed for user \"me\"", "the password"),
            ("Access denied for user 'me'@'localhost' (using password: YES)", "the password"),
            ("FATAL:  permission denied for database \"shop\"", "lacks the right"),
            ("Access denied for user 'me'@'%' to database 'shop'", "lacks the right"),
            ("FATAL:  no pg_hba.conf entry for host \"::1\", user \"me\", database \"shop\"", "pg_hba.conf"),
            ("FATAL:  sorry, too many clients already", "running there"),
            ("FATAL:  role \"me\" does not exist", "CREATE ROLE"),
            ("FATAL:  database \"shop\" does not exist", "CREATE DATABASE"),
            ("Unknown database 'shop'", "CREATE DATABASE"),
            ("could not translate host name \"db\" to address: Name or service not known", "spelled right"),
            ("Unknown server host 'db' (-2)", "spelled right"),
            ("connection to server at \"127.0.0.1\", port 1 failed: Connection refused", "running there"),
            ("Unable to open the database file: x", "folder there"),
        ] {
            assert!(of_connection(message).contains(hint), "{message}: {}", of_connection(message));
        }
        assert!(
            of_statement("could not create unique index \"u\"").is_some_and(|hint| hint.contains("rows"))
        );
        assert_eq!(of_statement("relation \"t\" does not exist"), None);
        for message in [
            "permission denied for table __diesel_schema_migrations",
            "must be owner of table t",
            "SELECT command denied to user 'me'@'localhost' for table `shop`.`t`",
        ] {
            assert!(of_right(message).is_some_and(|hint| hint.contains("GRANT")), "{message}");
        }
    }
}
