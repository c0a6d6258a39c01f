use super::*;
use crate::dialect::{Flavor, Version};
use TokenKind::{
    ClientCommand, Comment, ConditionalClose, ConditionalOpen, CopyData, Number, OtherString, QuotedName,
    Sign, Space, String as Text, Terminator, Variable, Word,
};

const ALL: [Dialect; 3] = [Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql];

/// The tokens of a text, without white space, each with its text.
fn read(syntax: Syntax, text: &str) -> Vec<(TokenKind, &str)> {
    let tokens = tokens(syntax, text).expect("tokens");
    let all = tokens.into_iter().map(|token| (token.kind, &text[token.span]));
    all.filter(|(kind, _)| *kind != Space).collect()
}

fn server(dialect: Dialect, text: &str) -> Vec<(TokenKind, &str)> {
    read(Syntax::server(dialect), text)
}

/// The first token alone.
fn first(dialect: Dialect, text: &str) -> (TokenKind, &str) {
    let token = Lexer::new(Syntax::server(dialect), text).next_token().expect("a token").expect("a token");
    (token.kind, &text[token.span])
}

#[test]
fn each_dialect_has_its_own_quotes() {
    use Dialect::{Mysql, Postgres, Sqlite};
    for (dialect, text, kind, token) in [
        (Postgres, r"'a\' b'", Text, r"'a\'"),
        (Postgres, r"E'a\' b' c", OtherString, r"E'a\' b'"),
        (Postgres, r"e'it''s' c", OtherString, r"e'it''s'"),
        (Postgres, r#"U&"a""b" c"#, QuotedName, r#"U&"a""b""#),
        (Postgres, r"U&'a\' c", OtherString, r"U&'a\'"),
        (Postgres, r"X'\' c", OtherString, r"X'\'"),
        (Postgres, "$x$ ' $$ $x$ b", OtherString, "$x$ ' $$ $x$"),
        (Postgres, "$$a$b$$ c", OtherString, "$$a$b$$"),
        (Postgres, "$é$ $é$ b", OtherString, "$é$ $é$"),
        (Postgres, "$1 + $2", Variable, "$1"),
        (Postgres, "$1$ c", Variable, "$1$"),
        (Postgres, "a$x$ b", Word, "a$x$"),
        (Postgres, "/* a /* b */ c */ d", Comment, "/* a /* b */ c */"),
        (Postgres, "-- a\rb", Comment, "-- a"),
        (Mysql, r"'a\' b' c", Text, r"'a\' b'"),
        (Mysql, r#""a\" b" c"#, Text, r#""a\" b""#),
        (Mysql, r"`a\` b", QuotedName, r"`a\`"),
        (Mysql, "# a;\nb", Comment, "# a;"),
        (Mysql, "--\u{1}a", Comment, "--\u{1}a"),
        (Mysql, "--", Comment, "--"),
        (Mysql, "--1", Sign, "-"),
        (Mysql, "1a b", Word, "1a"),
        (Mysql, "@@session.a", Variable, "@@session"),
        (Sqlite, "[a'b] c", QuotedName, "[a'b]"),
        (Sqlite, "`a``b` c", QuotedName, "`a``b`"),
        (Sqlite, "/* a /* b */ c */ d", Comment, "/* a /* b */"),
        (Sqlite, "/* never ends", Comment, "/* never ends"),
        (Sqlite, "x'ab' c", OtherString, "x'ab'"),
    ] {
        assert_eq!(first(dialect, text), (kind, token), "{dialect:?} {text}");
    }
}

#[test]
fn numbers_and_operators_end_where_the_server_ends_them() {
    for (text, token) in
        [("1.5e-3+1", "1.5e-3"), (".5)", ".5"), ("0x1F,", "0x1F"), ("1_000 ", "1_000"), ("1..2", "1")]
    {
        assert_eq!(first(Dialect::Postgres, text), (Number, token), "{text}");
    }
    let signs = |text| server(Dialect::Postgres, text).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(signs("a <-- it's\n"), ["a", "<", "-- it's"]);
    assert_eq!(signs("a*/**/-1"), ["a", "*", "/**/", "-", "1"]);
    assert_eq!(signs("a=-1"), ["a", "=", "-", "1"]);
    assert_eq!(signs("a @- b::c.d:=1"), ["a", "@-", "b", "::", "c", ".", "d", ":=", "1"]);
    assert_eq!(signs("(a)._x"), ["(", "a", ")", ".", "_x"]);
}

#[test]
fn accounts_and_variables_are_told_apart() {
    let account = [(Word, "root"), (Sign, "@"), (Word, "localhost")];
    assert_eq!(server(Dialect::Mysql, "root@localhost"), account);
    assert_eq!(server(Dialect::Mysql, "'a'@`%`"), [(Text, "'a'"), (Sign, "@"), (QuotedName, "`%`")]);
    assert_eq!(server(Dialect::Mysql, "SET @a"), [(Word, "SET"), (Variable, "@a")]);
}

#[test]
fn conditional_comments_are_read_by_whom_they_are_for() {
    let text = "/*!40101 SET */ /*M!100600 b */ /*!80000 'c' */";
    let kinds =
        |syntax| read(syntax, text).into_iter().filter(|(kind, _)| *kind != Comment).collect::<Vec<_>>();
    let any = kinds(Syntax::server(Dialect::Mysql));
    assert_eq!(any[..3], [(ConditionalOpen, "/*!40101"), (Word, "SET"), (ConditionalClose, "*/")]);
    assert_eq!(any.len(), 9);
    let on = |flavor, version| kinds(Syntax::server(Dialect::Mysql).on(flavor, Version::parse(version)));
    assert_eq!(on(Flavor::Mysql, "8.4")[4], (Text, "'c'"));
    assert_eq!(on(Flavor::Mariadb, "10.11")[4], (Word, "b"));
    let sandbox = "/*M!999999\\- enable it's */ a";
    assert_eq!(first(Dialect::Mysql, sandbox).0, Comment);
    assert_eq!(server(Dialect::Postgres, "/*!1 a */")[0].0, Comment);
}

#[test]
fn a_delimiter_line_is_one_only_where_a_statement_may_begin() {
    let found = server(Dialect::Mysql, "delimiter $$\nSELECT a;END$$\n  DELIMITER ;\nb;");
    let wanted = [
        (ClientCommand, "delimiter $$"),
        (Word, "SELECT"),
        (Word, "a"),
        (Sign, ";"),
        (Word, "END"),
        (Terminator, "$$"),
        (ClientCommand, "DELIMITER ;"),
        (Word, "b"),
        (Terminator, ";"),
    ];
    assert_eq!(found, wanted);
    let column = "CREATE TABLE t (\ndelimiter varchar(1)\n)";
    assert!(server(Dialect::Mysql, column).iter().all(|(kind, _)| *kind != ClientCommand));
    let mixed = server(Dialect::Mysql, "DELIMITER a$/\nbba$/");
    assert_eq!(mixed[1..], [(Word, "bb"), (Terminator, "a$/")]);
}

#[test]
fn clients_commands_and_rows_are_no_sql() {
    let script = "\\restrict it's\nCOPY t FROM stdin;\n1\tit's; $$\n\\.\nSELECT '\\x';\\connect a";
    let found = read(Syntax::client(Dialect::Postgres), script);
    assert_eq!(found[0], (ClientCommand, "\\restrict it's"));
    assert_eq!(found[6], (CopyData, "1\tit's; $$\n\\.\n"));
    assert_eq!(found.last(), Some(&(ClientCommand, "\\connect a")));
    assert_eq!(server(Dialect::Postgres, "\\i x")[0], (Sign, "\\"));
    let shell = read(Syntax::client(Dialect::Sqlite), ".bail on\na DEFAULT\n.5;\n.read x");
    assert_eq!(shell[0], (ClientCommand, ".bail on"));
    assert_eq!(shell[3], (Number, ".5"));
    assert_eq!(shell[5], (ClientCommand, ".read x"));
}

#[test]
fn a_text_that_ends_in_a_quote_names_where_it_began() {
    for (dialect, text, offset) in [
        (Dialect::Postgres, "a 'b", 2),
        (Dialect::Postgres, "a $x$ $$", 2),
        (Dialect::Postgres, "/* /* */", 0),
        (Dialect::Sqlite, "a [b", 2),
        (Dialect::Mysql, "a `b", 2),
        (Dialect::Mysql, "a '\\'", 2),
        (Dialect::Mysql, "/*!999999 a", 0),
    ] {
        let found = tokens(Syntax::server(dialect), text).map_err(|error| error.offset);
        assert_eq!(found, Err(offset), "{text}");
    }
}

/// How many bytes the lexer looks at.
fn looks(dialect: Dialect, text: &str) -> usize {
    let mut lexer = Lexer::new(Syntax::client(dialect), text);
    while let Ok(Some(_)) = lexer.next_token() {}
    lexer.cursor.looks()
}

#[test]
fn a_text_is_read_in_steps_by_its_length() {
    let megabyte = "x".repeat(1 << 20);
    let texts = [
        "a ".repeat(62_500),
        format!("{}{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("'{megabyte}'"),
        format!("'{megabyte}"),
        "'\\".repeat(50_000),
        "$a".repeat(50_000),
        "$a$".repeat(50_000),
        "/*".repeat(50_000),
        "/*!40101 ".repeat(50_000),
        "/*!999999 ".repeat(50_000),
        "--".repeat(50_000),
        "+-".repeat(50_000),
        "+/".repeat(50_000),
        "*--\n".repeat(50_000),
        "1e".repeat(50_000),
        "1..".repeat(50_000),
        "é".repeat(50_000),
        "é ".repeat(50_000),
        "\n.".repeat(50_000),
        "DELIMITER $$\na$".repeat(10_000),
        "DELIMITER aab\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n".repeat(5_000),
        "CREATE PROCEDURE p() BEGIN IF CASE ".repeat(5_000),
        "COPY t FROM stdin;\n\\.".repeat(5_000),
    ];
    for text in texts {
        for dialect in ALL {
            let found = looks(dialect, &text);
            let most = 100 * text.len() + 1000;
            assert!(found <= most, "{dialect:?}: {found} for {} of {:.20}", text.len(), text);
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2000))]

    /// What is read is the text, whatever it is.
    #[test]
    fn the_tokens_joined_are_the_text(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "'", "\"", "`", "[", "]", "$", "$a$", "a", "E", "é", "\u{feff}", "1", ".", "e", "-", "--", "/*", "*/", "/*!", "/*!40101", "#",
                "\\", "\n", " ", ";", "(", ")", "DELIMITER x", "x", "BEGIN", "END", "@", ":", "=", "COPY a FROM stdin", "\u{0}", "+", "\r",
                "CREATE TRIGGER", "CREATE PROCEDURE", "CREATE FUNCTION", "AS", "U&",
            ]),
            0..24,
        ),
    ) {
        let text = parts.concat();
        for dialect in ALL {
            for syntax in [Syntax::server(dialect), Syntax::client(dialect)] {
                if let Ok(found) = tokens(syntax, &text) {
                    let joined: String = found.iter().map(|token| &text[token.span.clone()]).collect();
                    proptest::prop_assert_eq!(&joined, &text);
                    proptest::prop_assert!(found.iter().all(|token| !token.span.is_empty()));
                }
            }
        }
    }
}
