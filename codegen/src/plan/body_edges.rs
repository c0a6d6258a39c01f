//! What the bodies of routines name. The catalog records none of it, and a body may run before the plan is through: a check
//! looks at rows, a materialized view is filled, a new column computes its default.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::Definition;
use autogen_diff_core::model::definition::{own_name, qualified_name};
use autogen_diff_core::{Dialect, Ident, ObjectId};
use autogen_sql_text::{Lexeme, LexemeKind, code_lexemes, lexemes};

use super::operation::{DefinitionOperation, Effects, ExtensionOperation, Operation};

/// A name in code, with what stands before its dot.
type Name = (Option<String>, String);

/// From what makes or changes an object to the routine whose body names it. Any name may be another object's, or a
/// variable's, so such an edge is a wish: it gives way where the catalog's needs say otherwise.
pub(super) fn wishes(
    operations: &[Operation],
    effects: &[Effects],
    dialect: Dialect,
) -> BTreeSet<(usize, usize)> {
    let bodies: Vec<(usize, &Definition)> =
        operations.iter().enumerate().filter_map(|(i, operation)| Some((i, routine(operation)?))).collect();
    if bodies.is_empty() {
        return BTreeSet::new();
    }
    let made = Made::by(operations, effects);
    let mut wishes = BTreeSet::new();
    for (i, definition) in bodies {
        let providers = made.named(&names(definition, dialect));
        wishes.extend(providers.into_iter().filter(|provider| *provider != i).map(|provider| (provider, i)));
    }
    wishes
}

/// The routine that an operation makes or replaces.
pub(super) const fn routine(operation: &Operation) -> Option<&Definition> {
    match operation.definition() {
        Some(DefinitionOperation::Create(made)) if made.kind.is_routine() => Some(made),
        Some(DefinitionOperation::Replace(pair)) if pair.to.kind.is_routine() => Some(&pair.to),
        Some(_) | None => None,
    }
}

/// What a plan makes and changes, by name.
#[derive(Default)]
struct Made<'a> {
    /// Who makes or changes what has a name of its own, and the namespace of that.
    objects: BTreeMap<String, Vec<(Option<&'a Ident>, usize)>>,
    /// The same of columns, with their tables.
    columns: BTreeMap<&'a str, Vec<(&'a str, usize)>>,
    /// Extensions, whose members are in no model.
    extensions: BTreeSet<usize>,
}

impl<'a> Made<'a> {
    fn by(operations: &[Operation], effects: &'a [Effects]) -> Self {
        let mut made = Self::default();
        for (i, effects) in effects.iter().enumerate() {
            for id in effects.creates.iter().chain(effects.altered()) {
                made.add(i, id);
            }
            if matches!(
                operations[i],
                Operation::Extension(ExtensionOperation::Create(_) | ExtensionOperation::Alter(_))
            ) {
                made.extensions.insert(i);
            }
        }
        made
    }

    fn add(&mut self, i: usize, id: &'a ObjectId) {
        match id {
            ObjectId::EnumType(name)
            | ObjectId::Sequence(name)
            | ObjectId::Table(name)
            | ObjectId::View(name)
            | ObjectId::MaterializedView(name) => {
                let places = self.objects.entry(name.name.as_str().to_owned()).or_default();
                places.push((name.namespace.as_ref(), i));
            }
            ObjectId::Column(table, name) => {
                self.columns.entry(name.as_str()).or_default().push((table.name.as_str(), i));
            }
            ObjectId::Definition(_, identity) => {
                if let Some(name) = own_name(identity).filter(|_| qualified_name(identity).is_some()) {
                    self.objects.entry(name).or_default().push((None, i));
                }
            }
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::Constraint(..)
            | ObjectId::Index(..) => {}
        }
    }

    /// Who makes or changes what names may stand for. A name without a namespace may be in any.
    fn named(&self, names: &BTreeSet<Name>) -> BTreeSet<usize> {
        let words: BTreeSet<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
        let mut found = self.extensions.clone();
        for (before, name) in names {
            let places = self.objects.get(name).into_iter().flatten();
            let fits = |namespace: Option<&Ident>| match (before, namespace) {
                (Some(before), Some(namespace)) => before == namespace.as_str(),
                (Some(_) | None, _) => true,
            };
            found.extend(places.filter(|(namespace, _)| fits(*namespace)).map(|(_, i)| *i));
            let columns = self.columns.get(name.as_str()).into_iter().flatten();
            found.extend(columns.filter(|(table, _)| words.contains(table)).map(|(_, i)| *i));
        }
        found
    }
}

/// The names in a routine's text and body.
fn names(definition: &Definition, dialect: Dialect) -> BTreeSet<Name> {
    let codes = definition.statements.iter().flat_map(|statement| code_lexemes(dialect, statement));
    codes.flat_map(|code| names_in(&code, dialect)).collect()
}

fn names_in(code: &[Lexeme], dialect: Dialect) -> Vec<Name> {
    let mut found = Vec::new();
    for (at, lexeme) in code.iter().enumerate() {
        if let Some(name) = spoken(lexeme) {
            let qualifier = at.checked_sub(2).filter(|_| code[at - 1].is_sign("."));
            found.push((qualifier.and_then(|before| spoken(&code[before])), name));
        }
        // `nextval('app.numbers')`: a text that is a name and nothing else.
        if let LexemeKind::Text(text) = &lexeme.kind {
            let inner = lexemes(dialect, text);
            if let [.., name] = &inner[..]
                && inner.len() <= 3
            {
                let qualifier = inner.first().filter(|_| inner.len() == 3 && inner[1].is_sign("."));
                found.extend(spoken(name).map(|name| (qualifier.and_then(spoken), name)));
            }
        }
    }
    found
}

/// The name that a lexeme is, as the catalog holds it.
fn spoken(lexeme: &Lexeme) -> Option<String> {
    match &lexeme.kind {
        LexemeKind::Word(word) => Some(word.to_lowercase()),
        LexemeKind::Name(name) => Some(name.replace("\"\"", "\"")),
        LexemeKind::Text(_) | LexemeKind::Other(_) => None,
    }
}
