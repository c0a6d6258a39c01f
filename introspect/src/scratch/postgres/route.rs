//! Which statements the scratch database's own role can't run, and what is to be looked at when the server's
//! own role runs them: only what creates, changes or drops an object without running any code of the model.

use autogen_sql_text::declaration::postgres::Consent;
use autogen_sql_text::{Lexeme, has_outer_comma};

/// Who runs a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// The scratch database's own role.
    Confined,
    /// The server's, since only a superuser may.
    Server,
    /// The server's, where it gives privileges on members of extensions: to others than their owner it says no by a
    /// mere warning.
    ServerForMembers,
    /// The server's, unless it names a function of the model, which it would call.
    ServerWithoutOwnFunctions,
    /// The server's, and the object is given to the own role at once, so that it has no more rights than that.
    ServerThenGiven,
    /// The same, with the consent that code needs.
    Consented(Consent),
    /// The server's: an event trigger, which would run with the rights of whoever comes after.
    EventTrigger,
}

/// Who runs a statement.
pub(super) fn route(lexemes: &[Lexeme]) -> Route {
    if let Some(consent) = Consent::of(lexemes) {
        return Route::Consented(consent);
    }
    let upper: Vec<String> = lexemes.iter().take(24).map(Lexeme::upper).collect();
    let words: Vec<&str> = upper.iter().map(String::as_str).collect();
    let object = match words[..] {
        ["CREATE", "OR", "REPLACE", ref rest @ ..] => rest,
        ["CREATE" | "ALTER" | "DROP", ref rest @ ..] | ["COMMENT", "ON", ref rest @ ..] => rest,
        ["GRANT" | "REVOKE", ..] => {
            let on = words.iter().position(|word| *word == "ON");
            on.map_or(&[][..], |on| &words[on + 1..])
        }
        _ => &[],
    };
    match object {
        ["EVENT", "TRIGGER", ..] => Route::EventTrigger,
        ["FOREIGN", "DATA", "WRAPPER", ..] | ["LANGUAGE" | "PROCEDURAL" | "TRUSTED", ..] => {
            Route::ServerWithoutOwnFunctions
        }
        // Its tables and user mappings are made by its owner.
        ["SERVER", ..] if words[0] == "CREATE" => Route::ServerThenGiven,
        ["EXTENSION" | "PUBLICATION" | "ACCESS" | "CAST" | "TRANSFORM", ..]
        | ["OPERATOR", "CLASS" | "FAMILY", ..]
        | ["TEXT", "SEARCH", "PARSER" | "TEMPLATE", ..]
        | ["SCHEMA", "PUBLIC", ..] => Route::Server,
        ["FUNCTION" | "ROUTINE", ..] if is_leakproof(lexemes) => Route::ServerThenGiven,
        ["AGGREGATE", ..] if words[0] == "CREATE" => aggregate(lexemes),
        _ if is_owner_change(lexemes) => Route::Server,
        _ => Route::Confined,
    }
}

/// Whether an `ALTER` is of a kind that the server's role makes and keeps.
pub(super) fn is_made_by_server(lexemes: &[Lexeme]) -> bool {
    let upper: Vec<String> = lexemes.iter().take(4).map(Lexeme::upper).collect();
    let words: Vec<&str> = upper.iter().map(String::as_str).collect();
    matches!(
        words[..],
        ["ALTER", "PUBLICATION", ..]
            | ["ALTER", "OPERATOR", "CLASS" | "FAMILY", ..]
            | ["ALTER", "EVENT", "TRIGGER", ..]
            | ["ALTER", "FOREIGN", "DATA", "WRAPPER"]
            | ["ALTER", "LANGUAGE" | "PROCEDURAL", ..]
    )
}

/// Whether it gives or takes privileges on an object.
pub(super) fn is_grant(lexemes: &[Lexeme]) -> bool {
    lexemes.first().is_some_and(|first| first.is_any(&["GRANT", "REVOKE"]))
        && lexemes.iter().any(|lexeme| lexeme.is("ON"))
}

/// The name of the base type that a statement makes, of which there may be a shell.
pub(super) fn base_type<'a>(lexemes: &[Lexeme], text: &'a str) -> Option<&'a str> {
    let is_create = lexemes.first()?.is("CREATE") && lexemes.get(1)?.is("TYPE");
    let open = lexemes.iter().position(|lexeme| lexeme.is_sign("(")).filter(|at| *at > 2)?;
    let is_bare = !lexemes[2..open].iter().any(|lexeme| lexeme.is("AS"));
    (is_create && is_bare).then(|| text[lexemes[1].span.end..lexemes[open].span.start].trim())
}

/// Whether it makes or changes an extension, and so its members.
pub(super) fn is_of_extension(lexemes: &[Lexeme]) -> bool {
    lexemes.get(1).is_some_and(|second| second.is("EXTENSION"))
}

/// Only a superuser may give an object to a role that could not make it there.
fn is_owner_change(lexemes: &[Lexeme]) -> bool {
    let is_change =
        matches!(lexemes, [alter, .., owner, to, _] if alter.is("ALTER") && owner.is("OWNER") && to.is("TO"));
    // Behind a comma stands another action.
    is_change && !has_outer_comma(lexemes)
}

fn is_leakproof(lexemes: &[Lexeme]) -> bool {
    lexemes.windows(2).any(|pair| pair[1].is("LEAKPROOF") && !pair[0].is("NOT"))
}

