//! Renames of tables and columns that a script makes.

use crate::dialect::Dialect;
use crate::lexeme::{Lexeme, lexemes};
use crate::split::split;

/// The renames of tables and columns in a script, in its order, each as `old=new` with `.` between the parts of a name:
/// `users=people`, `users.name=users.full_name`.
///
/// A name with a dot in it can't be said so and is left out; so is everything in a script that can't be split.
pub fn renamings(dialect: Dialect, script: &str) -> Vec<String> {
    let statements = split(dialect, script).unwrap_or_default();
    statements.iter().filter_map(|statement| renaming(&lexemes(dialect, &statement.text))).collect()
}

fn renaming(words: &[Lexeme]) -> Option<String> {
    let [alter, kind, rest @ ..] = words else { return None };
    if alter.is("RENAME") && kind.is("TABLE") {
        // Several at once can't be told from a swap of names.
        let (table, rest) = name(rest)?;
        let [to, new] = rest else { return None };
        return to.is("TO").then(|| plain(new)).flatten().map(|new| format!("{table}={new}"));
    }
    let is_table = alter.is("ALTER") && kind.is_any(&["TABLE", "VIEW"]);
    let rest = behind(behind(rest, &["IF", "EXISTS"]), &["ONLY"]);
    let (table, rest) = name(rest).filter(|_| is_table)?;
    match rest {
        [rename, to, new] if rename.is("RENAME") && to.is("TO") => {
            let new = plain(new)?;
            let namespace =
                table.rsplit_once('.').map_or_else(String::new, |(namespace, _)| format!("{namespace}."));
            Some(format!("{table}={namespace}{new}"))
        }
        [rename, rest @ ..] if rename.is("RENAME") => {
            let [old, to, new] = behind(rest, &["COLUMN"]) else { return None };
            let (old, new) = (plain(old)?, plain(new)?);
            to.is("TO").then(|| format!("{table}.{old}={table}.{new}"))
        }
        _ => None,
    }
}

/// What follows some keywords, where they stand in front.
fn behind<'a>(words: &'a [Lexeme], keywords: &[&str]) -> &'a [Lexeme] {
    let is_there =
        words.len() > keywords.len() && words.iter().zip(keywords).all(|(word, keyword)| word.is(keyword));
    if is_there { &words[keywords.len()..] } else { words }
}

/// A name with the parts in front of it, and what follows.
fn name(words: &[Lexeme]) -> Option<(String, &[Lexeme])> {
    let mut name = plain(words.first()?)?.to_owned();
    let mut rest = &words[1..];
    while let [dot, part, after @ ..] = rest
        && dot.is_sign(".")
    {
        name = format!("{name}.{}", plain(part)?);
        rest = after;
    }
    Some((name, rest))
}

fn plain(word: &Lexeme) -> Option<&str> {
    word.name().filter(|name| !name.contains(['.', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_columns_that_get_another_name_are_found() {
        let script = "ALTER TABLE users RENAME COLUMN name TO full_name;\n\
            -- comment\nALTER TABLE IF EXISTS ONLY app.\"Old\" RENAME TO new;\n\
            ALTER TABLE t RENAME a TO b; ALTER TABLE t ADD COLUMN c int; ALTER TABLE t RENAME CONSTRAINT x TO y;\n\
            ALTER TABLE t RENAME COLUMN \"a.b\" TO c; SELECT 'ALTER TABLE x RENAME TO y'";
        let wanted = ["users.name=users.full_name", "app.Old=app.new", "t.a=t.b"];
        assert_eq!(renamings(Dialect::Postgres, script), wanted);
        assert_eq!(
            renamings(Dialect::Mysql, "RENAME TABLE `a b` TO c; RENAME TABLE a TO b, b TO a"),
            ["a b=c"]
        );
    }
}
