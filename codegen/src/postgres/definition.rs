//! Objects held as the server's own text.

use autogen_diff_core::model::{Attribute, Definition, DefinitionParts, DomainCheck, DomainParts};
use autogen_diff_core::{Dialect, ObjectId, Pair, Schema};

use crate::plan::{DefinitionOperation, functions_of_type};
use crate::quote::Quoter;

/// The statements of an operation; none where PostgreSQL has no such objects.
pub(super) fn statements(operation: &DefinitionOperation, from: &Schema, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        DefinitionOperation::Create(made) => Some(create(made, q)),
        DefinitionOperation::Drop(dropped) => {
            let id = dropped.id();
            let functions: Vec<&ObjectId> = functions_of_type(from, &id).collect();
            drop(dropped, &functions, q)
        }
        DefinitionOperation::Replace(pair) => replace(pair, from, q),
    }
}

/// The statements that make it, with the comments of its parts.
pub(super) fn create(definition: &Definition, q: &Quoter) -> Vec<String> {
    let name = &definition.identity;
    let mut statements = definition.statements.clone();
    let commented: Vec<(String, Option<&String>)> = match &definition.parts {
        DefinitionParts::Whole | DefinitionParts::Clauses(_) => Vec::new(),
        DefinitionParts::Domain(domain) => {
            let checks = domain.checks.iter();
            checks.map(|(n, check)| (check_of_domain(n, name), check.comment.as_ref())).collect()
        }
        DefinitionParts::Composite(attributes) => {
            attributes.iter().map(|a| (attribute_of_type(&a.name, name), a.comment.as_ref())).collect()
        }
    };
    let comments = commented.iter().filter_map(|(part, text)| part_comment(part, Pair::new(None, *text), q));
    statements.extend(comments);
    statements
}

fn check_of_domain(check: &str, domain: &str) -> String {
    format!("CONSTRAINT {check} ON DOMAIN {domain}")
}

fn attribute_of_type(attribute: &str, composite: &str) -> String {
    format!("COLUMN {composite}.{attribute}")
}

/// A type whose functions need it goes together with them, and with nothing else: `CASCADE` reaches what no model shows.
fn drop(definition: &Definition, functions: &[&ObjectId], q: &Quoter) -> Option<Vec<String>> {
    let drop = format!("DROP {} {}", definition.kind.keyword(Dialect::Postgres)?, definition.identity);
    if functions.is_empty() {
        return Some(vec![drop]);
    }
    let of_type = q.literal(&definition.identity);
    let functions = functions.iter().filter_map(|id| match id {
        ObjectId::Definition(_, identity) => Some(format!("{}::regprocedure", q.literal(identity))),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => None,
    });
    let functions = functions.collect::<Vec<_>>().join(", ");
    let message = q.literal(&format!("other objects need type {}", definition.identity.replace('%', "%%")));
    let guard = format!(
        "DO $guard$
DECLARE
    own oid[] := ARRAY(SELECT {of_type}::regtype::oid
                       UNION ALL SELECT rngmultitypid FROM pg_range WHERE rngtypid = {of_type}::regtype);
    types oid[] := own || ARRAY(SELECT typarray FROM pg_type WHERE oid = ANY (own));
    functions oid[] := ARRAY[{functions}];
BEGIN
    IF EXISTS (SELECT FROM pg_depend d WHERE d.deptype IN ('n', 'a')
               AND (d.refclassid = 'pg_type'::regclass AND d.refobjid = ANY (types)
                    OR d.refclassid = 'pg_proc'::regclass AND d.refobjid = ANY (functions))
               AND NOT EXISTS (SELECT FROM pg_depend i WHERE (i.classid, i.objid, i.deptype) = (d.classid, d.objid, 'i')
                               AND i.refclassid = 'pg_type'::regclass AND i.refobjid = ANY (types))
               AND NOT (d.classid = 'pg_type'::regclass AND d.objid = ANY (types))
               AND NOT (d.classid = 'pg_proc'::regclass AND d.objid = ANY (functions))) THEN
        RAISE EXCEPTION {message};
    END IF;
END
$guard$"
    );
    Some(vec![guard, format!("{drop} CASCADE")])
}

