//! Names of constraints and indexes by convention, with Alembic's tokens (SQLAlchemy, "Configuring Constraint Naming
//! Conventions").

use std::collections::BTreeMap;
use std::hash::Hasher as _;

use fnv::FnvHasher;

use crate::database::Database;

/// A convention for each kind; a kind without one is named by the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    index: Option<Pattern>,
    unique: Option<Pattern>,
    check: Option<Pattern>,
    foreign_key: Option<Pattern>,
    primary_key: Option<Pattern>,
}

/// What is wrong with a convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamingError {
    /// The key.
    pub key: String,
    /// In words.
    pub message: String,
}

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NamedKind {
    Index,
    Unique,
    Check,
    ForeignKey,
    PrimaryKey,
}

/// What the tokens of a pattern stand for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) table: &'a str,
    pub(crate) columns: &'a [String],
    pub(crate) referred_table: &'a str,
    pub(crate) referred_columns: &'a [String],
    /// The name that the model states.
    pub(crate) stated: Option<&'a str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    TableName,
    ReferredTableName,
    ConstraintName,
    Columns(ColumnToken),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ColumnToken {
    of_referred: bool,
    with_table: bool,
    which: Which,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    One(usize),
    /// `0N`: all, without anything between them.
    Joined,
    /// `0_N`: all, with underscores.
    Underscored,
}

impl Naming {
    /// Reads a convention: `ix`, `uq`, `ck`, `fk` and `pk`, each with tokens such as `%(table_name)s`.
    ///
    /// # Errors
    /// When a key or a token is unknown.
    pub fn new(stated: &BTreeMap<String, String>) -> Result<Self, NamingError> {
        let mut naming = Self::default();
        for (key, text) in stated {
            let failed = |message: String| NamingError { key: key.clone(), message };
            let place = match key.as_str() {
                "ix" => &mut naming.index,
                "uq" => &mut naming.unique,
                "ck" => &mut naming.check,
                "fk" => &mut naming.foreign_key,
                "pk" => &mut naming.primary_key,
                _ => return Err(failed("known are ix, uq, ck, fk and pk".to_owned())),
            };
            *place = Some(Pattern::new(text).map_err(failed)?);
        }
        Ok(naming)
    }

    /// The name of something; `None` leaves it to the server.
    ///
    /// # Errors
    /// In words, when the convention wants a name that the model does not state.
    pub(crate) fn name(&self, kind: NamedKind, parts: &Parts<'_>) -> Result<Option<String>, String> {
        let pattern = match kind {
            NamedKind::Index => &self.index,
            NamedKind::Unique => &self.unique,
            NamedKind::Check => &self.check,
            NamedKind::ForeignKey => &self.foreign_key,
            NamedKind::PrimaryKey => &self.primary_key,
        };
        let takes_stated =
            |pattern: &Pattern| pattern.0.iter().any(|piece| matches!(piece, Piece::ConstraintName));
        match (pattern, parts.stated) {
            (None, stated) => Ok(stated.map(str::to_owned)),
            // A name that is stated is final, unless the convention is made of it.
            (Some(pattern), Some(stated)) if !takes_stated(pattern) => Ok(Some(stated.to_owned())),
            (Some(pattern), _) => pattern.filled(parts).map(Some),
        }
    }
}

impl Pattern {
    fn new(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("%(") {
            pieces.push(Piece::Text(before.to_owned()));
            let (token, behind) =
                behind.split_once(")s").ok_or("a token ends with )s, as in %(table_name)s")?;
            pieces.push(token_of(token).ok_or_else(|| format!("there is no token %({token})s"))?);
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    fn filled(&self, parts: &Parts<'_>) -> Result<String, String> {
        let mut name = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::TableName => name.push_str(parts.table),
                Piece::ReferredTableName => name.push_str(parts.referred_table),
                Piece::ConstraintName => {
                    name.push_str(parts.stated.ok_or("the naming convention wants a name: name = \"…\"")?);
                }
                Piece::Columns(token) => name.push_str(&token.filled(parts)),
            }
        }
        Ok(name)
    }
}

fn token_of(token: &str) -> Option<Piece> {
    match token {
        "table_name" => return Some(Piece::TableName),
        "referred_table_name" => return Some(Piece::ReferredTableName),
        "constraint_name" => return Some(Piece::ConstraintName),
        _ => {}
    }
    let (of_referred, rest) = match token.strip_prefix("referred_") {
        Some(rest) => (true, rest),
        None => (false, token),
    };
    let (number, what) = rest.strip_prefix("column_")?.rsplit_once('_')?;
    let which = match number {
        "0N" => Which::Joined,
        "0_N" => Which::Underscored,
        _ => Which::One(number.parse().ok()?),
    };
    let with_table = match what {
        "name" | "key" => false,
        "label" => true,
        _ => return None,
    };
    Some(Piece::Columns(ColumnToken { of_referred, with_table, which }))
}

