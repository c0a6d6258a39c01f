//! What differs of objects that are held as the server's text.

use std::borrow::Cow;
use std::collections::BTreeSet;

use autogen_diff_core::model::{Attribute, Clause, Clauses, Definition, DefinitionParts, DomainParts};
use autogen_diff_core::{Dialect, Pair};
use autogen_sql_text::redact_secrets;

use super::Details;
use super::attribute::Attributes;
use super::text::TextChange;

pub(super) fn definition(dialect: Dialect, pair: &Pair<Definition>) -> Details {
    let details = match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => domain(Pair::new(from, to)),
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => composite(Pair::new(from, to)),
        (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) => {
            clauses(dialect, Pair::new(from, to))
        }
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => Details::default(),
    };
    if details.lines.is_empty() && details.texts.is_empty() { whole(dialect, pair) } else { details }
}

/// The statements that make it, where no part tells what differs.
fn whole(dialect: Dialect, pair: &Pair<Definition>) -> Details {
    let statements = pair.as_ref().map(|definition| definition.statements.join(";\n"));
    text(dialect, "definition", statements.as_ref().map(String::as_str))
}

/// What differs in a text, with secrets covered; where nothing else differs, that they do.
fn text(dialect: Dialect, what: &str, texts: Pair<&str>) -> Details {
    let covered: Pair<Cow<'_, str>> = texts.map(|text| redact_secrets(dialect, text));
    let change = TextChange::between(what, Pair::new(&covered.from, &covered.to));
    let is_hidden = change.is_none() && texts.from != texts.to;
    Details {
        lines: is_hidden.then(|| covered_line(what)).into_iter().collect(),
        texts: change.into_iter().collect(),
    }
}

fn covered_line(what: &str) -> String {
    format!("~ {what}, in a value that is not shown")
}

/// Whether a clause holds a secret, which the statement that brings it names (`OPTIONS (ADD password 'x')`).
fn is_secret(dialect: Dialect, clause: &Clause) -> bool {
    clause.add.iter().chain(&clause.alter).any(|sql| redact_secrets(dialect, sql) != *sql)
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

fn clauses(dialect: Dialect, pair: Pair<&Clauses>) -> Details {
    let Clauses { base, clauses } = pair.from;
    let to = pair.to;
    let Details { lines, mut texts } = text(dialect, "definition", Pair::new(base, &to.base));
    let mut found = Attributes::default();
    lines.into_iter().for_each(|line| found.say(line));
    for name in clauses.keys().chain(to.clauses.keys()).collect::<BTreeSet<_>>() {
        let both = pair.map(|side| side.clauses.get(name));
        let hides = |clause: Option<&Clause>| clause.is_some_and(|clause| is_secret(dialect, clause));
        let is_hidden = hides(both.from) || hides(both.to);
        let values = both.map(|clause| clause.map(|clause| clause.value.trim()));
        match (values.from, values.to) {
            (from, to) if from == to => {}
            (Some(_), Some(_)) if is_hidden => found.say(covered_line(name)),
            (from, to) if is_hidden => {
                found.optional(name, Pair::new(from, to).map(|value| value.map(|_| "***")))
            }
            (Some(from), Some(to)) if from.contains('\n') || to.contains('\n') => {
                texts.extend(TextChange::between(name.as_str(), Pair::new(from, to)));
            }
            (from, to) => found.optional(name, Pair::new(from, to)),
        }
    }
    Details { lines: found.into_lines(), texts }
}
