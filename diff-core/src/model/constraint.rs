//! Constraints of a table: primary key, unique, foreign key, check, exclusion.

use serde::{Deserialize, Serialize};

use crate::model::expression::{Expression, Parameters};
use crate::name::{Ident, QualifiedName};

/// A constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name; SQLite has nameless ones.
    pub name: Option<Ident>,
    /// What it demands.
    pub kind: ConstraintKind,
    /// When it is checked.
    pub deferrability: Deferrability,
    /// Inherited from a parent or partitioned table, and not declared here.
    pub inherited: bool,
}

impl Constraint {
    /// A constraint that is checked at once and declared here.
    pub const fn new(name: Option<Ident>, kind: ConstraintKind) -> Self {
        Self { name, kind, deferrability: Deferrability::NotDeferrable, inherited: false }
    }

    /// The foreign key, when it is one.
    pub const fn foreign_key(&self) -> Option<&ForeignKey> {
        match &self.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclude(_) => None,
        }
    }

    /// Whether it is an exclusion, or another constraint that is held as text.
    pub const fn is_exclusion(&self) -> bool {
        matches!(self.kind, ConstraintKind::Exclude(_))
    }

    /// Whether it is a check that is not enforced (PostgreSQL 18), which is held as text.
    pub fn is_unenforced_check(&self) -> bool {
        matches!(&self.kind, ConstraintKind::Exclude(text) if TextConstraintKind::of(text) == TextConstraintKind::Check)
    }

    /// The columns of a primary or unique key.
    pub const fn key(&self) -> Option<&KeyConstraint> {
        match &self.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => Some(key),
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => None,
        }
    }
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey(KeyConstraint),
    /// `UNIQUE`.
    Unique(KeyConstraint),
    /// `FOREIGN KEY`.
    ForeignKey(ForeignKey),
    /// `CHECK`.
    Check(Check),
    /// `EXCLUDE`, or a form without a model of its own (`WITHOUT OVERLAPS`, `NOT ENFORCED`),
    /// as the server spells it behind the name.
    Exclude(Expression),
}

/// What a constraint demands that is held as the server spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextConstraintKind {
    /// `EXCLUDE`.
    Exclusion,
    /// `PRIMARY KEY (… WITHOUT OVERLAPS)`.
    PrimaryKey,
    /// `UNIQUE (… WITHOUT OVERLAPS)`.
    Unique,
    /// `FOREIGN KEY (… PERIOD …)`, or one that is not enforced.
    ForeignKey,
    /// `CHECK (…) NOT ENFORCED`.
    Check,
}

impl TextConstraintKind {
    const BEGINNINGS: [(Self, &'static str); 4] = [
        (Self::PrimaryKey, "PRIMARY KEY "),
        (Self::Unique, "UNIQUE "),
        (Self::ForeignKey, "FOREIGN KEY "),
        (Self::Check, "CHECK "),
    ];

    /// By its first words.
    pub fn of(text: &Expression) -> Self {
        Self::split(text).0
    }

    /// The same, with what stands behind these words; all of it of an exclusion.
    pub fn split(text: &Expression) -> (Self, &str) {
        let found = Self::BEGINNINGS
            .into_iter()
            .find_map(|(kind, words)| text.as_str().strip_prefix(words).map(|rest| (kind, rest)));
        found.unwrap_or((Self::Exclusion, text.as_str()))
    }
}

/// A primary or unique key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyConstraint {
    /// Key columns in order.
    pub columns: Vec<Ident>,
    /// `INCLUDE` columns.
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// Storage parameters of the index, as `name=value`.
    pub storage_parameters: Parameters,
    /// Tablespace of the index.
    pub tablespace: Option<Ident>,
    /// The partitioned table's index that the key's own index is a part of, where the
    /// partitioned table has no such key itself.
    pub attached_to: Option<QualifiedName>,
    /// Of a partitioned table alone (`ALTER TABLE ONLY`): a partition has no part of it, so its index is not valid.
    #[serde(default)]
    pub alone: bool,
    /// The line of `SHOW CREATE TABLE` (MySQL), which says all.
    pub definition: String,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// Referring columns in order.
    pub columns: Vec<Ident>,
    /// The table referred to.
    pub target: QualifiedName,
    /// Its columns; empty means the primary key (SQLite).
    pub target_columns: Vec<Ident>,
    /// `ON DELETE`.
    pub on_delete: Action,
    /// The columns of `ON DELETE SET NULL (…)`.
    pub on_delete_columns: Vec<Ident>,
    /// `ON UPDATE`.
    pub on_update: Action,
    /// `MATCH`.
    pub match_type: MatchType,
    /// False while `NOT VALID`.
    pub validated: bool,
}

/// A check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What must not be false.
    pub expression: Expression,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// False while `NOT VALID`.
    pub validated: bool,
}

impl ForeignKey {
    /// A key that takes no action, matches simply and holds for all rows.
    pub const fn new(columns: Vec<Ident>, target: QualifiedName, target_columns: Vec<Ident>) -> Self {
        Self {
            columns,
            target,
            target_columns,
            on_delete: Action::NoAction,
            on_delete_columns: Vec::new(),
            on_update: Action::NoAction,
            match_type: MatchType::Simple,
            validated: true,
        }
    }
}

impl Check {
    /// A check that children inherit and that holds for all rows.
    pub const fn new(expression: Expression) -> Self {
        Self { expression, no_inherit: false, validated: true }
    }
}

/// A referential action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// `NO ACTION`, the default.
    #[default]
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}

/// How a composite foreign key treats NULL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MatchType {
    /// `MATCH SIMPLE`, the default.
    #[default]
    Simple,
    /// `MATCH FULL`.
    Full,
    /// `MATCH PARTIAL`, which only SQLite accepts, and ignores.
    Partial,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deferrability {
    /// Always at once.
    #[default]
    NotDeferrable,
    /// `DEFERRABLE INITIALLY IMMEDIATE`.
    Immediate,
    /// `DEFERRABLE INITIALLY DEFERRED`.
    Deferred,
}
