//! Objects that are held as the server's own text: functions, triggers,
//! policies, domains and whatever else has no model of its own yet.

use std::collections::BTreeMap;

use autogen_sql_text::{Dialect, lexemes};
use serde::{Deserialize, Serialize};

use crate::definition_kind::DefinitionKind;
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;

/// An object held as text.
///
/// Its identity is the text that `DROP <kind>` and `COMMENT ON <kind>` take,
/// quoted by the server: `public.add(integer, integer)`, `audit ON public.users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its kind.
    pub kind: DefinitionKind,
    /// What it is called, quoted by the server.
    pub identity: String,
    /// The object it goes with when that is dropped (a trigger's table).
    pub parent: Option<ObjectId>,
    /// The statements that make it, without semicolons at the end.
    pub statements: Vec<String>,
    /// What the meaning is compared by, when the text has free spelling.
    pub compared: Option<String>,
    /// The part of the text that `CREATE OR REPLACE` can't change: a function's
    /// result type and argument names.
    pub signature: Option<String>,
    /// What can be altered in place.
    pub parts: DefinitionParts,
}

/// The parts of a definition that its kind can alter one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DefinitionParts {
    /// It is only ever made, replaced and dropped as a whole.
    #[default]
    Whole,
    /// A domain.
    Domain(DomainParts),
    /// A composite type's attributes, in order.
    Composite(Vec<Attribute>),
    /// Anything else that the server alters clause by clause.
    Clauses(Clauses),
}

/// The parts of a domain (`pg_type`, `pg_constraint`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainParts {
    /// The type that it is made of.
    pub base: String,
    /// A collation of its own.
    pub collation: Option<String>,
    /// Its default.
    pub default: Option<String>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// Checks by quoted name.
    pub checks: BTreeMap<String, DomainCheck>,
}

/// A check of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainCheck {
    /// As `pg_get_constraintdef` spells it.
    pub text: String,
    /// Its comment.
    pub comment: Option<String>,
}

/// An attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its quoted name.
    pub name: String,
    /// Its type, with a collation of its own.
    pub data_type: String,
    /// Its comment.
    pub comment: Option<String>,
}

/// A definition that is altered clause by clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clauses {
    /// What can't be altered in place.
    pub base: String,
    /// The rest, by name.
    pub clauses: BTreeMap<String, Clause>,
}

/// A clause, with the statements that bring it, change it and take it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// What it says.
    pub value: String,
    /// The clause that brings it and takes it along (a column its default).
    pub within: Option<String>,
    /// Whether the statement that makes the whole leaves it out, so that `add` has to follow.
    pub separate: bool,
    /// Another object that it stands on and goes with (a partition with its copy of a trigger).
    pub on: Option<ObjectId>,
    /// Brings it.
    pub add: Option<String>,
    /// Changes it to this value; without one it is taken away and brought.
    pub alter: Option<String>,
    /// Takes it away.
    pub drop: Option<String>,
}

impl Clauses {
    /// The statements that lead to the other, or none when there is no way in place.
    pub fn alterations(&self, to: &Self) -> Option<Vec<String>> {
        if self.base != to.base {
            return None;
        }
        let stays = |clause: &Clause| {
            clause.within.as_ref().is_none_or(|whole| {
                let same = |clauses: &Self| clauses.clauses.get(whole).map(|clause| clause.value.clone());
                same(self).is_some() && same(self) == same(to)
            })
        };
        let (mut drops, mut rest) = (Vec::new(), Vec::new());
        // What came last may need what came first.
        for (name, clause) in self.clauses.iter().rev().filter(|(_, clause)| stays(clause)) {
            match to.clauses.get(name) {
                None => drops.push(clause.drop.clone()?),
                Some(new) if new.value == clause.value => {}
                Some(new) => match &new.alter {
                    Some(alter) => rest.push((name, alter.clone())),
                    None => {
                        drops.push(clause.drop.clone()?);
                        rest.push((name, new.add.clone()?));
                    }
                },
            }
        }
        for (name, clause) in &to.clauses {
            let new = stays(clause) && !self.clauses.contains_key(name);
            if new || (!stays(clause) && clause.separate) {
                rest.push((name, clause.add.clone()?));
            }
        }
        // A table of a publication may need its option.
        rest.sort_by_key(|(name, _)| *name);
        drops.extend(rest.into_iter().map(|(_, statement)| statement));
        Some(drops)
    }
}

impl Definition {
    /// All texts that could name a role.
    pub(super) fn texts_mut(&mut self) -> Vec<&mut String> {
        let Self { kind: _, identity, parent: _, statements, compared, signature, parts } = self;
        let mut texts: Vec<&mut String> = statements.iter_mut().chain([identity]).collect();
        texts.extend(compared.iter_mut().chain(signature));
        texts.extend(parts.texts_mut());
        texts
    }

