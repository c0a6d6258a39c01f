//! What only one dialect has of a part of a table, such as a column.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::column::{MysqlColumn, PostgresColumn, SqliteColumn};
use crate::model::table::{MysqlTable, PostgresTable, SqliteTable};
use crate::shared::Shared;

/// What one dialect says of a part beyond what all of them say.
///
/// A part has attributes of one dialect, and those of the others are as usual: a new attribute of one dialect is
/// no business of the others. Two of them are equal when all that they say is.
#[derive(Clone, Debug, Default)]
pub enum Extra<P, S, M> {
    /// All is as usual, whatever the dialect.
    #[default]
    Usual,
    /// What only PostgreSQL has.
    Postgres(Shared<P>),
    /// What only SQLite has.
    Sqlite(Shared<S>),
    /// What only MySQL and MariaDB have.
    Mysql(Shared<M>),
}

/// The attributes of one dialect.
pub trait Attributes: Clone + Default + PartialEq + 'static {
    /// Those of a part about which nothing is said.
    fn usual() -> &'static Self;

    /// Whether nothing is said, down to what a comparison passes over.
    fn is_usual(&self) -> bool {
        self == Self::usual()
    }
}

impl<P: Attributes, S: Attributes, M: Attributes> Extra<P, S, M> {
    /// With attributes of PostgreSQL.
    pub fn of_postgres(attributes: P) -> Self {
        if attributes.is_usual() { Self::Usual } else { Self::Postgres(attributes.into()) }
    }

    /// With attributes of SQLite.
    pub fn of_sqlite(attributes: S) -> Self {
        if attributes.is_usual() { Self::Usual } else { Self::Sqlite(attributes.into()) }
    }

    /// With attributes of MySQL.
    pub fn of_mysql(attributes: M) -> Self {
        if attributes.is_usual() { Self::Usual } else { Self::Mysql(attributes.into()) }
    }

    /// The attributes of PostgreSQL.
    pub fn postgres(&self) -> &P {
        match self {
            Self::Postgres(found) => found,
            Self::Usual | Self::Sqlite(_) | Self::Mysql(_) => P::usual(),
        }
    }

    /// The attributes of SQLite.
    pub fn sqlite(&self) -> &S {
        match self {
            Self::Sqlite(found) => found,
            Self::Usual | Self::Postgres(_) | Self::Mysql(_) => S::usual(),
        }
    }

    /// The attributes of MySQL.
    pub fn mysql(&self) -> &M {
        match self {
            Self::Mysql(found) => found,
            Self::Usual | Self::Postgres(_) | Self::Sqlite(_) => M::usual(),
        }
    }

    /// The attributes of PostgreSQL, to change them. Those of another dialect go.
    pub fn postgres_mut(&mut self) -> &mut P {
        match self {
            Self::Postgres(found) => found,
            other @ (Self::Usual | Self::Sqlite(_) | Self::Mysql(_)) => {
                debug_assert!(matches!(other, Self::Usual), "another dialect's attributes would go");
                *other = Self::Postgres(Shared::default());
                other.postgres_mut()
            }
        }
    }
}

impl<P: Attributes, S: Attributes, M: Attributes> PartialEq for Extra<P, S, M> {
    fn eq(&self, other: &Self) -> bool {
        self.postgres() == other.postgres()
            && self.sqlite() == other.sqlite()
            && self.mysql() == other.mysql()
    }
}

impl<P: Attributes + Eq, S: Attributes + Eq, M: Attributes + Eq> Eq for Extra<P, S, M> {}

/// In a snapshot a part has a field for each dialect.
#[derive(Serialize)]
struct Written<'a, P, S, M> {
    postgres: &'a P,
    sqlite: &'a S,
    mysql: &'a M,
}

impl<P, S, M> Serialize for Extra<P, S, M>
where
    P: Attributes + Serialize,
    S: Attributes + Serialize,
    M: Attributes + Serialize,
{
    fn serialize<W: Serializer>(&self, serializer: W) -> Result<W::Ok, W::Error> {
        Written { postgres: self.postgres(), sqlite: self.sqlite(), mysql: self.mysql() }
            .serialize(serializer)
    }
}

/// [`Written`], as it is read.
#[derive(Deserialize)]
struct Read<P, S, M> {
    postgres: P,
    sqlite: S,
    mysql: M,
}

impl<'de, P, S, M> Deserialize<'de> for Extra<P, S, M>
where
    P: Attributes + Deserialize<'de>,
    S: Attributes + Deserialize<'de>,
    M: Attributes + Deserialize<'de>,
{
    fn deserialize<R: Deserializer<'de>>(deserializer: R) -> Result<Self, R::Error> {
        let Read { postgres, sqlite, mysql } = Read::<P, S, M>::deserialize(deserializer)?;
        Ok(if !sqlite.is_usual() {
            Self::of_sqlite(sqlite)
        } else if !mysql.is_usual() {
            Self::of_mysql(mysql)
        } else {
            Self::of_postgres(postgres)
        })
    }
}

/// Gives parts the accessors of their attributes, and attributes their usual values.
macro_rules! parts {
    ($($part:ident: $postgres:ident, $sqlite:ident, $mysql:ident;)*) => {
        $(
            impl crate::model::$part {
                /// What only PostgreSQL has.
                pub fn postgres(&self) -> &$postgres {
                    self.extra.postgres()
                }

                /// What only SQLite has.
                pub fn sqlite(&self) -> &$sqlite {
                    self.extra.sqlite()
                }

                /// What only MySQL has.
                pub fn mysql(&self) -> &$mysql {
                    self.extra.mysql()
                }

                /// What only PostgreSQL has, to change it.
                pub fn postgres_mut(&mut self) -> &mut $postgres {
                    self.extra.postgres_mut()
                }
            }
        )*
    };
}

parts! {
    Column: PostgresColumn, SqliteColumn, MysqlColumn;
    Table: PostgresTable, SqliteTable, MysqlTable;
}

/// The usual attributes, which all parts without others share.
macro_rules! usual {
    ($attributes:ident $(, unless $says:expr)?) => {
        impl Attributes for $attributes {
            fn usual() -> &'static Self {
                static USUAL: LazyLock<$attributes> = LazyLock::new($attributes::default);
                &USUAL
            }

            $(fn is_usual(&self) -> bool {
                let says: fn(&Self) -> bool = $says;
                self == Self::usual() && !says(self)
            })?
        }
    };
}

usual!(PostgresColumn, unless | column | column.not_null.is_recorded());
usual!(SqliteColumn, unless | column | !column.source.0.is_empty());
usual!(MysqlColumn);
usual!(PostgresTable);
usual!(SqliteTable, unless | table | !table.source.0.is_empty());
usual!(MysqlTable);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ColumnExtra, SourceText};

    #[test]
    fn attributes_that_say_nothing_are_equal_in_every_dialect() {
        let sqlite =
            ColumnExtra::of_sqlite(SqliteColumn { source: SourceText("a".to_owned()), ..Default::default() });
        assert!(matches!(sqlite, Extra::Sqlite(_)), "the author's text is kept, though it is not compared");
        let mut postgres = ColumnExtra::of_postgres(PostgresColumn::default());
        assert!(matches!(postgres, Extra::Usual));
        assert!(postgres == sqlite);
        postgres.postgres_mut().statistics = Some(7);
        assert!(postgres != sqlite);
        assert_eq!(postgres.postgres().statistics, Some(7));
        assert_eq!(sqlite.postgres(), PostgresColumn::usual());
    }
}