/// `CREATE OR REPLACE` for a routine, whose text from the server says so already;
/// `ALTER` for what has parts.
fn replace(pair: &Pair<Definition>, schema: &Schema, q: &Quoter) -> Option<Vec<String>> {
    let name = &pair.to.identity;
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => {
            Some(alter_domain(name, Pair::new(from, to), q))
        }
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => {
            Some(alter_composite(name, Pair::new(from, to), cascade(schema, name), q))
        }
        (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) => from.alterations(to),
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => Some(pair.to.statements.iter().map(|text| or_replace(text)).collect()),
    }
}

fn or_replace(text: &str) -> String {
    text.strip_prefix("CREATE AGGREGATE ")
        .map_or_else(|| text.to_owned(), |rest| format!("CREATE OR REPLACE AGGREGATE {rest}"))
}

fn alter_domain(name: &str, Pair { from, to }: Pair<&DomainParts>, q: &Quoter) -> Vec<String> {
    let mut actions = Vec::new();
    let text = |parts: &DomainParts, check: &str| parts.checks.get(check).map(|check| check.text.clone());
    for check in from.checks.keys().filter(|check| text(to, check) != text(from, check)) {
        actions.push(format!("DROP CONSTRAINT {check}"));
    }
    match &to.default {
        Some(default) if from.default != to.default => actions.push(format!("SET DEFAULT {default}")),
        None if from.default.is_some() => actions.push("DROP DEFAULT".to_owned()),
        Some(_) | None => {}
    }
    if from.not_null != to.not_null {
        actions.push(if to.not_null { "SET NOT NULL" } else { "DROP NOT NULL" }.to_owned());
    }
    for (check, DomainCheck { text: new, comment: _ }) in &to.checks {
        match text(from, check) {
            Some(old) if old == *new => {}
            Some(old) if old == format!("{new} NOT VALID") => {
                // It is the same check, once its rows are looked at.
                actions.retain(|action| *action != format!("DROP CONSTRAINT {check}"));
                actions.push(format!("VALIDATE CONSTRAINT {check}"));
            }
            Some(_) | None => actions.push(format!("ADD CONSTRAINT {check} {new}")),
        }
    }
    let mut statements: Vec<String> =
        actions.into_iter().map(|action| format!("ALTER DOMAIN {name} {action}")).collect();
    for (check, new) in &to.checks {
        let old = from.checks.get(check);
        let kept = old.filter(|old| old.text == new.text).and_then(|old| old.comment.as_ref());
        statements.extend(part_comment(
            &check_of_domain(check, name),
            Pair::new(kept, new.comment.as_ref()),
            q,
        ));
    }
    statements
}

/// Typed tables follow their type only when told so.
fn cascade(schema: &Schema, composite: &str) -> &'static str {
    let mut tables = schema.tables();
    let typed = tables.any(|table| table.postgres().of_type.as_deref() == Some(composite));
    if typed { " CASCADE" } else { "" }
}

fn alter_composite(
    name: &str,
    Pair { from, to }: Pair<&Vec<Attribute>>,
    cascade: &str,
    q: &Quoter,
) -> Vec<String> {
    let find = |list: &Vec<Attribute>, name: &str| list.iter().find(|a| a.name == name).cloned();
    let mut statements = Vec::new();
    for gone in from.iter().filter(|attribute| find(to, &attribute.name).is_none()) {
        statements.push(format!("ALTER TYPE {name} DROP ATTRIBUTE {}{cascade}", gone.name));
    }
    for Attribute { name: attribute, data_type, comment } in to {
        let old = find(from, attribute);
        match &old {
            None => {
                statements.push(format!("ALTER TYPE {name} ADD ATTRIBUTE {attribute} {data_type}{cascade}"))
            }
            Some(old) if old.data_type != *data_type => {
                statements
                    .push(format!("ALTER TYPE {name} ALTER ATTRIBUTE {attribute} TYPE {data_type}{cascade}"));
            }
            Some(_) => {}
        }
        let kept = old.as_ref().and_then(|old| old.comment.as_ref());
        statements.extend(part_comment(
            &attribute_of_type(attribute, name),
            Pair::new(kept, comment.as_ref()),
            q,
        ));
    }
    statements
}

/// The comment of a part that has changed.
fn part_comment(object: &str, text: Pair<Option<&String>>, q: &Quoter) -> Option<String> {
    let written = text.to.map_or_else(|| "NULL".to_owned(), |text| q.literal(text));
    text.differs().then(|| format!("COMMENT ON {object} IS {written}"))
}
