//! Locks of what is held as text: on the table that it hangs on, or on those that use it.

use autogen_diff_core::lock::LockMode::{
    self, AccessExclusive, Share, ShareRowExclusive, ShareUpdateExclusive,
};
use autogen_diff_core::lock::LockWork::{Instant, Rewrite, Scan};
use autogen_diff_core::model::{Attribute, Definition, DefinitionParts, DomainCheck, DomainParts};
use autogen_diff_core::{DefinitionKind, Ident, Pair, QualifiedName};

use super::relations::relation_of_parent;
use super::{LockSet, Relations, type_change};
use crate::plan::{DefinitionOperation, mentions};

pub(super) fn locks(operation: &DefinitionOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        DefinitionOperation::Create(made) if made.kind == DefinitionKind::Publication => {
            published(made, there)
        }
        DefinitionOperation::Create(made) if is_partition(made) => {
            LockSet::on(there.tables_of(&made.id()), ShareUpdateExclusive, Instant)
        }
        DefinitionOperation::Drop(dropped) if is_partition(dropped) => {
            LockSet::on(there.tables_of(&dropped.id()), AccessExclusive, Instant)
        }
        DefinitionOperation::Create(made) => on_parent(made, created(made.kind), there),
        DefinitionOperation::Drop(dropped) => on_parent(dropped, hangs(dropped.kind), there),
        DefinitionOperation::Replace(pair) => replaced(pair, there),
    }
}

/// Whether it is a foreign table that is a partition.
fn is_partition(definition: &Definition) -> bool {
    let is_part = |text: &String| text.contains(" ATTACH PARTITION ");
    definition.kind == DefinitionKind::ForeignTable && definition.statements.iter().any(is_part)
}

/// Triggers for each row are those of the partitions too.
fn on_parent(definition: &Definition, mode: Option<LockMode>, there: &Relations<'_>) -> LockSet {
    let relation = relation_of_parent(definition.parent.as_ref());
    match (relation, mode) {
        (Some(relation), Some(mode)) => {
            let is_of_rows = definition.statements.iter().any(|text| text.contains(" FOR EACH ROW "));
            let tables = if is_of_rows { there.family(relation) } else { vec![relation.clone()] };
            LockSet::on(tables, mode, Instant)
        }
        (None, _) | (_, None) => LockSet::default(),
    }
}

/// The lock on the table that a new object hangs on.
const fn created(kind: DefinitionKind) -> Option<LockMode> {
    if matches!(kind, DefinitionKind::Trigger) { Some(ShareRowExclusive) } else { hangs(kind) }
}

/// The lock on the table that an object hangs on, when it is changed or goes.
const fn hangs(kind: DefinitionKind) -> Option<LockMode> {
    if matches!(
        kind,
        DefinitionKind::Trigger
            | DefinitionKind::Policy
            | DefinitionKind::Rule
            | DefinitionKind::ForeignTable
    ) {
        Some(AccessExclusive)
    } else if matches!(kind, DefinitionKind::Statistics) {
        Some(ShareUpdateExclusive)
    } else {
        None
    }
}

/// A trigger that is only switched locks less than one that is made anew.
fn replaced_mode(pair: &Pair<Definition>) -> Option<LockMode> {
    let switches = match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) => from
            .alterations(to)
            .is_some_and(|texts| texts.iter().all(|text| text.starts_with("ALTER TABLE "))),
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => false,
    };
    if switches { Some(ShareRowExclusive) } else { hangs(pair.to.kind) }
}

fn replaced(pair: &Pair<Definition>, there: &Relations<'_>) -> LockSet {
    if pair.to.kind == DefinitionKind::Publication {
        return republished(pair, there);
    }
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) if is_stricter(from, to) => {
            let tables: Vec<QualifiedName> = there.with_type(&pair.to.identity);
            LockSet::on(tables, Share, Scan)
        }
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => {
            let work = if is_rewritten(from, to) { Rewrite } else { Instant };
            let typed = there.of_type(&pair.to.identity);
            let retyped = to
                .iter()
                .filter(|new| from.iter().any(|old| old.name == new.name && old.data_type != new.data_type));
            let names: Vec<Ident> =
                retyped.map(|attribute| Ident::exact(attribute.name.trim_matches('"'))).collect();
            let partners =
                typed.iter().flat_map(|table| names.iter().flat_map(|name| there.partners(table, name)));
            let judged = if work == Rewrite { Scan } else { Instant };
            let partners = LockSet::on(partners, AccessExclusive, judged);
            LockSet::on(typed.iter().cloned(), AccessExclusive, work).and(partners)
        }
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => on_parent(&pair.to, replaced_mode(pair), there),
    }
}

/// Whether the values of an attribute are stored otherwise.
fn is_rewritten(from: &[Attribute], to: &[Attribute]) -> bool {
    to.iter().any(|new| {
        let old = from.iter().find(|old| old.name == new.name);
        old.is_some_and(|old| type_change::is_stored_otherwise(&old.data_type, &new.data_type))
    })
}

/// The tables that a publication's clauses name which change.
fn republished(pair: &Pair<Definition>, there: &Relations<'_>) -> LockSet {
    let texts = match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) => {
            from.alterations(to).unwrap_or_default()
        }
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => Vec::new(),
    };
    named(&pair.to, &texts, there)
}

/// The tables that a publication names. One of all tables locks none of them.
fn published(publication: &Definition, there: &Relations<'_>) -> LockSet {
    named(publication, &publication.statements, there)
}

/// The tables that a publication needs, as far as some texts name them.
fn named(publication: &Definition, texts: &[String], there: &Relations<'_>) -> LockSet {
    let is_named = |table: &QualifiedName| texts.iter().any(|text| mentions(text, table.name.as_str()));
    let tables = there.tables_of(&publication.id()).into_iter().filter(is_named);
    LockSet::on(tables, ShareUpdateExclusive, Instant)
}

/// Whether the values that there are have to be looked at.
fn is_stricter(from: &DomainParts, to: &DomainParts) -> bool {
    let is_new = |(name, check): (&String, &DomainCheck)| {
        let is_judged = !check.text.ends_with(" NOT VALID");
        is_judged && from.checks.get(name).map(|old| &old.text) != Some(&check.text)
    };
    (to.not_null && !from.not_null) || to.checks.iter().any(is_new)
}
