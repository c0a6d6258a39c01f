//! Renames. MySQL refuses one of a column that a check, a functional key part, a generated column, the default of another one or the
//! partitions name (errors 3959, 3837, 3108, 3766 and 3855), unless the same statement says these anew; MariaDB follows by itself.

use autogen_diff_core::diff::rename::{PairOf, Rename};
use autogen_diff_core::model::{Check, Column, Constraint, ConstraintKind, Expression, Index, Table};
use autogen_diff_core::{Dialect, Flavor, Ident, ObjectId, QualifiedName, Schema};
use autogen_sql_text::{Lexeme, LexemeKind, lexemes};

use super::{key, table};
use crate::plan::Refusal;
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

/// Why a rename is refused: MySQL's statement says anew what names the column, and can't where that names another column, or the table
/// itself is called otherwise, which gets another name along with it.
pub(super) fn obstacle(rename: &Rename, all: &[&Rename], schema: &Schema, q: &Quoter) -> Option<Refusal> {
    let Rename::Column(name, names) = rename else { return None };
    let old_table = all.iter().find_map(|other| match other {
        Rename::Table(tables) if tables.to == *name => Some(&tables.from),
        Rename::Table(_) | Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..) => None,
    });
    let table = schema.table(name).or_else(|| schema.table(old_table?));
    let table = table.filter(|_| schema.flavor == Flavor::Mysql)?;
    let others: Vec<&PairOf<Ident>> = all
        .iter()
        .filter_map(|other| match other {
            Rename::Column(table, other) if table == name && other != names => Some(other),
            Rename::Table(_) | Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..) => None,
        })
        .collect();
    let names_both = |text: &str| {
        let mut others = others.iter();
        renamed(text, names, q).is_some()
            && (old_table.is_some() || others.any(|other| renamed(text, other, q).is_some()))
    };
    texts(table).any(names_both).then(|| Refusal {
        object: ObjectId::Column(name.clone(), names.from.clone()),
        reason: "MySQL renames a column that checks, keys, other columns or partitions name only where nothing else that these name \
                 gets another name along with it"
            .to_owned(),
        help: "rename one of them in a migration of its own first, then run autogen again".to_owned(),
    })
}

/// What of a table may name columns, in the server's words.
fn texts(table: &Table) -> impl Iterator<Item = &str> {
    let checks = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::Check(check) => Some(check.expression.as_str()),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclude(_) => None,
    });
    let keys = functional(table).map(|index| index.definition.as_str());
    let columns = table.columns.iter().map(|column| column.mysql().definition.as_str());
    checks.chain(keys).chain(columns).chain(table.mysql().partition.as_deref())
}

/// The table whose rows are copied for a rename, since a check is added again, or values are computed or parted anew.
pub(super) fn copied(rename: &Rename, schema: &Schema, q: &Quoter) -> Option<QualifiedName> {
    let Rename::Column(name, names) = rename else { return None };
    let table = schema.table(name).filter(|_| schema.flavor == Flavor::Mysql)?;
    let is_copied = checks(table, names, q).next().is_some()
        || dependent_columns(table, names, q).any(|(column, _)| column.generated.is_some())
        || partitions(table, names, q).is_some();
    is_copied.then(|| name.clone())
}

fn column(name: &QualifiedName, names: &PairOf<Ident>, schema: &Schema, q: &Quoter) -> String {
    let lead = format!("ALTER TABLE {}", q.qualified(name));
    let rename = format!("RENAME COLUMN {} TO {}", q.ident(&names.from), q.ident(&names.to));
    let Some(table) = schema.table(name).filter(|_| schema.flavor == Flavor::Mysql) else {
        return format!("{lead} {rename}");
    };
    let (drops, adds): (Vec<String>, Vec<String>) =
        checks(table, names, q).chain(functional_keys(table, names, q)).unzip();
    let columns = dependent_columns(table, names, q)
        .map(|(column, definition)| format!("MODIFY COLUMN {} {definition}", q.ident(&column.name)));
    let clauses: Vec<String> = drops.into_iter().chain([rename]).chain(columns).chain(adds).collect();
    let partitions = partitions(table, names, q).map(|text| format!("\n    {text}")).unwrap_or_default();
    match &clauses[..] {
        [alone] if partitions.is_empty() => format!("{lead} {alone}"),
        several => format!("{lead}\n    {}{partitions}", several.join(",\n    ")),
    }
}

