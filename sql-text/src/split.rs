//! A script as its statements, with the place of each.

use std::ops::Range;

use crate::classify::Statement;
use crate::dialect::Dialect;
use crate::lexer::tokens;
use crate::lines::LineIndex;
use crate::syntax::Syntax;
use crate::token::{Token, TokenKind, TokenizeError};

/// One statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceStatement {
    /// Its text, from its first token to before what ends it.
    pub text: String,
    /// Byte offset of the text in the script.
    pub offset: usize,
    /// Line of the first token, from 1.
    pub line: usize,
    /// The first words, upper case, up to four. A quoted name is an empty one.
    pub words: Vec<String>,
}

/// The statements of a script that the server reads.
///
/// Comments before a statement are no part of it; empty statements are left out.
///
/// # Errors
/// When the text ends inside a quote or a comment.
pub fn split(dialect: Dialect, script: &str) -> Result<Vec<SourceStatement>, TokenizeError> {
    split_as(Syntax::server(dialect), script)
}

/// The statements of a script as something else reads it: without a client's commands, or as one server.
///
/// # Errors
/// As [`split`].
pub fn split_as(syntax: Syntax, script: &str) -> Result<Vec<SourceStatement>, TokenizeError> {
    let tokens = tokens(syntax, script)?;
    let lines = LineIndex::new(script);
    let parts = tokens.split_inclusive(|token| token.kind == TokenKind::Terminator);
    Ok(parts.filter_map(|part| SourceStatement::of(script, &lines, part)).collect())
}

impl SourceStatement {
    /// What it is.
    pub fn classify(&self, dialect: Dialect) -> Statement {
        Statement::of(dialect, &self.text)
    }

