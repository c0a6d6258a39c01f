//! What a declaration of PostgreSQL, MySQL or MariaDB belongs to: the relation, type or routine that it makes, changes or describes.

use super::{Object, SERVER_OBJECTS_MYSQL, Statement, VerbClass, unquoted};
use crate::dialect::Dialect;
use crate::lexeme::Lexeme;

/// What a declaration belongs to, by the own name of that without its schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A relation with all of its parts, a type, a routine: whatever has a name.
    Named(String),
    /// What is known by no single name: grants, casts, operators.
    Unnamed,
    /// The session that the statements behind it run in.
    Session,
    /// Nothing by itself: what it does hangs on what else is there (`DO`, `DROP`, `RENAME`).
    Whole,
}

impl Subject {
    /// Of a statement, classified, and its tokens.
    pub fn of(dialect: Dialect, statement: &Statement, lexemes: &[Lexeme]) -> Self {
        if statement.sets_session {
            return Self::Session;
        }
        match statement.class {
            VerbClass::Create | VerbClass::Alter | VerbClass::Describes => {
                Self::of_declaration(dialect, statement, lexemes)
            }
            // `ON ALL TABLES IN SCHEMA` takes those that are there.
            VerbClass::Grants if !is_of_all(lexemes) => Self::Unnamed,
            VerbClass::Grants
            | VerbClass::Drop
            | VerbClass::Rename
            | VerbClass::ChangesRows
            | VerbClass::MovesRows
            | VerbClass::SetsSession
            | VerbClass::BeginsTransaction
            | VerbClass::EndsTransaction
            | VerbClass::WithinTransaction
            | VerbClass::Locks
            | VerbClass::RunsCode
            | VerbClass::Maintains
            | VerbClass::ControlsServer(_)
            | VerbClass::Notifies
            | VerbClass::Unknown => Self::Whole,
        }
    }

    fn of_declaration(dialect: Dialect, statement: &Statement, lexemes: &[Lexeme]) -> Self {
        if statement.class == VerbClass::Alter && takes_another_name(lexemes) {
            return Self::Whole;
        }
        let relation = match dialect {
            Dialect::Postgres => relation_of_part(lexemes),
            Dialect::Mysql | Dialect::Sqlite => statement.object.as_ref().and_then(table_of_part),
        };
        if let Some(relation) = relation {
            return Self::Named(relation);
        }
        let Some(Object { kind, name, .. }) = &statement.object else { return Self::Unnamed };
        if dialect == Dialect::Mysql && SERVER_OBJECTS_MYSQL.contains(&kind.as_str()) {
            return Self::Whole;
        }
        match kind.as_str() {
            "DEFAULT PRIVILEGES" | "EVENT TRIGGER" | "SYSTEM" | "DATABASE" => Self::Whole,
            "CAST" | "OPERATOR" | "OPERATOR CLASS" | "OPERATOR FAMILY" | "TRANSFORM" | "USER MAPPING" => {
                Self::Unnamed
            }
            // `COMMENT ON COLUMN schema.table.column`.
            "COLUMN" => name.iter().nth_back(1).cloned().map_or(Self::Whole, Self::Named),
            _ => name.last().cloned().map_or(Self::Unnamed, Self::Named),
        }
    }
}

/// The table of an index or a trigger.
fn table_of_part(object: &Object) -> Option<String> {
    object.on.as_ref()?.last().cloned()
}

/// Words behind a verb, of which the last is followed by a part's name and its relation.
const PARTS: [&str; 5] = ["INDEX", "TRIGGER", "POLICY", "RULE", "CONSTRAINT"];

/// The relation of an index, trigger, policy, rule or constraint. An index that is there already is known by its own name.
fn relation_of_part(lexemes: &[Lexeme]) -> Option<String> {
    let start = if lexemes.first()?.is_any(&["CREATE", "ALTER"]) { 1 } else { 2 };
    // `CREATE OR REPLACE CONSTRAINT TRIGGER`, `CREATE UNIQUE INDEX`.
    let words = lexemes.iter().skip(start).take(4);
    let before = words.take_while(|lexeme| lexeme.is_any(&["OR", "REPLACE", "UNIQUE", "CONSTRAINT"]));
    let before = before.count();
    let at = start + before;
    let part = lexemes.get(at).filter(|lexeme| lexeme.is_any(&PARTS));
    let part = part.or_else(|| lexemes.get(at.checked_sub(1)?).filter(|lexeme| lexeme.is("CONSTRAINT")))?;
    if part.is("INDEX") && !lexemes.first()?.is("CREATE") {
        return None;
    }
    // A new rule is `ON` an event `TO` a table; whatever is spoken of by its name is `ON` the table.
    let word = if part.is("RULE") && lexemes.first()?.is("CREATE") { "TO" } else { "ON" };
    let behind = at + lexemes[at..].iter().position(|lexeme| lexeme.is(word))? + 1;
    let is_aside = |lexeme: &&Lexeme| lexeme.is_any(&["ONLY", "DOMAIN"]);
    let behind = behind + lexemes[behind..].iter().take_while(is_aside).count();
    last_name(&lexemes[behind..])
}

/// The last part of the name that stands first.
fn last_name(lexemes: &[Lexeme]) -> Option<String> {
    let dots = lexemes.iter().skip(1).step_by(2).take_while(|lexeme| lexeme.is_sign(".")).count();
    unquoted(Dialect::Postgres, lexemes.get(2 * dots)?)
}

