//! Triggers that do what programs rely on: fill a column before a row is written, or write through a view.

use std::collections::BTreeSet;

use autogen_diff_core::model::Definition;
use autogen_diff_core::{DefinitionKind, Dialect, ObjectId, Pair, Schema};
use autogen_sql_text::{Lexeme, lexemes};

use super::{Break, new_definitions};

/// A trigger that goes.
pub(super) fn dropped(trigger: &Definition, schemas: Pair<&Schema>) -> Vec<Break> {
    let Some(parent) = trigger.parent.as_ref().filter(|parent| schemas.to.contains(parent)) else {
        return Vec::new();
    };
    let again = schemas.to.definition(&(trigger.kind, trigger.identity.clone()));
    let new = new_definitions(DefinitionKind::Trigger, schemas).chain(again);
    let new: Vec<&Definition> = new.filter(|other| other.parent.as_ref() == Some(parent)).collect();
    if let ObjectId::View(view) = parent {
        let lost = is_instead_of(trigger) && !new.iter().any(|other| is_instead_of(other));
        let message = "programs that write to this view fail from here on";
        return lost.then(|| (view.to_string(), message.to_owned())).into_iter().collect();
    }
    let ObjectId::Table(name) = parent else { return Vec::new() };
    let Some(table) = schemas.to.table(name) else { return Vec::new() };
    let filled: BTreeSet<String> = new.iter().flat_map(|other| filled(other, schemas.to)).collect();
    let lost = self::filled(trigger, schemas.from);
    let lost = lost.difference(&filled).filter_map(|name| {
        table.columns.iter().find(|column| column.name.as_str().eq_ignore_ascii_case(name))
    });
    let lost = lost.filter(|column| column.generated.is_none());
    lost.map(|column| (format!("{name}.{}", column.name), message(column.nullable))).collect()
}

fn message(nullable: bool) -> String {
    match nullable {
        true => "programs that leave it to the trigger get no value from here on",
        false => "programs that leave it to the trigger fail from here on",
    }
    .to_owned()
}

fn is_instead_of(trigger: &Definition) -> bool {
    trigger.statements.iter().any(|text| text.to_ascii_uppercase().contains("INSTEAD OF"))
}

/// The columns that a trigger gives a value before a row is written.
fn filled(trigger: &Definition, schema: &Schema) -> BTreeSet<String> {
    let texts = trigger.statements.iter().filter(|text| text.contains(" BEFORE "));
    let bodies = texts.flat_map(|text| match schema.dialect {
        Dialect::Postgres => function_of(text, schema),
        Dialect::Mysql => vec![text.clone()],
        Dialect::Sqlite => Vec::new(),
    });
    bodies.flat_map(|body| assigned(schema.dialect, &body)).collect()
}

/// The body of the function that a trigger runs.
fn function_of(trigger: &str, schema: &Schema) -> Vec<String> {
    let called = trigger.rsplit_once(" EXECUTE FUNCTION ").and_then(|(_, call)| call.split_once('('));
    let functions = schema.definitions_of(DefinitionKind::Function);
    let run = functions.filter(|function| {
        called.is_some_and(|(name, _)| function.identity.strip_suffix("()") == Some(name))
    });
    let bodies = run.flat_map(|function| &function.statements).filter_map(|text| {
        let (_, body) = text.split_once("\nAS $")?;
        let (tag, body) = body.split_once('$')?;
        Some(body.rsplit_once(&format!("${tag}$")).map_or(body, |(body, _)| body).to_owned())
    });
    bodies.collect()
}

/// The columns of `NEW` that a body sets.
fn assigned(dialect: Dialect, body: &str) -> BTreeSet<String> {
    let found = lexemes(dialect, body);
    let sign = |at: usize, signs: &[&str]| {
        found.get(at).is_some_and(|lexeme: &Lexeme| signs.iter().any(|sign| lexeme.is_sign(sign)))
    };
    let begins = |at: usize| at == 0 || found[at - 1].is_any(STARTS) || sign(at - 1, &[";", ","]);
    let sets = |at: usize| {
        let is_set = sign(at + 3, &[":="]) || (sign(at + 3, &[":"]) && sign(at + 4, &["="]));
        found[at].is("NEW") && sign(at + 1, &["."]) && (is_set || (sign(at + 3, &["="]) && begins(at)))
    };
    let columns = (0..found.len()).filter(|at| sets(*at) || is_target(&found, *at));
    columns.filter_map(|at| Some(found.get(at + 2)?.name()?.to_owned())).collect()
}

/// The words that an assignment with `=` comes behind, which is a comparison elsewhere.
const STARTS: &[&str] = &["BEGIN", "THEN", "ELSE", "LOOP", "SET"];

/// Whether it is the target of a `SELECT … INTO`.
fn is_target(found: &[Lexeme], at: usize) -> bool {
    let behind_into = at.checked_sub(1).is_some_and(|before| found[before].is_any(&["INTO", "STRICT"]));
    found[at].is("NEW") && behind_into
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_body_sets_is_told_from_what_it_compares() {
        let set = |dialect, body| assigned(dialect, body).into_iter().collect::<Vec<_>>().join(" ");
        let postgres =
            "BEGIN IF NEW.a = 1 THEN NEW.b := 2; NEW.\"C\" = 3; END IF; SELECT 1 INTO NEW.d; RETURN NEW; END";
        assert_eq!(set(Dialect::Postgres, postgres), "C b d");
        let mysql = "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = NEW.b + 1, NEW.`c` = 2";
        assert_eq!(set(Dialect::Mysql, mysql), "a c");
    }
}
