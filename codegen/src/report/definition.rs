//! What differs of objects that are held as the server's text.

use std::collections::BTreeSet;

use autogen_diff_core::Pair;
use autogen_diff_core::model::{Attribute, Clauses, Definition, DefinitionParts, DomainParts};

use super::Details;
use super::attribute::Attributes;
use super::text::TextChange;

pub(super) fn definition(pair: &Pair<Definition>) -> Details {
    let details = match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => domain(Pair::new(from, to)),
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => composite(Pair::new(from, to)),
        (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) => clauses(Pair::new(from, to)),
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => Details::default(),
    };
    if details.lines.is_empty() && details.texts.is_empty() { whole(pair) } else { details }
}

/// The statements that make it, where no part tells what differs.
fn whole(pair: &Pair<Definition>) -> Details {
    let statements = pair.as_ref().map(|definition| definition.statements.join(";\n"));
    let texts = TextChange::between("definition", Pair::new(&statements.from, &statements.to));
    Details { lines: Vec::new(), texts: texts.into_iter().collect() }
}

fn domain(pair: Pair<&DomainParts>) -> Details {
    let DomainParts { base, collation, default, not_null, checks } = pair.from;
    let to = pair.to;
    let mut found = Attributes::default();
    found.value("type", Pair::new(base, &to.base));
    found.optional("collation", Pair::new(collation.as_ref(), to.collation.as_ref()));
    found.optional("default", Pair::new(default.as_ref(), to.default.as_ref()));
    found.flag("not null", Pair::new(*not_null, to.not_null));
    for name in checks.keys().chain(to.checks.keys()).collect::<BTreeSet<_>>() {
        let both = Pair::new(checks.get(name), to.checks.get(name));
        found.optional(&format!("check {name}"), both.map(|check| check.map(|check| &check.text)));
        let comment = both.map(|check| check.and_then(|check| check.comment.as_ref()));
        found.optional(&format!("comment of check {name}"), comment);
    }
    Details { lines: found.into_lines(), texts: Vec::new() }
}

fn composite(pair: Pair<&Vec<Attribute>>) -> Details {
    let mut found = Attributes::default();
    let named = |side: &'_ [Attribute], name: &str| side.iter().position(|attribute| attribute.name == name);
    for attribute in pair.from {
        let Attribute { name, data_type, comment } = attribute;
        let to = named(pair.to, name).map(|at| &pair.to[at]);
        found.optional(
            &format!("attribute {name}"),
            Pair::new(Some(data_type), to.map(|attribute| &attribute.data_type)),
        );
        if let Some(to) = to {
            let what = format!("comment of attribute {name}");
            found.optional(&what, Pair::new(comment.as_ref(), to.comment.as_ref()));
        }
    }
    for attribute in pair.to.iter().filter(|attribute| named(pair.from, &attribute.name).is_none()) {
        found.optional(&format!("attribute {}", attribute.name), Pair::new(None, Some(&attribute.data_type)));
    }
    Details { lines: found.into_lines(), texts: Vec::new() }
}

fn clauses(pair: Pair<&Clauses>) -> Details {
    let Clauses { base, clauses } = pair.from;
    let to = pair.to;
    let mut found = Attributes::default();
    let mut texts = Vec::new();
    texts.extend(TextChange::between("definition", Pair::new(base.as_str(), &to.base)));
    for name in clauses.keys().chain(to.clauses.keys()).collect::<BTreeSet<_>>() {
        let value = |side: &'_ Clauses| side.clauses.get(name).map(|clause| clause.value.trim().to_owned());
        match (value(pair.from), value(to)) {
            (Some(from), Some(to)) if from.contains('\n') || to.contains('\n') => {
                texts.extend(TextChange::between(name.as_str(), Pair::new(&from, &to)));
            }
            (from, to) => found.optional(name, Pair::new(from, to)),
        }
    }
    Details { lines: found.into_lines(), texts }
}
