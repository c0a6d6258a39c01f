//! Lists of column aliases behind a table's alias, `FROM public.t x(a, b)`, which
//! PostgreSQL writes by position: what they mean depends on the order of the
//! table's columns, which is no part of its meaning.

use std::borrow::Cow;
use std::ops::Range;

use autogen_sql_text::{Lexeme, lexemes};

use crate::Dialect;
use crate::model::Schema;
use crate::name::{Ident, QualifiedName};

/// A list of aliases in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasList {
    /// The table whose columns get them.
    pub table: QualifiedName,
    /// The aliases, in the order of the table's columns. Columns behind the last one keep their names.
    pub aliases: Vec<Ident>,
    /// The bytes of the query between the parentheses.
    pub span: Range<usize>,
}

/// The lists of a query as PostgreSQL spells it (`pg_get_viewdef`).
pub fn alias_lists(query: &str) -> Vec<AliasList> {
    if !may_have_one(query) {
        return Vec::new();
    }
    let tokens = lexemes(Dialect::Postgres, query);
    (0..tokens.len()).filter_map(|i| list_at(&tokens[i..])).collect()
}

/// Whether a parenthesis stands right behind a word or a quoted name that is no function's, for most queries
/// have none.
fn may_have_one(query: &str) -> bool {
    let is_name = |c: char| c == '"' || c == '_' || c.is_alphanumeric();
    query.match_indices('(').any(|(open, _)| {
        let before = &query[..open];
        let word = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        before.ends_with(is_name) && (word.ends_with(' ') || before.ends_with('"')) && word.contains('.')
    })
}

/// `namespace.table alias(column, …)` at the first token.
fn list_at(tokens: &[Lexeme]) -> Option<AliasList> {
    let [namespace, dot, table, alias, open, rest @ ..] = tokens else { return None };
    if alias.is("USING") {
        return None;
    }
    let table = QualifiedName::new(Some(ident(namespace)?), ident(table)?);
    if !dot.is_sign(".") || alias.name().is_none() || !open.is_sign("(") {
        return None;
    }
    let mut aliases = Vec::new();
    let mut rest = rest.iter();
    loop {
        aliases.push(ident(rest.next()?)?);
        let next = rest.next()?;
        if next.is_sign(")") {
            return Some(AliasList { table, aliases, span: open.span.end..next.span.start });
        }
        if !next.is_sign(",") {
            return None;
        }
    }
}

/// The server has folded what is not quoted.
fn ident(token: &Lexeme) -> Option<Ident> {
    token.name().map(|name| Ident::exact(name.replace("\"\"", "\"")))
}

/// A query with its aliases by the names of the columns, whatever their order: what two queries are
/// compared by, and no SQL.
pub fn by_name<'a>(query: &'a str, schema: &Schema) -> Cow<'a, str> {
    let lists = alias_lists(query);
    if lists.is_empty() {
        return Cow::Borrowed(query);
    }
    let mut text = String::new();
    let mut rest = 0;
    for list in lists {
        let Some(table) = schema.table(&list.table) else { continue };
        let columns = table.columns.iter().map(|column| &column.name);
        let mut named: Vec<(&Ident, &Ident)> =
            columns.zip(&list.aliases).filter(|(column, alias)| column != alias).collect();
        named.sort_unstable();
        text.push_str(&query[rest..list.span.start]);
        for (column, alias) in named {
            text.push_str(&format!("{column:?} as {alias:?},"));
        }
        rest = list.span.end;
    }
    text.push_str(&query[rest..]);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_behind_tables_are_found_and_functions_are_none() {
        let query =
            "SELECT q.x, count(q.\"Y y\")\n   FROM (public.t q(x, \"Y y\")\n     JOIN a.f(1) g(z) ON (true))";
        let lists = alias_lists(query);
        assert_eq!(lists.len(), 1);
        assert_eq!(lists[0].table, QualifiedName::new(Some(Ident::exact("public")), Ident::exact("t")));
        assert_eq!(lists[0].aliases, [Ident::exact("x"), Ident::exact("Y y")]);
        assert_eq!(&query[lists[0].span.clone()], "x, \"Y y\"");
        let spaces = alias_lists("SELECT x FROM public.\"order items\" \"a b\"(p, q)");
        assert_eq!(spaces[0].aliases, [Ident::exact("p"), Ident::exact("q")]);
        let joined = "SELECT 1 FROM public.t x(p, q) JOIN public.u USING (q)";
        assert_eq!(alias_lists(joined).len(), 1);
        for none in ["SELECT public.f(t.a) FROM public.t", "SELECT a.b FROM public.t WHERE (t.a > 1)"] {
            assert_eq!(alias_lists(none), []);
        }
    }
}
