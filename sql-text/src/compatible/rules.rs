//! What servers are known not to take, as data. What no rule names is not known to work.

use super::CompatibleServer;
use crate::lexeme::Lexeme;

/// A statement that is not taken: how it begins, words in a row that it has, and words in a row that would make it good.
struct Rule {
    starts: &'static [&'static str],
    has: &'static [&'static str],
    lacks: &'static [&'static str],
    why: &'static str,
}

const fn rule(
    starts: &'static [&'static str],
    has: &'static [&'static str],
    lacks: &'static [&'static str],
    why: &'static str,
) -> Rule {
    Rule { starts, has, lacks, why }
}

const COCKROACH: &[Rule] = &[
    rule(&["CREATE", "TABLE"], &["INHERITS"], &[], "it has no inheritance of tables"),
    rule(&["CREATE", "TABLE"], &["EXCLUDE"], &[], "it has no exclusion constraints"),
    rule(&["ALTER", "TABLE"], &["EXCLUDE"], &[], "it has no exclusion constraints"),
    rule(&["CREATE", "RULE"], &[], &[], "it has no rules"),
    rule(&["CREATE", "EVENT", "TRIGGER"], &[], &[], "it has no event triggers"),
    rule(&["CREATE", "FOREIGN"], &[], &[], "it has no foreign tables"),
    rule(&["CREATE", "SERVER"], &[], &[], "it has no foreign tables"),
];

const YUGABYTE: &[Rule] = &[
    rule(&["CREATE", "TABLE"], &["INHERITS"], &[], "it has no inheritance of tables"),
    rule(&["CREATE", "TABLE"], &["EXCLUDE"], &[], "it has no exclusion constraints"),
    rule(&["ALTER", "TABLE"], &["EXCLUDE"], &[], "it has no exclusion constraints"),
    rule(&["CREATE", "INDEX"], &["USING", "gist"], &[], "it has no indexes of the method gist"),
    rule(&["CREATE", "INDEX"], &["USING", "spgist"], &[], "it has no indexes of the method spgist"),
    rule(&["CREATE", "INDEX"], &["USING", "brin"], &[], "it has no indexes of the method brin"),
];

/// Held against AWS's `dsql-lint`.
const DSQL: &[Rule] = &[
    rule(&["CREATE", "INDEX"], &[], &["ASYNC"], "it builds indexes by CREATE INDEX ASYNC alone"),
    rule(
        &["CREATE", "UNIQUE", "INDEX"],
        &[],
        &["ASYNC"],
        "it builds indexes by CREATE UNIQUE INDEX ASYNC alone",
    ),
    rule(&["CREATE", "INDEX"], &["USING", "gin"], &[], "its indexes are of one method"),
    rule(&["CREATE", "TABLE"], &["PARTITION", "BY"], &[], "it has no partitioned tables"),
    rule(&["CREATE", "TABLE"], &["INHERITS"], &[], "it has no inheritance of tables"),
    rule(&["CREATE", "TABLE"], &["["], &[], "it has no columns of arrays"),
    rule(&["CREATE", "TABLE"], &["AS", "IDENTITY"], &["CACHE"], "an identity needs a CACHE of 1 or 65536"),
    rule(&["CREATE", "SEQUENCE"], &[], &["CACHE"], "a sequence needs a CACHE of 1 or 65536"),
    rule(&["CREATE", "TEMPORARY"], &[], &[], "it has no temporary tables"),
    rule(&["CREATE", "TYPE"], &[], &[], "it has no types of one's own"),
    rule(&["CREATE", "EXTENSION"], &[], &[], "it has no extensions"),
    rule(&["CREATE", "MATERIALIZED"], &[], &[], "it has no materialized views"),
    rule(&["CREATE", "TRIGGER"], &[], &[], "it has no triggers"),
    rule(&["CREATE", "POLICY"], &[], &[], "it has no row level security"),
    rule(&["CREATE"], &["LANGUAGE", "plpgsql"], &[], "its functions are of LANGUAGE sql alone"),
    rule(&["ALTER", "TABLE"], &["ROW", "LEVEL", "SECURITY"], &[], "it has no row level security"),
    rule(&["ALTER", "TABLE"], &["TYPE"], &[], "it changes no type of a column"),
    rule(
        &["ALTER", "TABLE"],
        &["SET", "NOT", "NULL"],
        &[],
        "a column is NOT NULL when its table is made, or never",
    ),
    rule(&["ALTER", "TABLE", "*", "ADD", "COLUMN"], &["DEFAULT"], &[], "it adds no column with a default"),
    rule(
        &["ALTER", "TABLE", "*", "ADD", "COLUMN"],
        &["NOT", "NULL"],
        &[],
        "it adds no column that is NOT NULL",
    ),
    rule(&["ALTER", "TABLE"], &["UNIQUE"], &[], "a unique constraint is made with its table, or never"),
    rule(&["ALTER", "TABLE"], &["FOREIGN", "KEY"], &["NOT", "VALID"], "a foreign key is added NOT VALID"),
    rule(&["ALTER", "TABLE"], &["CHECK"], &["NOT", "VALID"], "a check is added NOT VALID"),
    rule(&["TRUNCATE"], &[], &[], "it has no TRUNCATE"),
];

