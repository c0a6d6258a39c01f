//! The kinds of objects that are held as statements rather than field by field: one table.

use autogen_sql_text::Dialect;
use serde::{Deserialize, Serialize};

/// What objects of a kind are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Columns can have it as their type.
    Type,
    /// It has a body that is run.
    Routine,
    /// It stands among tables and views, and has a name that none of them has.
    Relation,
    /// None of these.
    Other,
}

/// A kind a row: what it is, its name for messages, its role, and the word of each dialect's `DROP` for it.
macro_rules! definition_kinds {
    ($($(#[$doc:meta])+ $kind:ident: $name:literal, $role:ident, [$($dialect:ident $keyword:literal),*];)+) => {
        /// The kinds of objects that are compared and written by the server's own text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum DefinitionKind {
            $($(#[$doc])+ $kind,)+
        }

        impl DefinitionKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The name for messages.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            const fn role(self) -> Role {
                match self {
                    $(Self::$kind => Role::$role,)+
                }
            }

            const fn keywords(self) -> &'static [(Dialect, &'static str)] {
                match self {
                    $(Self::$kind => &[$((Dialect::$dialect, $keyword)),*],)+
                }
            }
        }
    };
}

definition_kinds! {
    /// A user-defined cast.
    Cast: "cast", Other, [Postgres "CAST"];
    /// A user-defined collation.
    Collation: "collation", Other, [Postgres "COLLATION"];
    /// A conversion between encodings.
    Conversion: "conversion", Other, [Postgres "CONVERSION"];
    /// A composite type.
    CompositeType: "composite type", Type, [Postgres "TYPE"];
    /// Privileges that new objects get.
    DefaultPrivileges: "default privileges", Other, [Postgres "DEFAULT PRIVILEGES"];
    /// A domain.
    Domain: "domain", Type, [Postgres "DOMAIN"];
    /// A range type.
    RangeType: "range type", Type, [Postgres "TYPE"];
    /// A function.
    Function: "function", Routine, [Postgres "FUNCTION", Mysql "FUNCTION"];
    /// A procedure.
    Procedure: "procedure", Routine, [Postgres "PROCEDURE", Mysql "PROCEDURE"];
    /// An aggregate function.
    Aggregate: "aggregate", Other, [Postgres "AGGREGATE"];
    /// An operator.
    Operator: "operator", Other, [Postgres "OPERATOR"];
    /// An operator family, with the members that belong to no class.
    OperatorFamily: "operator family", Other, [Postgres "OPERATOR FAMILY"];
    /// An operator class.
    OperatorClass: "operator class", Other, [Postgres "OPERATOR CLASS"];
    /// Extended statistics.
    Statistics: "statistics", Other, [Postgres "STATISTICS"];
    /// A rewrite rule other than a view's own.
    Rule: "rule", Other, [Postgres "RULE"];
    /// A trigger of a table or view.
    Trigger: "trigger", Other, [Postgres "TRIGGER", Sqlite "TRIGGER", Mysql "TRIGGER"];
    /// A row security policy.
    Policy: "policy", Other, [Postgres "POLICY"];
    /// A database-wide event trigger.
    EventTrigger: "event trigger", Other, [Postgres "EVENT TRIGGER"];
    /// A foreign data wrapper.
    ForeignDataWrapper: "foreign data wrapper", Other, [Postgres "FOREIGN DATA WRAPPER"];
    /// A server that holds foreign data.
    ForeignServer: "foreign server", Other, [Postgres "SERVER"];
    /// Who a role is on a foreign server.
    UserMapping: "user mapping", Other, [Postgres "USER MAPPING"];
    /// A foreign table.
    ForeignTable: "foreign table", Relation, [Postgres "FOREIGN TABLE"];
    /// A logical replication publication.
    Publication: "publication", Other, [Postgres "PUBLICATION"];
    /// A logical replication subscription.
    Subscription: "subscription", Other, [Postgres "SUBSCRIPTION"];
    /// A text search configuration.
    TextSearchConfiguration: "text search configuration", Other, [Postgres "TEXT SEARCH CONFIGURATION"];
    /// A text search dictionary.
    TextSearchDictionary: "text search dictionary", Other, [Postgres "TEXT SEARCH DICTIONARY"];
    /// A text search parser.
    TextSearchParser: "text search parser", Other, [Postgres "TEXT SEARCH PARSER"];
    /// A text search template.
    TextSearchTemplate: "text search template", Other, [Postgres "TEXT SEARCH TEMPLATE"];
    /// A procedural language.
    Language: "language", Other, [Postgres "LANGUAGE"];
    /// An access method.
    AccessMethod: "access method", Other, [Postgres "ACCESS METHOD"];
    /// A transform of a type for a language.
    Transform: "transform", Other, [Postgres "TRANSFORM"];
    /// A base type or another kind of type.
    BaseType: "type", Type, [Postgres "TYPE"];
    /// A virtual table (SQLite).
    VirtualTable: "virtual table", Relation, [Sqlite "TABLE"];
    /// A scheduled event (MySQL).
    Event: "event", Other, [Mysql "EVENT"];
    /// A sequence (MariaDB).
    MariadbSequence: "sequence", Relation, [Mysql "SEQUENCE"];
    /// A package or its body (MariaDB).
    Package: "package", Other, [Mysql "PACKAGE"];
    /// MySQL's library of code in another language; seen, not written.
    Library: "library", Other, [];
}

impl DefinitionKind {
    /// The kind of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The word that a dialect's `DROP` and `COMMENT ON` take; none where it has no such objects, or none that are written.
    pub fn keyword(self, dialect: Dialect) -> Option<&'static str> {
        self.keywords().iter().find(|(other, _)| *other == dialect).map(|(_, keyword)| *keyword)
    }

    /// Whether columns can have it as their type.
    pub const fn is_type(self) -> bool {
        matches!(self.role(), Role::Type)
    }

    /// Whether it shares its name with no table, view or type: they are all relations or types.
    pub const fn is_named_among_relations(self) -> bool {
        matches!(self.role(), Role::Type | Role::Relation)
    }

    /// Whether it has a body that is run.
    pub const fn is_routine(self) -> bool {
        matches!(self.role(), Role::Routine)
    }
}

#[cfg(test)]
mod tests {
    use super::{DefinitionKind, Dialect};

    #[test]
    fn a_dialect_has_words_for_its_own_kinds_alone() {
        assert_eq!(DefinitionKind::ForeignServer.keyword(Dialect::Postgres), Some("SERVER"));
        assert_eq!(DefinitionKind::VirtualTable.keyword(Dialect::Sqlite), Some("TABLE"));
        assert_eq!(DefinitionKind::Package.keyword(Dialect::Postgres), None);
        assert_eq!(DefinitionKind::Library.keyword(Dialect::Mysql), None);
        assert!(DefinitionKind::ALL.iter().filter(|kind| kind.is_routine()).count() == 2);
    }
}