    /// Puts the roles of a policy in the order of their names, which a new name of one may have changed.
    pub(super) fn sort_roles(&mut self) {
        let DefinitionParts::Clauses(clauses) = &self.parts else { return };
        let is_policy = self.kind == DefinitionKind::Policy;
        let Some(roles) = clauses.clauses.get("roles").filter(|_| is_policy) else { return };
        let old = roles.value.clone();
        let Some(list) = old.strip_prefix(" TO ") else { return };
        let mut names: Vec<(String, &str)> = lexemes(Dialect::Postgres, list)
            .into_iter()
            .filter_map(|lexeme| Some((lexeme.name()?.to_owned(), &list[lexeme.span.clone()])))
            .collect();
        names.sort();
        let names: Vec<&str> = names.into_iter().map(|(_, spelled)| spelled).collect();
        let new = format!(" TO {}", names.join(", "));
        self.texts_mut().into_iter().for_each(|text| *text = text.replace(&old, &new));
    }
}

impl DefinitionParts {
    /// The texts inside that hold expressions.
    pub(crate) fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Whole | Self::Composite(_) => Vec::new(),
            Self::Domain(domain) => {
                domain.checks.values_mut().map(|check| &mut check.text).chain(&mut domain.default).collect()
            }
            Self::Clauses(clauses) => {
                let values = clauses.clauses.values_mut().flat_map(|clause| {
                    let statements = [&mut clause.add, &mut clause.alter, &mut clause.drop];
                    let statements = statements.into_iter().flatten();
                    std::iter::once(&mut clause.value).chain(statements)
                });
                values.chain([&mut clauses.base]).collect()
            }
        }
    }
}

impl DomainParts {
    /// Whether the other can be reached by altering one part after the other.
    pub fn can_alter_to(&self, to: &Self) -> bool {
        self.base == to.base && self.collation == to.collation
    }
}

impl Definition {
    /// What the catalog calls this object.
    pub fn id(&self) -> ObjectId {
        ObjectId::Definition(self.kind, self.identity.clone())
    }

    /// Its name, for kinds that have one in a namespace: `public.add(integer)`, `public.email`.
    pub fn qualified_name(&self) -> Option<QualifiedName> {
        qualified_name(&self.identity)
    }

    /// The default of a domain.
    pub fn domain_default(&self) -> Option<&str> {
        match &self.parts {
            DefinitionParts::Domain(domain) => domain.default.as_deref(),
            DefinitionParts::Whole | DefinitionParts::Composite(_) | DefinitionParts::Clauses(_) => None,
        }
    }

    /// Whether it has a clause of a name.
    pub fn has_clause(&self, name: &str) -> bool {
        match &self.parts {
            DefinitionParts::Clauses(clauses) => clauses.clauses.contains_key(name),
            DefinitionParts::Whole | DefinitionParts::Domain(_) | DefinitionParts::Composite(_) => false,
        }
    }

    /// The name that `RENAME TO` changes.
    pub fn own_name(&self) -> Option<String> {
        own_name(&self.identity)
    }

    /// Whether both mean the same.
    pub fn is_equivalent(&self, other: &Self) -> bool {
        let Self { kind: _, identity: _, parent, statements, compared, signature, parts } = self;
        let texts = match (compared, &other.compared) {
            (Some(a), Some(b)) => a == b,
            (None, None) => *statements == other.statements && *parts == other.parts,
            (Some(_), None) | (None, Some(_)) => false,
        };
        texts && *parent == other.parent && *signature == other.signature
    }

    /// Whether the text is complete enough to make the object from it.
    pub const fn is_complete(&self) -> bool {
        !self.statements.is_empty()
    }
}

/// The namespace and the name in an identity.
pub fn qualified_name(identity: &str) -> Option<QualifiedName> {
    let (namespace, rest) = server_name(identity)?;
    let (name, _) = server_name(rest.strip_prefix('.')?)?;
    Some(QualifiedName::new(Some(Ident::exact(namespace)), Ident::exact(name)))
}

/// The name that a type or relation has among tables and views; none for what has other names. SQLite's and MariaDB's have no namespace.
pub fn relation_name(kind: DefinitionKind, identity: &str) -> Option<QualifiedName> {
    if !kind.is_named_among_relations() {
        return None;
    }
    if kind == DefinitionKind::VirtualTable {
        return Some(QualifiedName::new(None, Ident::case_insensitive(identity)));
    }
    if kind == DefinitionKind::MariadbSequence {
        let name = identity.strip_prefix('`')?.strip_suffix('`')?.replace("``", "`");
        return Some(QualifiedName::new(None, Ident::exact(name)));
    }
    qualified_name(identity)
}

