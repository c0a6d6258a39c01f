//! Renames. MySQL refuses one of a column that a check or a functional key part names (errors 3959 and 3837), unless the same statement
//! drops that and adds it again; MariaDB follows by itself.

use autogen_diff_core::diff::rename::{PairOf, Rename};
use autogen_diff_core::model::{Check, Constraint, ConstraintKind, Expression, Index, Table};
use autogen_diff_core::{Dialect, Flavor, Ident, QualifiedName, Schema};
use autogen_sql_text::{Lexeme, LexemeKind, lexemes};

use super::{key, table};
use crate::quote::Quoter;

/// The statement of a rename, before or behind which a schema is; none where the dialect has no such rename.
pub(super) fn statement(rename: &Rename, schema: &Schema, q: &Quoter) -> Option<String> {
    match rename {
        Rename::Table(names) => {
            Some(format!("RENAME TABLE {} TO {}", q.qualified(&names.from), q.qualified(&names.to)))
        }
        Rename::Column(table, names) => Some(column(table, names, schema, q)),
        Rename::EnumValue(..) | Rename::Object(_) => None,
    }
}

/// The table whose rows are copied for a rename, since a check is added again.
pub(super) fn copied(rename: &Rename, schema: &Schema, q: &Quoter) -> Option<QualifiedName> {
    let Rename::Column(name, names) = rename else { return None };
    let table = schema.table(name).filter(|_| schema.flavor == Flavor::Mysql)?;
    checks(table, names, q).next().map(|_| name.clone())
}

fn column(name: &QualifiedName, names: &PairOf<Ident>, schema: &Schema, q: &Quoter) -> String {
    let lead = format!("ALTER TABLE {}", q.qualified(name));
    let rename = format!("RENAME COLUMN {} TO {}", q.ident(&names.from), q.ident(&names.to));
    let table = schema.table(name).filter(|_| schema.flavor == Flavor::Mysql);
    let dependents =
        |table| checks(table, names, q).chain(functional_keys(table, names, q)).collect::<Vec<_>>();
    let (drops, adds): (Vec<String>, Vec<String>) =
        table.map(dependents).unwrap_or_default().into_iter().unzip();
    if drops.is_empty() {
        return format!("{lead} {rename}");
    }
    let clauses: Vec<String> = drops.into_iter().chain([rename]).chain(adds).collect();
    format!("{lead}\n    {}", clauses.join(",\n    "))
}

/// The clauses that drop and add again the checks that name a column.
fn checks<'a>(
    table: &'a Table,
    names: &'a PairOf<Ident>,
    q: &'a Quoter,
) -> impl Iterator<Item = (String, String)> + 'a {
    table.constraints.iter().filter_map(move |constraint| {
        let ConstraintKind::Check(check) = &constraint.kind else { return None };
        let expression = Expression::new(renamed(check.expression.as_str(), names, q)?);
        let kind = ConstraintKind::Check(Check { expression, ..check.clone() });
        let add = table::constraint(&Constraint { kind, ..constraint.clone() }, q);
        Some((table::drop_constraint(constraint, q), format!("ADD {add}")))
    })
}

/// The same of keys that have an expression among their parts.
fn functional_keys<'a>(
    table: &'a Table,
    names: &'a PairOf<Ident>,
    q: &'a Quoter,
) -> impl Iterator<Item = (String, String)> + 'a {
    // Expressions are in parentheses of their own; a column's may only follow it, with a length.
    let keys = table.indexes.values();
    let keys = keys.filter(|index| index.definition.contains("((") || index.definition.contains(",("));
    keys.filter_map(move |index| {
        let definition = renamed(&index.definition, names, q)?;
        let add = key::definition(&Index { definition, ..Index::clone(index) }, q);
        Some((format!("DROP KEY {}", q.ident(&index.name)), format!("ADD {add}")))
    })
}

/// A text that names a column, by its new name; none where it names another one. The schema may be the one behind the rename.
fn renamed(text: &str, names: &PairOf<Ident>, q: &Quoter) -> Option<String> {
    let found = lexemes(Dialect::Mysql, text);
    let mut names_it = false;
    let (mut renamed, mut rest) = (String::new(), 0);
    for lexeme in &found {
        names_it = names_it || is(lexeme, &names.to);
        if is(lexeme, &names.from) {
            renamed.push_str(&text[rest..lexeme.span.start]);
            renamed.push_str(&q.ident(&names.to));
            rest = lexeme.span.end;
        }
    }
    (names_it || rest > 0).then(|| renamed + &text[rest..])
}

/// Whether a quoted name is a column's, as `SHOW CREATE TABLE` writes it.
fn is(lexeme: &Lexeme, column: &Ident) -> bool {
    matches!(&lexeme.kind, LexemeKind::Name(name) if name.replace("``", "`").eq_ignore_ascii_case(column.as_str()))
}