/// Other columns whose expressions name a column, with their definitions by its new name.
fn dependent_columns<'a>(
    table: &'a Table,
    names: &'a PairOf<Ident>,
    q: &'a Quoter,
) -> impl Iterator<Item = (&'a Column, String)> + 'a {
    table
        .columns
        .iter()
        .filter_map(move |column| Some((column, renamed(&column.mysql().definition, names, q)?)))
}

/// How a table is parted, by a column's new name, where it is parted by that.
fn partitions(table: &Table, names: &PairOf<Ident>, q: &Quoter) -> Option<String> {
    let text = table.mysql().partition.as_ref()?;
    // Lists of columns have no quotes where a name needs none; the names of partitions have none either.
    let (mut follows, mut in_list, mut is_partition) = (false, false, false);
    renamed_where(text, names, q, |lexeme| {
        in_list = (in_list && !lexeme.is_sign(")")) || (follows && lexeme.is_sign("("));
        follows = lexeme.is_any(&["KEY", "COLUMNS"]) || (follows && !lexeme.is_sign("("));
        let is_name = std::mem::replace(&mut is_partition, lexeme.is_any(&["PARTITION", "SUBPARTITION"]));
        match (is_name, in_list) {
            (true, _) => Spelled::Nowhere,
            (false, true) => Spelled::BareOrQuoted,
            (false, false) => Spelled::Quoted,
        }
    })
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
    functional(table).filter_map(move |index| {
        let definition = renamed(&index.definition, names, q)?;
        let add = key::definition(&Index { definition, ..Index::clone(index) }, q);
        Some((format!("DROP KEY {}", q.ident(&index.name)), format!("ADD {add}")))
    })
}

/// The keys with an expression, which is in parentheses of its own; a column's may only follow it, with a length.
fn functional(table: &Table) -> impl Iterator<Item = &Index> {
    let keys = table.indexes.values().map(|index| &**index);
    keys.filter(|index| index.definition.contains("((") || index.definition.contains(",("))
}

/// A text that names a column, by its new name; none where it names another one. The schema may be the one behind the rename.
fn renamed(text: &str, names: &PairOf<Ident>, q: &Quoter) -> Option<String> {
    renamed_where(text, names, q, |_| Spelled::Quoted)
}

/// How a column's name is spelled at a place of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelled {
    /// None is there.
    Nowhere,
    Quoted,
    BareOrQuoted,
}

/// The same, where something says how a name is spelled at each place.
fn renamed_where(
    text: &str,
    names: &PairOf<Ident>,
    q: &Quoter,
    mut spelled: impl FnMut(&Lexeme) -> Spelled,
) -> Option<String> {
    let found = lexemes(Dialect::Mysql, text);
    let mut names_it = false;
    let (mut renamed, mut rest) = (String::new(), 0);
    for lexeme in &found {
        let spelled = spelled(lexeme);
        let is = |column| is(lexeme, spelled, column);
        names_it = names_it || is(&names.to);
        if is(&names.from) {
            renamed.push_str(&text[rest..lexeme.span.start]);
            renamed.push_str(&q.ident(&names.to));
            rest = lexeme.span.end;
        }
    }
    (names_it || rest > 0).then(|| renamed + &text[rest..])
}

/// Whether a name is a column's, as `SHOW CREATE TABLE` writes it.
fn is(lexeme: &Lexeme, spelled: Spelled, column: &Ident) -> bool {
    match &lexeme.kind {
        LexemeKind::Name(name) => {
            spelled != Spelled::Nowhere && name.replace("``", "`").eq_ignore_ascii_case(column.as_str())
        }
        LexemeKind::Word(word) => {
            spelled == Spelled::BareOrQuoted && word.eq_ignore_ascii_case(column.as_str())
        }
        LexemeKind::Text(_) | LexemeKind::Other(_) => false,
    }
}