const TIDB: &[Rule] = &[
    rule(&["CREATE"], &["TRIGGER"], &[], "it has no triggers"),
    rule(&["CREATE"], &["PROCEDURE"], &[], "it has no procedures"),
    rule(&["CREATE"], &["FUNCTION"], &[], "it has no functions of one's own"),
    rule(&["CREATE"], &["EVENT"], &[], "it has no events"),
    rule(&["CREATE"], &["SPATIAL"], &[], "it has no spatial indexes"),
];

const VITESS: &[Rule] = &[
    rule(&["CREATE"], &["TRIGGER"], &[], "it has no triggers"),
    rule(&["CREATE"], &["PROCEDURE"], &[], "it makes no procedures"),
    rule(&["CREATE"], &["FUNCTION"], &[], "it makes no functions"),
    rule(&["CREATE"], &["EVENT"], &[], "it has no events"),
];

const D1: &[Rule] = &[
    rule(
        &["PRAGMA", "foreign_keys"],
        &[],
        &[],
        "it ignores PRAGMA foreign_keys, so that a rebuild would delete rows",
    ),
    rule(&["BEGIN"], &[], &[], "it takes no transactions from its client"),
    rule(&["COMMIT"], &[], &[], "it takes no transactions from its client"),
    rule(&["SAVEPOINT"], &[], &[], "it takes no transactions from its client"),
];

/// Why a server is known not to take a statement.
pub(super) fn refusal(server: CompatibleServer, lexemes: &[Lexeme]) -> Option<&'static str> {
    let rules = match server {
        CompatibleServer::Cockroach => COCKROACH,
        CompatibleServer::Yugabyte => YUGABYTE,
        CompatibleServer::Dsql => DSQL,
        CompatibleServer::Tidb => TIDB,
        CompatibleServer::Vitess => VITESS,
        CompatibleServer::D1 => D1,
        // They take what PostgreSQL and SQLite take, as far as is known.
        CompatibleServer::Citus | CompatibleServer::Libsql => &[],
    };
    rules.iter().find(|rule| rule.fits(lexemes)).map(|rule| rule.why)
}

impl Rule {
    fn fits(&self, lexemes: &[Lexeme]) -> bool {
        begins(lexemes, self.starts)
            && (self.has.is_empty() || has(lexemes, self.has))
            && (self.lacks.is_empty() || !has(lexemes, self.lacks))
    }
}