impl ColumnToken {
    fn filled(&self, parts: &Parts<'_>) -> String {
        let (table, columns) = match self.of_referred {
            true => (parts.referred_table, parts.referred_columns),
            false => (parts.table, parts.columns),
        };
        let shown = |column: &String| match self.with_table {
            true => format!("{table}_{column}"),
            false => column.clone(),
        };
        match self.which {
            Which::One(number) => columns.get(number).map(shown).unwrap_or_default(),
            Which::Joined => columns.iter().map(shown).collect(),
            Which::Underscored => columns.iter().map(shown).collect::<Vec<_>>().join("_"),
        }
    }
}

/// A name that fits: one that is too long ends with a number made of all of it.
pub(crate) fn fitted(database: Database, name: String) -> String {
    // PostgreSQL counts bytes (NAMEDATALEN - 1), MySQL characters.
    let fits = |text: &str| match database {
        Database::Postgres => text.len() <= 63,
        Database::Mysql => text.chars().count() <= 64,
        Database::Sqlite => true,
    };
    if fits(&name) {
        return name;
    }
    let mut hasher = FnvHasher::default();
    hasher.write(name.as_bytes());
    let mark = format!("_{:08x}", hasher.finish() & 0xffff_ffff);
    let mut start = name;
    while !fits(&format!("{start}{mark}")) {
        start.pop();
    }
    start + &mark
}

#[cfg(test)]
mod tests {
    use super::{NamedKind, Naming, Parts, fitted};
    use crate::database::Database;

    fn naming(pairs: &[(&str, &str)]) -> Naming {
        Naming::new(&pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect())
            .unwrap()
    }

    #[test]
    fn tokens_are_filled_as_alembic_fills_them() {
        let naming = naming(&[
            ("ix", "ix_%(column_0_label)s"),
            ("uq", "uq_%(table_name)s_%(column_0_N_name)s"),
            ("ck", "ck_%(table_name)s_%(constraint_name)s"),
            ("fk", "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s_%(referred_column_0N_name)s"),
            ("pk", "pk_%(table_name)s"),
        ]);
        let columns = ["a".to_owned(), "b".to_owned()];
        let referred = ["x".to_owned(), "y".to_owned()];
        let parts = Parts {
            table: "users",
            columns: &columns,
            referred_table: "orgs",
            referred_columns: &referred,
            stated: None,
        };
        let name = |kind, parts| naming.name(kind, &parts).unwrap().unwrap();
        assert_eq!(name(NamedKind::Index, parts), "ix_users_a");
        assert_eq!(name(NamedKind::Unique, parts), "uq_users_a_b");
        assert_eq!(name(NamedKind::ForeignKey, parts), "fk_users_a_orgs_xy");
        assert_eq!(name(NamedKind::PrimaryKey, parts), "pk_users");
        assert!(naming.name(NamedKind::Check, &parts).unwrap_err().contains("name ="));
        let stated = Parts { stated: Some("positive"), ..parts };
        assert_eq!(name(NamedKind::Check, stated), "ck_users_positive");
        assert_eq!(name(NamedKind::Unique, stated), "positive", "a stated name is final");
        assert_eq!(Naming::default().name(NamedKind::Unique, &parts), Ok(None));
    }

    #[test]
    fn what_is_unknown_is_named() {
        let wrong = |key: &str, text: &str| {
            Naming::new(&[(key.to_owned(), text.to_owned())].into()).unwrap_err().message
        };
        assert_eq!(wrong("xx", ""), "known are ix, uq, ck, fk and pk");
        assert_eq!(wrong("ix", "%(colum_0_name)s"), "there is no token %(colum_0_name)s");
        assert!(wrong("ix", "%(table_name)").contains("ends with"));
    }

    #[test]
    fn long_names_fit_and_stay_apart() {
        let long = |end: &str| fitted(Database::Postgres, "ü".repeat(40) + end);
        assert!(long("a").len() <= 63, "{}", long("a"));
        assert_ne!(long("a"), long("b"));
        assert_eq!(long("a"), long("a"));
        assert_eq!(fitted(Database::Mysql, "ü".repeat(64)), "ü".repeat(64));
        assert_eq!(fitted(Database::Mysql, "ü".repeat(65)).chars().count(), 64);
    }
}