/// A state of type `internal` is a superuser's. A first state would be read by its type's code.
fn aggregate(lexemes: &[Lexeme]) -> Route {
    let is_internal = lexemes.windows(3).any(|three| {
        three[0].is_any(&["STYPE", "MSTYPE"]) && three[1].is_sign("=") && three[2].is("internal")
    });
    let has_first = lexemes.iter().any(|lexeme| lexeme.is_any(&["INITCOND", "MINITCOND"]));
    if is_internal && !has_first { Route::ServerThenGiven } else { Route::Confined }
}

/// Functions of the server that reach beyond the database or the session (manual, 9.28 and appendix F).
const REACHING: [&str; 12] = [
    "pg_terminate_",
    "pg_cancel_",
    "pg_reload_",
    "pg_rotate_",
    "pg_promote",
    "pg_read_",
    "pg_ls_",
    "pg_create_",
    "pg_drop_",
    "pg_logical_",
    "dblink",
    "lo_",
];

/// Whether a statement could do something outside of the database, when the role that runs it can: what defines code
/// or runs some, and calls of functions that reach further.
pub(super) fn could_reach_out(lexemes: &[Lexeme]) -> bool {
    let upper: Vec<String> = lexemes.iter().take(3).map(Lexeme::upper).collect();
    let words: Vec<&str> = upper.iter().map(String::as_str).collect();
    let runs_code = matches!(
        words[..],
        ["DO" | "CALL" | "EXECUTE" | "PREPARE", ..]
            | ["CREATE", "FUNCTION" | "PROCEDURE", ..]
            | ["CREATE", "OR", "REPLACE"]
    );
    let is_routine = lexemes.get(3).is_none_or(|lexeme| lexeme.is_any(&["FUNCTION", "PROCEDURE"]));
    let replaces_other = words == ["CREATE", "OR", "REPLACE"] && !is_routine;
    let reaches = lexemes.iter().filter_map(Lexeme::name).any(|name| {
        let name = name.to_lowercase();
        REACHING.iter().any(|start| name.starts_with(start)) || name.contains("_to_xml")
    });
    (runs_code && !replaces_other) || reaches
}

#[cfg(test)]
mod tests {
    use super::*;
    use autogen_diff_core::Dialect;
    use autogen_sql_text::lexemes;

    fn of(sql: &str) -> Route {
        route(&lexemes(Dialect::Postgres, sql))
    }

    #[test]
    fn what_only_a_superuser_may_goes_to_the_server() {
        assert_eq!(of("CREATE EXTENSION citext"), Route::Server);
        assert_eq!(of("COMMENT ON EXTENSION citext IS 'x'"), Route::Server);
        assert_eq!(of("GRANT ALL ON SCHEMA public TO x"), Route::Server);
        assert_eq!(of("ALTER TABLE t OWNER TO x"), Route::Server);
        assert_eq!(of("CREATE FOREIGN DATA WRAPPER w VALIDATOR v"), Route::ServerWithoutOwnFunctions);
        assert_eq!(of("CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f()"), Route::EventTrigger);
        assert_eq!(
            of("CREATE FUNCTION f() RETURNS int LANGUAGE sql LEAKPROOF AS ''"),
            Route::ServerThenGiven
        );
        assert_eq!(
            of("CREATE FUNCTION f() RETURNS int LANGUAGE 'c' AS ''"),
            Route::Consented(Consent::NativeCode)
        );
        assert_eq!(of("CREATE TYPE t"), Route::Consented(Consent::NativeCode));
        assert_eq!(of("CREATE SERVER s FOREIGN DATA WRAPPER w"), Route::ServerThenGiven);
        assert_eq!(
            of("CREATE FOREIGN TABLE f (a int) SERVER s OPTIONS (program 'x')"),
            Route::Consented(Consent::ServerFile)
        );
        assert_eq!(
            of("ALTER USER MAPPING FOR x SERVER s OPTIONS (ADD password_required 'false')"),
            Route::Consented(Consent::NoPassword)
        );
        assert_eq!(of("CREATE AGGREGATE a (int) (SFUNC = f, STYPE = internal)"), Route::ServerThenGiven);
        assert_eq!(
            of("CREATE AGGREGATE a (int) (SFUNC = f, STYPE = internal, INITCOND = '1')"),
            Route::Confined
        );
    }

    #[test]
    fn all_else_is_run_by_the_own_role() {
        for sql in [
            "CREATE TABLE extension (a int)",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql NOT LEAKPROOF AS ''",
            "CREATE TYPE t AS ENUM ('a')",
            "CREATE TYPE t AS (a int)",
            "CREATE FOREIGN TABLE f (filename int) SERVER s",
            "CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'a', password 'b')",
            "ALTER TABLE t ADD COLUMN owner text",
            "GRANT SELECT ON t TO x",
        ] {
            assert_eq!(of(sql), Route::Confined, "{sql}");
        }
    }

    #[test]
    fn without_a_boundary_code_is_known() {
        let could = |sql: &str| could_reach_out(&lexemes(Dialect::Postgres, sql));
        assert!(could("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS ''"));
        assert!(could("CREATE MATERIALIZED VIEW v AS SELECT pg_terminate_backend(1)"));
        assert!(!could("CREATE OR REPLACE VIEW v AS SELECT 1"));
        assert!(!could("CREATE MATERIALIZED VIEW v AS SELECT count(*) FROM t"));
    }
}
