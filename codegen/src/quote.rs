//! The one place where names and values become SQL.

use autogen_diff_core::{Dialect, Ident, QualifiedName};

/// Spells names for a dialect.
#[derive(Clone, Debug)]
pub struct Quoter {
    dialect: Dialect,
    default_namespace: Option<Ident>,
    spelling: Spelling,
}

/// How a server's expressions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spelling {
    /// So that the server reads the same expression as before.
    #[default]
    RoundTrip,
    /// As the server spells them, even where it then spells them otherwise.
    AsDeparsed,
}

impl Quoter {
    /// A quoter; names in the default namespace are written without it.
    pub const fn new(dialect: Dialect, default_namespace: Option<Ident>) -> Self {
        Self { dialect, default_namespace, spelling: Spelling::RoundTrip }
    }

    /// The quoter with another spelling of expressions.
    #[must_use]
    pub const fn with(mut self, spelling: Spelling) -> Self {
        self.spelling = spelling;
        self
    }

    /// The dialect that is written.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How expressions are written.
    pub const fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// A name. It stays bare only when that is certainly safe.
    pub fn ident(&self, name: &Ident) -> String {
        self.text(name.as_str())
    }

    /// A name that is no `Ident`, such as a role.
    pub fn text(&self, name: &str) -> String {
        let bare =
            |keywords: &str| is_plain(name) && !keywords.split_ascii_whitespace().any(|word| word == name);
        match self.dialect {
            Dialect::Postgres if bare(POSTGRES_KEYWORDS) => name.to_owned(),
            Dialect::Sqlite if bare(SQLITE_KEYWORDS) => name.to_owned(),
            Dialect::Postgres | Dialect::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
            // The texts of the server quote every name; so do we.
            Dialect::Mysql => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// A name with its namespace, unless that is the default one.
    ///
    /// Names like those of the system catalog keep it: the catalog is searched first.
    pub fn qualified(&self, name: &QualifiedName) -> String {
        match &name.namespace {
            Some(namespace)
                if self.default_namespace.as_ref() != Some(namespace)
                    || name.name.as_str().starts_with("pg_") =>
            {
                format!("{}.{}", self.ident(namespace), self.ident(&name.name))
            }
            Some(_) | None => self.ident(&name.name),
        }
    }

    /// Names in a list.
    pub fn list(&self, names: &[Ident]) -> String {
        names.iter().map(|name| self.ident(name)).collect::<Vec<_>>().join(", ")
    }

    /// A string. PostgreSQL's `standard_conforming_strings` is on.
    pub fn literal(&self, text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// A word of a shell's command, in single quotes.
pub fn in_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A name as PostgreSQL's `quote_ident` spells it.
pub(crate) fn server_ident(name: &str) -> String {
    Quoter::new(Dialect::Postgres, None).text(name)
}

fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Reserved words, and those that can't name a column, function or type, of
/// PostgreSQL 14 to 18 (Appendix C; `pg_get_keywords` with `catcode` other than U).
const POSTGRES_KEYWORDS: &str = "all analyse analyze and any array as asc asymmetric authorization between bigint \
    binary bit boolean both case cast char character check coalesce collate collation column concurrently \
    constraint create cross current_catalog current_date current_role current_schema current_time \
    current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists \
    extract false fetch float for foreign freeze from full grant greatest group grouping having ilike in \
    initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg \
    json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral \
    leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize \
    not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position \
    precision primary real references returning right row select session_user setof similar smallint some \
    substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union \
    unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement \
    xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable";

/// All keywords of SQLite (sqlite.org/lang_keywords.html).
const SQLITE_KEYWORDS: &str = "abort action add after all alter always analyze and as asc attach autoincrement \
    before begin between by cascade case cast check collate column commit conflict constraint create cross \
    current current_date current_time current_timestamp database default deferrable deferred delete desc detach \
    distinct do drop each else end escape except exclude exclusive exists explain fail filter first following \
    for foreign from full generated glob group groups having if ignore immediate in index indexed initially \
    inner insert instead intersect into is isnull join key last left like limit match materialized natural no \
    not nothing notnull null nulls of offset on or order others outer over partition plan pragma preceding \
    primary query raise range recursive references regexp reindex release rename replace restrict returning \
    right rollback row rows savepoint select set table temp temporary then ties to transaction trigger \
    unbounded union unique update using vacuum values view virtual when where window with within without";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_certainly_safe_names_stay_bare() {
        let quoter = Quoter::new(Dialect::Postgres, None);
        let quoted = |name: &str| quoter.text(name);
        assert_eq!(quoted("users_2"), "users_2");
        assert_eq!(quoted("Users"), "\"Users\"");
        assert_eq!(quoted("order"), "\"order\"");
        assert_eq!(quoted("x\"; drop table y; --"), "\"x\"\"; drop table y; --\"");
        assert_eq!(quoted("é"), "\"é\"");
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn the_default_namespace_is_left_out_but_not_for_catalog_like_names() {
        let public = Ident::exact("public");
        let quoter = Quoter::new(Dialect::Postgres, Some(public.clone()));
        let name = |text: &str| QualifiedName::new(Some(public.clone()), Ident::exact(text));
        assert_eq!(quoter.qualified(&name("users")), "users");
        assert_eq!(quoter.qualified(&name("pg_class")), "public.pg_class");
    }
}