/// The own name in an identity: `add` in `public.add(integer)`, and that of the package in the identity of its body (MariaDB).
pub fn own_name(identity: &str) -> Option<String> {
    let (first, rest) = server_name(identity.strip_prefix("BODY ").unwrap_or(identity))?;
    let second = rest.strip_prefix('.').and_then(server_name);
    Some(second.map_or(first, |(name, _)| name))
}

/// An identity with another own name: `public.add(integer)` becomes `public.sum(integer)`.
pub(crate) fn renamed_identity(identity: &str, name: &str) -> Option<String> {
    let (_, after) = server_name(identity)?;
    let qualified = after.strip_prefix('.').and_then(server_name);
    let rest = qualified.as_ref().map_or(after, |(_, rest)| *rest);
    let namespace = qualified.as_ref().map_or("", |_| &identity[..identity.len() - after.len() + 1]);
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let written = if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) };
    Some(format!("{namespace}{written}{rest}"))
}

/// The first name of a server's text, unquoted, and what follows it. MySQL and MariaDB quote by backticks.
pub(crate) fn server_name(text: &str) -> Option<(String, &str)> {
    let mark = text.chars().next().filter(|first| ['"', '`'].contains(first));
    let Some((mark, quoted)) = mark.map(|mark| (mark, &text[1..])) else {
        let end = text.find(['.', '(', ' ']).unwrap_or(text.len());
        return (end > 0).then(|| (text[..end].to_owned(), &text[end..]));
    };
    let mut name = String::new();
    let mut rest = quoted;
    loop {
        let (part, after) = rest.split_once(mark)?;
        name.push_str(part);
        match after.strip_prefix(mark) {
            Some(next) => {
                name.push(mark);
                rest = next;
            }
            None => return Some((name, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(value: &str, within: Option<&str>, words: [&str; 3]) -> Clause {
        let text = |word: &str| (!word.is_empty()).then(|| word.to_owned());
        let [add, alter, drop] = words.map(text);
        Clause {
            value: value.into(),
            within: within.map(str::to_owned),
            separate: false,
            on: None,
            add,
            alter,
            drop,
        }
    }

    fn clauses(list: &[(&str, Clause)]) -> Clauses {
        let clauses = list.iter().map(|(name, clause)| ((*name).to_owned(), clause.clone())).collect();
        Clauses { base: String::new(), clauses }
    }

    #[test]
    fn names_are_read_as_the_server_quotes_them() {
        assert_eq!(server_name("public.f(integer)"), Some(("public".to_owned(), ".f(integer)")));
        assert_eq!(renamed_identity("public.f(integer)", "G").as_deref(), Some("public.\"G\"(integer)"));
        assert_eq!(renamed_identity("a ON public.t", "b").as_deref(), Some("b ON public.t"));
        assert_eq!(server_name("\"a \"\"b\" ON public.t"), Some(("a \"b".to_owned(), " ON public.t")));
        assert_eq!(own_name("`a \"``b`").as_deref(), Some("a \"`b"));
        assert_eq!(own_name("BODY `p`").as_deref(), Some("p"));
    }

    #[test]
    fn what_can_be_altered_is_and_the_rest_goes_and_comes() {
        let from = clauses(&[
            ("a", clause("1", None, ["add a1", "", "drop a"])),
            ("b", clause("1", None, ["add b1", "alter b1", "drop b"])),
            ("c", clause("1", None, ["add c", "", "drop c"])),
        ]);
        let to = clauses(&[
            ("a", clause("2", None, ["add a2", "", "drop a"])),
            ("b", clause("2", None, ["add b2", "alter b2", "drop b"])),
            ("d", clause("1", None, ["add d", "", "drop d"])),
        ]);
        let wanted = ["drop c", "drop a", "add a2", "alter b2", "add d"].map(str::to_owned);
        assert_eq!(from.alterations(&to), Some(wanted.to_vec()));
    }

    #[test]
    fn what_belongs_to_a_new_clause_comes_with_it() {
        let whole = ("col", clause("", None, ["add col", "", "drop col"]));
        let part = ("col default", clause("1", Some("col"), ["set", "set", "unset"]));
        let empty = clauses(&[]);
        let both = clauses(&[whole, part]);
        assert_eq!(empty.alterations(&both), Some(vec!["add col".to_owned()]));
        assert_eq!(both.alterations(&empty), Some(vec!["drop col".to_owned()]));
    }

    #[test]
    fn what_can_not_go_is_no_way() {
        let from = clauses(&[("using", clause("1", None, ["add", "alter", ""]))]);
        assert_eq!(from.alterations(&clauses(&[])), None);
    }
}
