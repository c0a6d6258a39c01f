//! What MySQL and MariaDB show of the object that a statement changes. Their statements are done as a whole or
//! not at all (MySQL manual, "Atomic Data Definition Statement Support"; MariaDB 10.6 release notes), so the
//! catalog tells of a statement whose end nobody saw whether it is done.

use autogen_sql_text::{Dialect, Statement};

use super::Session;
use crate::database_error::DatabaseError;

const STATE: &str = include_str!("object_state.sql");

/// Checks have no table name on MySQL, and no other place on MariaDB.
const CHECKS: [&str; 2] = [
    "(SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', c.CONSTRAINT_NAME, c.CHECK_CLAUSE, t.ENFORCED))), 0)) \
     FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t \
     USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME) WHERE t.TABLE_SCHEMA = {schema} AND t.TABLE_NAME = {name})",
    "(SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', CONSTRAINT_NAME, CHECK_CLAUSE))), 0)) \
     FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {schema} AND TABLE_NAME = {name})",
];

pub(super) fn read<C: Session>(connection: &mut C, statement: &str) -> Result<Option<String>, DatabaseError> {
    let Some(object) = Object::of(statement) else { return Ok(None) };
    let text = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    let schema = object.schema.as_deref().map_or_else(|| "DATABASE()".to_owned(), text);
    let ask = |checks: &str| filled(checks, &schema, &text(&object.name));
    connection.text(&ask(CHECKS[0])).or_else(|_| connection.text(&ask(CHECKS[1])))
}

/// The query about an object. Names may hold anything, `{name}` and new lines included: none is looked at for another one's place, and
/// none stands in a comment.
fn filled(checks: &str, schema: &str, name: &str) -> String {
    let query = STATE.replace("{checks}", checks);
    query.split("{name}").map(|part| part.replace("{schema}", schema)).collect::<Vec<_>>().join(name)
}

/// What a statement changes.
#[derive(Debug, PartialEq, Eq)]
struct Object {
    schema: Option<String>,
    name: String,
}

impl Object {
    /// `None` for several objects, and for statements whose effect is not one object of the catalog.
    fn of(statement: &str) -> Option<Self> {
        const KINDS: [&str; 8] =
            ["TABLE", "VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "INDEX", "SEQUENCE"];
        let found = Statement::of(Dialect::Mysql, statement);
        let object = found.object.filter(|object| KINDS.contains(&object.kind.as_str()))?;
        let mut name = if object.kind == "INDEX" { object.on? } else { object.name };
        Some(Self { name: name.pop()?, schema: name.pop() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Object, filled};

    #[test]
    fn a_name_is_what_it_is_wherever_it_stands() {
        let query = filled("0", "'{name}'", "'a\n{schema}'");
        assert!(query.contains("TABLE_SCHEMA = '{name}' AND TABLE_NAME = 'a\n{schema}'"), "{query}");
        let comments = query.lines().filter(|line| line.starts_with("--"));
        assert!(comments.into_iter().all(|line| !line.contains('\'')), "{query}");
    }

    #[test]
    fn the_object_of_a_statement_is_found() {
        let named = |statement: &str| Object::of(statement).map(|object| (object.schema, object.name));
        let only = |name: &str| Some((None, name.to_owned()));
        assert_eq!(named("/* x */ CREATE TABLE IF NOT EXISTS `a``b` (id int)"), only("a`b"));
        assert_eq!(named("ALTER TABLE t ADD COLUMN x int, ADD COLUMN y int"), only("t"));
        assert_eq!(named("CREATE UNIQUE INDEX i USING BTREE ON t (a, b)"), only("t"));
        assert_eq!(named("DROP INDEX i ON `d`.`t`"), Some((Some("d".to_owned()), "t".to_owned())));
        assert_eq!(named("CREATE DEFINER=`table`@`%` SQL SECURITY INVOKER VIEW `v` AS SELECT 1"), only("v"));
        assert_eq!(named("DROP TABLE IF EXISTS t"), only("t"));
        assert_eq!(named("RENAME TABLE a TO b"), only("a"));
        for other in ["DROP TABLE a, b", "RENAME TABLE a TO b, c TO d", "UPDATE t SET x = 1", "SET x = 1", ""]
        {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