/// Whether a statement begins with words; a star is a name, with its namespace or without.
fn begins(lexemes: &[Lexeme], words: &[&str]) -> bool {
    let Some((word, rest)) = words.split_first() else { return true };
    let Some((first, behind)) = lexemes.split_first() else { return false };
    if *word != "*" {
        return first.is(word) && begins(behind, rest);
    }
    match behind {
        [dot, _, behind @ ..] if dot.is_sign(".") => begins(behind, rest),
        _ => begins(behind, rest),
    }
}

fn has(lexemes: &[Lexeme], words: &[&str]) -> bool {
    let fits = |(lexeme, word): (&Lexeme, &&str)| lexeme.is(word) || lexeme.is_sign(word);
    lexemes.windows(words.len()).any(|some| some.iter().zip(words).all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each server takes (`None`), or why it does not.
    const STATEMENTS: &[(CompatibleServer, &str, Option<&str>)] = &[
        (CompatibleServer::Dsql, "CREATE INDEX a_b ON a (b)", Some("ASYNC")),
        (CompatibleServer::Dsql, "CREATE INDEX ASYNC a_b ON a (b)", None),
        (
            CompatibleServer::Dsql,
            "CREATE TABLE a (id integer PRIMARY KEY, b integer REFERENCES c (id))",
            None,
        ),
        (CompatibleServer::Dsql, "ALTER TABLE a ADD COLUMN z text", None),
        (CompatibleServer::Dsql, "ALTER TABLE s.a ADD COLUMN z text DEFAULT 'y'", Some("default")),
        (CompatibleServer::Dsql, "ALTER TABLE a ALTER COLUMN z SET DEFAULT 1", None),
        (CompatibleServer::Dsql, "ALTER TABLE a ALTER COLUMN z TYPE integer", Some("type of a column")),
        (
            CompatibleServer::Dsql,
            "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id)",
            Some("NOT VALID"),
        ),
        (
            CompatibleServer::Dsql,
            "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id) NOT VALID",
            None,
        ),
        (CompatibleServer::Dsql, "ALTER TABLE a DROP COLUMN z", None),
        (CompatibleServer::Dsql, "CREATE TYPE mood AS ENUM ('a')", Some("types")),
        (CompatibleServer::Dsql, "CREATE TABLE j (y text[])", Some("arrays")),
        (CompatibleServer::Dsql, "CREATE TABLE k (id bigint GENERATED ALWAYS AS IDENTITY)", Some("CACHE")),
        (CompatibleServer::Dsql, "CREATE VIEW v AS SELECT 1", None),
        (CompatibleServer::Dsql, "COMMENT ON TABLE a IS 'x'", None),
        (CompatibleServer::Yugabyte, "CREATE INDEX i ON a USING gist (b)", Some("gist")),
        (CompatibleServer::Yugabyte, "CREATE INDEX i ON a USING gin (b)", None),
        (
            CompatibleServer::Cockroach,
            "ALTER TABLE a ADD CONSTRAINT x EXCLUDE USING gist (b WITH &&)",
            Some("exclusion"),
        ),
        (CompatibleServer::Citus, "CREATE TABLE a (b text[]) PARTITION BY RANGE (b)", None),
        (
            CompatibleServer::Tidb,
            "CREATE DEFINER=`a`@`b` TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1",
            Some("triggers"),
        ),
        (CompatibleServer::Vitess, "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", Some("events")),
        (CompatibleServer::Libsql, "PRAGMA foreign_keys = OFF", None),
        (CompatibleServer::D1, "PRAGMA foreign_keys = OFF", Some("foreign_keys")),
    ];

    #[test]
    fn what_is_known_of_a_server_is_said_of_a_statement() {
        for (server, sql, wanted) in STATEMENTS {
            let got = server.refusal(sql);
            let fits = match (got, wanted) {
                (Some(got), Some(wanted)) => got.contains(wanted),
                (got, wanted) => got.is_none() && wanted.is_none(),
            };
            assert!(fits, "{server:?} {sql}: {got:?}");
        }
    }
}
