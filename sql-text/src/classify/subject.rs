//! What a declaration of PostgreSQL belongs to: the relation, type or routine that it makes, changes or describes.

use super::{Object, Statement, VerbClass, unquoted};
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
    /// Of a statement of PostgreSQL, classified, and its tokens.
    pub fn of(statement: &Statement, lexemes: &[Lexeme]) -> Self {
        if statement.sets_session {
            return Self::Session;
        }
        match statement.class {
            VerbClass::Create | VerbClass::Alter | VerbClass::Describes => {
                Self::of_declaration(statement, lexemes)
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

    fn of_declaration(statement: &Statement, lexemes: &[Lexeme]) -> Self {
        if statement.class == VerbClass::Alter && takes_another_name(lexemes) {
            return Self::Whole;
        }
        if let Some(relation) = relation_of_part(lexemes) {
            return Self::Named(relation);
        }
        let Some(Object { kind, name, .. }) = &statement.object else { return Self::Unnamed };
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
        let lexemes = lexemes(Dialect::Postgres, statement);
        Subject::of(&Statement::of_lexemes(Dialect::Postgres, &lexemes), &lexemes)
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
}
