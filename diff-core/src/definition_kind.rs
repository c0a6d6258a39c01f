//! The kinds of objects that are held as statements rather than field by field.

use serde::{Deserialize, Serialize};

/// The kinds of objects that are compared and written by the server's own text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DefinitionKind {
    /// A user-defined cast.
    Cast,
    /// A user-defined collation.
    Collation,
    /// A conversion between encodings.
    Conversion,
    /// A composite type.
    CompositeType,
    /// Privileges that new objects get.
    DefaultPrivileges,
    /// A domain.
    Domain,
    /// A range type.
    RangeType,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate function.
    Aggregate,
    /// An operator.
    Operator,
    /// An operator family, with the members that belong to no class.
    OperatorFamily,
    /// An operator class.
    OperatorClass,
    /// Extended statistics.
    Statistics,
    /// A rewrite rule other than a view's own.
    Rule,
    /// A trigger of a table or view.
    Trigger,
    /// A row security policy.
    Policy,
    /// A database-wide event trigger.
    EventTrigger,
    /// A foreign data wrapper.
    ForeignDataWrapper,
    /// A server that holds foreign data.
    ForeignServer,
    /// Who a role is on a foreign server.
    UserMapping,
    /// A foreign table.
    ForeignTable,
    /// A logical replication publication.
    Publication,
    /// A logical replication subscription.
    Subscription,
    /// A text search configuration.
    TextSearchConfiguration,
    /// A text search dictionary.
    TextSearchDictionary,
    /// A text search parser.
    TextSearchParser,
    /// A text search template.
    TextSearchTemplate,
    /// A procedural language.
    Language,
    /// An access method.
    AccessMethod,
    /// A transform of a type for a language.
    Transform,
    /// A base type or another kind of type.
    BaseType,
    /// A virtual table (SQLite).
    VirtualTable,
    /// A scheduled event (MySQL).
    Event,
    /// A sequence (MariaDB).
    MariadbSequence,
    /// A package or its body (MariaDB).
    Package,
    /// MySQL's library of code in another language; seen, not written.
    Library,
}

impl DefinitionKind {
    /// All of them.
    pub const ALL: [Self; 37] = [
        Self::Cast,
        Self::Collation,
        Self::Conversion,
        Self::CompositeType,
        Self::DefaultPrivileges,
        Self::Domain,
        Self::RangeType,
        Self::Function,
        Self::Procedure,
        Self::Aggregate,
        Self::Operator,
        Self::OperatorFamily,
        Self::OperatorClass,
        Self::Statistics,
        Self::Rule,
        Self::Trigger,
        Self::Policy,
        Self::EventTrigger,
        Self::ForeignDataWrapper,
        Self::ForeignServer,
        Self::UserMapping,
        Self::ForeignTable,
        Self::Publication,
        Self::Subscription,
        Self::TextSearchConfiguration,
        Self::TextSearchDictionary,
        Self::TextSearchParser,
        Self::TextSearchTemplate,
        Self::Language,
        Self::AccessMethod,
        Self::Transform,
        Self::BaseType,
        Self::VirtualTable,
        Self::Event,
        Self::MariadbSequence,
        Self::Package,
        Self::Library,
    ];

    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind's name for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cast => "cast",
            Self::Collation => "collation",
            Self::Conversion => "conversion",
            Self::CompositeType => "composite type",
            Self::DefaultPrivileges => "default privileges",
            Self::Domain => "domain",
            Self::RangeType => "range type",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Aggregate => "aggregate",
            Self::Operator => "operator",
            Self::OperatorFamily => "operator family",
            Self::OperatorClass => "operator class",
            Self::Statistics => "statistics",
            Self::Rule => "rule",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::EventTrigger => "event trigger",
            Self::ForeignDataWrapper => "foreign data wrapper",
            Self::ForeignServer => "foreign server",
            Self::UserMapping => "user mapping",
            Self::ForeignTable => "foreign table",
            Self::Publication => "publication",
            Self::Subscription => "subscription",
            Self::TextSearchConfiguration => "text search configuration",
            Self::TextSearchDictionary => "text search dictionary",
            Self::TextSearchParser => "text search parser",
            Self::TextSearchTemplate => "text search template",
            Self::Language => "language",
            Self::AccessMethod => "access method",
            Self::Transform => "transform",
            Self::BaseType => "type",
            Self::VirtualTable => "virtual table",
            Self::Event => "event",
            Self::MariadbSequence => "sequence",
            Self::Package => "package",
            Self::Library => "library",
        }
    }

    /// Whether columns can have it as their type.
    pub const fn is_type(self) -> bool {
        matches!(self, Self::Domain | Self::CompositeType | Self::RangeType | Self::BaseType)
    }

    /// Whether it has a body that is run.
    pub const fn is_routine(self) -> bool {
        matches!(self, Self::Function | Self::Procedure)
    }
}