    /// Its bytes in the script.
    pub const fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.text.len()
    }

    /// The statement of tokens up to what ends it; none when there is nothing but comments and their marks.
    fn of(script: &str, lines: &LineIndex, tokens: &[Token]) -> Option<Self> {
        let is_mark =
            |token: &&Token| matches!(token.kind, TokenKind::ConditionalOpen | TokenKind::ConditionalClose);
        let significant = || tokens.iter().filter(|token| token.kind.is_significant());
        significant().find(|token| !is_mark(token))?;
        let (first, last) = (significant().next()?, significant().next_back()?);
        let offset = first.span.start;
        // A comment before the semicolon is a part of it, one behind the last statement is none.
        let terminator = tokens.last().filter(|token| token.kind == TokenKind::Terminator);
        let end = terminator.map_or(last.span.end, |token| token.span.start);
        let words = tokens.iter().filter_map(|token| match token.kind {
            TokenKind::Word | TokenKind::Variable => Some(script[token.span.clone()].to_ascii_uppercase()),
            TokenKind::QuotedName => Some(String::new()),
            TokenKind::Space
            | TokenKind::Comment
            | TokenKind::ConditionalOpen
            | TokenKind::ConditionalClose
            | TokenKind::String
            | TokenKind::OtherString
            | TokenKind::Number
            | TokenKind::Sign
            | TokenKind::Terminator
            | TokenKind::ClientCommand
            | TokenKind::CopyData => None,
        });
        Some(Self {
            text: script[offset..end].trim_ascii_end().to_owned(),
            offset,
            line: lines.line_at(offset),
            words: words.take(4).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(dialect: Dialect, script: &str) -> Vec<String> {
        split(dialect, script).expect("tokens").into_iter().map(|s| s.text).collect()
    }

    /// Each is one statement, alone and among others, with a semicolon and without.
    #[track_caller]
    fn are_whole(dialect: Dialect, statements: &[&str]) {
        for statement in statements {
            assert_eq!(texts(dialect, statement), [*statement]);
        }
        assert_eq!(texts(dialect, &statements.join(";\n")), statements);
        assert_eq!(texts(dialect, &format!("{};", statements.join(";"))), statements);
    }

    #[test]
    fn semicolons_in_triggers_do_not_split() {
        are_whole(
            Dialect::Sqlite,
            &[
                "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END",
                "CREATE TEMP TRIGGER IF NOT EXISTS b UPDATE OF begin ON t BEGIN SELECT 1; /* ; */ END",
                "EXPLAIN QUERY PLAN SELECT ';'",
                "CREATE TABLE trigger_begin (\"end\" int, [a;b] text)",
                "BEGIN",
                "CREATE TRIGGER c AFTER INSERT ON t WHEN CASE WHEN 1 THEN 1 END BEGIN SELECT 1; END",
                "END",
                "CREATE VIRTUAL TABLE n USING f(();)",
                "CREATE VIRTUAL TABLE IF NOT EXISTS n USING f(a (b; c), ';')",
                "CREATE VIRTUAL TABLE n USING f",
            ],
        );
    }

    #[test]
    fn dollar_quotes_atomic_bodies_and_rules_do_not_split() {
        are_whole(
            Dialect::Postgres,
            &[
                "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $x$ begin; end; $x$",
                "CREATE OR REPLACE FUNCTION g(\"end\" int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2 AS end; END",
                "CREATE PROCEDURE p() BEGIN ATOMIC END",
                "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; SELECT 1)",
                "BEGIN",
                "SELECT E'\\';', ';'::text",
                "CREATE TABLE begin (atomic int)",
            ],
        );
    }

    #[test]
    fn compound_statements_are_one() {
        are_whole(
            Dialect::Mysql,
            &[
                "CREATE DEFINER=`a`@`b` PROCEDURE p() BEGIN IF 1 THEN SELECT 1; ELSEIF 2 THEN SELECT 2; ELSE SELECT 3; END IF; WHILE 0 DO SELECT 2; END WHILE; END",
                "CREATE PROCEDURE p() BEGIN FOR i IN 1..10 DO SELECT i; END FOR; FOR r IN (SELECT 1 FOR UPDATE) DO SELECT r.a; END FOR; END",
                "CREATE PROCEDURE p() BEGIN REPEAT SET @a = REPEAT('x', 3); UNTIL CASE WHEN 1 THEN 1 END END REPEAT; END",
                "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW FOLLOWS w BEGIN CASE WHEN 1 THEN SET @a = 1; ELSE BEGIN END; END CASE; SET @b = CASE 1 WHEN 1 THEN 2 END; END",
                "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW IF NEW.a THEN SET NEW.b = IF(1, 2, 3); END IF",
                "CREATE OR REPLACE FUNCTION f() RETURNS int DETERMINISTIC l: BEGIN DECLARE x int; BEGIN SET x = 1; END; l2: LOOP LEAVE l2; END LOOP l2; RETURN x; END l",
                "CREATE FUNCTION IF NOT EXISTS f(a int, b ENUM('x;')) RETURNS SET('begin','if') RETURN IF(a IS NULL, CASE b WHEN 1 THEN 2 END, REPEAT('a', 2))",
                "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '23000', 1062 BEGIN SELECT 1; END; DECLARE c CURSOR FOR SELECT 1; DECLARE CONTINUE HANDLER FOR NOT FOUND IF 1 THEN SELECT 1; END IF; OPEN c; END",
                "CREATE PROCEDURE p() MODIFIES SQL DATA SQL SECURITY INVOKER COMMENT 'begin' IF 1 THEN SELECT 1; END IF",
                "CREATE PROCEDURE p() REPEAT SELECT 1; UNTIL 1 END REPEAT",
                "CREATE PROCEDURE p() lp: WHILE 1 DO LEAVE lp; END WHILE lp",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS CASE WHEN 1 THEN NOW() END DO DELETE FROM t",
                "CREATE EVENT e ON SCHEDULE AT NOW() + INTERVAL 1 DAY DO BEGIN SELECT 1; END",
                "ALTER EVENT e COMMENT 'x' DO IF 1 THEN SELECT 1; END IF",
                "CREATE PACKAGE x AS FUNCTION f RETURN INT; PROCEDURE p(a INT); END",
                "CREATE PACKAGE BODY x AS v INT := 1; FUNCTION f RETURN INT AS y INT; BEGIN RETURN 1; END; PROCEDURE p AS BEGIN NULL; END; BEGIN SET v := 2; END",
                "CREATE PROCEDURE p(a INT) AS x INT; BEGIN SELECT x; EXCEPTION WHEN OTHERS THEN SELECT 1; END",
                "CREATE FUNCTION f(a INT) RETURN INT IS BEGIN RETURN a IS NULL; END",
                "CREATE FUNCTION js(a INT) RETURNS INT LANGUAGE JAVASCRIPT AS $$ let x = 1; return x; $$",
                "BEGIN NOT ATOMIC DECLARE x INT; SELECT 1; END",
                "IF 1 THEN SELECT 1; END IF",
                "l: LOOP LEAVE l; END LOOP",
                "<<l>> LOOP LEAVE l; END LOOP",
                "CASE 1 WHEN 1 THEN SELECT 1; END CASE",
                "CREATE TABLE `begin` (`end` int, event int, begin int, procedure_ int)",
                "CREATE TABLE event (begin int)",
                "BEGIN WORK",
                "BEGIN",
                "SELECT NEW.end, a.begin FROM t FOR UPDATE",
                "REPLACE INTO t VALUES (1)",
                "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SELECT 1; SELECT 2; END */",
                "/*!40101 SET @a=@@b */",
                "CREATE PROCEDURE p() BEGIN SELECT end FROM t; SELECT 1; END",
                "CREATE DEFINER=procedure@localhost VIEW v AS SELECT 1 AS begin",
                "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW FOLLOWS w SET NEW.a = 1",
                "COMMIT",
            ],
        );
    }

    #[test]
    fn names_that_are_words_of_blocks_open_none() {
        let scripts = [
            "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW FOLLOWS begin SET NEW.a = 1; DROP DATABASE d; END",
            "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW PRECEDES case SET NEW.a = 1; DROP DATABASE d; END CASE",
        ];
        for script in scripts {
            assert!(texts(Dialect::Mysql, script).iter().any(|text| text == "DROP DATABASE d"), "{script}");
        }
        let handlers = "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR begin, loop SET @a = 1; SELECT 1; END; DROP DATABASE d; END";
        assert!(texts(Dialect::Mysql, handlers).iter().any(|text| text == "DROP DATABASE d"), "{handlers}");
    }

    #[test]
    fn a_string_that_escapes_goes_on_behind_a_new_line() {
        let script =
            "COMMENT ON TABLE t IS E'x' -- no\n  '\\'||$$'; DROP TABLE a; --$$\nSELECT E'a' '\\'; SELECT 2";
        let first = "COMMENT ON TABLE t IS E'x' -- no\n  '\\'||$$'";
        assert_eq!(texts(Dialect::Postgres, script)[0], first);
        let script = "SELECT E'x'\n'\\'||$$'; DROP TABLE a; --$$";
        assert_eq!(texts(Dialect::Postgres, script), ["SELECT E'x'\n'\\'||$$'", "DROP TABLE a"]);
    }

    #[test]
    fn other_delimiters_end_statements() {
        let script = "SELECT 1;\nDELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT ';'; END$$\n-- autogen\n\
                      CREATE PROCEDURE q() SELECT 2 $$\ndelimiter ;\nSELECT 3;\nSELECT 4";
        let bodies =
            ["CREATE PROCEDURE p() BEGIN SELECT 1; SELECT ';'; END", "CREATE PROCEDURE q() SELECT 2"];
        assert_eq!(texts(Dialect::Mysql, script), ["SELECT 1", bodies[0], bodies[1], "SELECT 3", "SELECT 4"]);
        assert_eq!(split(Dialect::Mysql, script).expect("tokens")[2].line, 5);
    }

    #[test]
    fn quotes_and_comments_hide_semicolons() {
        let text = "-- a; b\nSELECT 'x;''\\'' , \"y;\", `z;`; # c;\n/* d; */ SELECT 5--1;\n\n;/*! SET x = 1 */;\n-- end";
        let wanted = ["SELECT 'x;''\\'' , \"y;\", `z;`", "SELECT 5--1", "/*! SET x = 1 */"];
        assert_eq!(texts(Dialect::Mysql, text), wanted);
    }

    #[test]
    fn a_statement_knows_its_line_behind_comments_and_wide_characters() {
        let found = split(Dialect::Postgres, "/* é */ -- ü\n\n  select 'ä' ;\nselect 2").expect("tokens");
        assert_eq!((found[0].line, found[0].text.as_str()), (3, "select 'ä'"));
        assert_eq!((found[1].line, found[1].text.as_str()), (4, "select 2"));
        assert_eq!(found[1].words, ["SELECT"]);
    }

    #[test]
    fn what_stands_between_statements_is_white_space_and_comments() {
        let script = "-- a\nSELECT 1 -- b\n; /* c */ ;; SELECT 2 -- d\n";
        let found = split(Dialect::Postgres, script).expect("tokens");
        let mut rest = 0;
        let mut between = String::new();
        for statement in &found {
            between.push_str(&script[rest..statement.offset]);
            rest = statement.offset + statement.text.len();
            assert_eq!(script[statement.offset..rest], statement.text);
        }
        between.push_str(&script[rest..]);
        assert_eq!(between.replace(char::is_whitespace, ""), "--a;/*c*/;;--d");
    }
}