fn takes_another_name(lexemes: &[Lexeme]) -> bool {
    let pair =
        |first: &str, second: &str| lexemes.windows(2).any(|pair| pair[0].is(first) && pair[1].is(second));
    lexemes.iter().any(|lexeme| lexeme.is("RENAME")) || pair("SET", "SCHEMA")
}

fn is_of_all(lexemes: &[Lexeme]) -> bool {
    let on = lexemes.windows(2).position(|pair| pair[0].is("ON") && pair[1].is("ALL"));
    on.is_some() || !lexemes.iter().any(|lexeme| lexeme.is("ON"))
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Statement, Subject};
    use crate::lexeme::lexemes;

    fn subject(statement: &str) -> Subject {
        subject_in(Dialect::Postgres, statement)
    }

    fn subject_in(dialect: Dialect, statement: &str) -> Subject {
        let lexemes = lexemes(dialect, statement);
        Subject::of(dialect, &Statement::of_lexemes(dialect, &lexemes), &lexemes)
    }

    fn named(name: &str) -> Subject {
        Subject::Named(name.to_owned())
    }

    #[test]
    fn a_part_belongs_to_its_relation() {
        for statement in [
            "CREATE TABLE app.users (id int)",
            "CREATE UNIQUE INDEX ON app.users (id)",
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY users USING btree (id)",
            "ALTER TABLE ONLY app.users ADD CONSTRAINT k PRIMARY KEY (id)",
            "COMMENT ON COLUMN app.users.id IS 'x ON y'",
            "COMMENT ON CONSTRAINT k ON app.users IS 'x'",
            "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()",
            "CREATE OR REPLACE TRIGGER t AFTER UPDATE OF a ON app.users EXECUTE FUNCTION f()",
            "CREATE POLICY p ON users USING (true)",
            "CREATE RULE r AS ON INSERT TO app.users DO INSTEAD NOTHING",
            "COMMENT ON RULE r ON app.users IS 'x'",
            "CREATE VIEW \"users\" AS SELECT 1",
            "CREATE FUNCTION app.USERS(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE TYPE users AS ENUM ('a')",
        ] {
            assert_eq!(subject(statement), named("users"), "{statement}");
        }
        assert_eq!(subject("COMMENT ON INDEX app.users_pkey IS 'x'"), named("users_pkey"));
        assert_eq!(subject("COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x'"), named("d"));
        assert_eq!(subject("ALTER INDEX a ATTACH PARTITION b"), named("a"));
        assert_eq!(subject("CREATE TABLE \"a\"\"b\" (id int)"), named("a\"b"));
    }

    #[test]
    fn what_hangs_on_all_that_is_there_is_the_whole() {
        for statement in [
            "DO $$ BEGIN END $$",
            "ALTER TABLE a RENAME TO b",
            "ALTER TABLE a RENAME COLUMN b TO c",
            "ALTER TABLE a SET SCHEMA b",
            "DROP TABLE a",
            "GRANT SELECT ON ALL TABLES IN SCHEMA app TO ann",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ann",
            "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()",
            "GRANT ann TO bob",
            "INSERT INTO a VALUES (1)",
        ] {
            assert_eq!(subject(statement), Subject::Whole, "{statement}");
        }
        for statement in [
            "GRANT SELECT ON a, b TO ann",
            "CREATE CAST (a AS b) WITHOUT FUNCTION",
            "CREATE OPERATOR === (FUNCTION = f, LEFTARG = int)",
            "COMMENT ON OPERATOR app.=== (int, int) IS 'x'",
        ] {
            assert_eq!(subject(statement), Subject::Unnamed, "{statement}");
        }
        assert_eq!(subject("SET search_path = app"), Subject::Session);
        assert_eq!(subject("SELECT pg_catalog.set_config('search_path', '', false)"), Subject::Session);
    }
    #[test]
    fn mysql_and_mariadb_have_parts_of_tables_too() {
        for statement in [
            "CREATE OR REPLACE TABLE shop.users (id int)",
            "CREATE FULLTEXT INDEX i ON users (name)",
            "CREATE OR REPLACE UNIQUE INDEX i USING BTREE ON shop.users (id)",
            "ALTER TABLE users ADD COLUMN a int, ADD KEY (a)",
            "CREATE DEFINER=`root`@`%` TRIGGER t BEFORE UPDATE ON `users` FOR EACH ROW SET NEW.a = 1",
            "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW users AS SELECT 1 ON DUPLICATE",
            "CREATE EVENT users ON SCHEDULE EVERY 1 DAY DO DELETE FROM a",
            "CREATE PACKAGE BODY users AS FUNCTION f RETURN INT; END",
            "CREATE SEQUENCE users START WITH 1",
        ] {
            assert_eq!(subject_in(Dialect::Mysql, statement), named("users"), "{statement}");
        }
        for statement in [
            "ALTER TABLE a RENAME INDEX b TO c",
            "ALTER DATABASE shop CHARACTER SET latin1",
            "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'a')",
            "RENAME TABLE a TO b",
            "DROP TRIGGER t",
        ] {
            assert_eq!(subject_in(Dialect::Mysql, statement), Subject::Whole, "{statement}");
        }
        assert_eq!(subject_in(Dialect::Mysql, "SET NAMES latin1"), Subject::Session);
        assert_eq!(subject_in(Dialect::Mysql, "USE shop"), Subject::Session);
    }
}
