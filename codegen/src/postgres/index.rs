//! Indexes.

use autogen_diff_core::model::{Index, IndexKey, IndexKeyValue};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use super::table::{changed_parameters, parameters};
use crate::plan::IndexOperation;
use crate::quote::Quoter;

pub(super) fn statements(operation: &IndexOperation, q: &Quoter) -> Vec<String> {
    match operation {
        IndexOperation::Create { table, index } => create(table, index, q),
        IndexOperation::CreateConcurrently { table, index } => create_concurrently(table, index, q),
        IndexOperation::Drop { table, index } => vec![drop("DROP INDEX", table, index, q)],
        IndexOperation::DropConcurrently { table, index } => {
            vec![drop("DROP INDEX CONCURRENTLY", table, index, q)]
        }
        IndexOperation::Rename { table, names } => vec![rename(table, names, q)],
        IndexOperation::Alter { table, index } => alter(table, index, q),
        IndexOperation::ClusterOn { relation, index } => vec![cluster(relation, index.as_ref(), q)],
        IndexOperation::Attach { table, index, parent } => vec![attach(table, index, parent, q)],
    }
}

fn drop(words: &str, table: &QualifiedName, index: &Index, q: &Quoter) -> String {
    format!("{words} {}", q.qualified(&table.sibling(index.name.clone())))
}

/// The same while rows are written.
pub(super) fn create_concurrently(table: &QualifiedName, index: &Index, q: &Quoter) -> Vec<String> {
    let mut statements = create(table, index, q);
    if let Some(first) = statements.first_mut() {
        *first = first.replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
    }
    statements
}

pub(super) fn create(table: &QualifiedName, index: &Index, q: &Quoter) -> Vec<String> {
    let Index {
        name,
        unique,
        nulls_not_distinct,
        method,
        keys,
        include,
        predicate,
        storage_parameters,
        tablespace,
        valid,
        partitioned,
        parent: _,
        definition: _,
        source: _,
    } = index;
    let unique = if *unique { "UNIQUE " } else { "" };
    let method = method.as_deref().filter(|method| *method != "btree");
    let method = method.map(|method| format!(" USING {}", q.text(method))).unwrap_or_default();
    let keys: Vec<String> = keys.iter().map(|k| key(k, q)).collect();
    let mut text = format!(
        "CREATE {unique}INDEX {} ON {}{}{method} ({})",
        q.ident(name),
        if *partitioned && !valid { "ONLY " } else { "" },
        q.qualified(table),
        keys.join(", ")
    );
    if !include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", q.list(include)));
    }
    if *nulls_not_distinct {
        text.push_str(" NULLS NOT DISTINCT");
    }
    if !storage_parameters.is_empty() {
        text.push_str(&format!(" WITH ({})", parameters(storage_parameters, q)));
    }
    if let Some(tablespace) = tablespace {
        text.push_str(&format!(" TABLESPACE {}", q.ident(tablespace)));
    }
    if let Some(predicate) = predicate {
        text.push_str(&format!(" WHERE {predicate}"));
    }
    let bare = index.keys.iter().map(|key| IndexKey { statistics: None, ..key.clone() }).collect();
    let bare = Index { keys: bare, ..index.clone() };
    let mut statements = vec![text];
    statements.extend(statistics(table, Pair::new(&bare, index), q));
    statements
}

/// The statistics targets that differ; the server knows the keys by their numbers.
fn statistics(table: &QualifiedName, pair: Pair<&Index>, q: &Quoter) -> Vec<String> {
    let name = q.qualified(&table.sibling(pair.to.name.clone()));
    let keys = pair.from.keys.iter().zip(&pair.to.keys).enumerate();
    let changed = keys.filter(|(_, (from, to))| from.statistics != to.statistics);
    let statement = |(i, (_, to)): (usize, (&IndexKey, &IndexKey))| {
        let target = to.statistics.unwrap_or(-1);
        // A partitioned index hands it to its parts, unless it is altered alone.
        format!("ALTER TABLE ONLY {name} ALTER COLUMN {} SET STATISTICS {target}", i + 1)
    };
    changed.map(statement).collect()
}

fn key(key: &IndexKey, q: &Quoter) -> String {
    let mut text = match &key.value {
        IndexKeyValue::Column(column) => q.ident(column),
        IndexKeyValue::Expression(expression) => expression_key(expression.as_str()),
    };
    if let Some(collation) = &key.collation {
        text.push_str(&format!(" COLLATE {}", q.qualified(collation)));
    }
    if let Some(class) = &key.operator_class {
        text.push_str(&format!(" {class}"));
    }
    match (key.descending, key.nulls_first) {
        (false, false) => {}
        (false, true) => text.push_str(" NULLS FIRST"),
        (true, true) => text.push_str(" DESC"),
        (true, false) => text.push_str(" DESC NULLS LAST"),
    }
    text
}

/// An expression in the parentheses that the grammar asks for.
fn expression_key(text: &str) -> String {
    format!("({text})")
}

pub(super) fn rename(table: &QualifiedName, names: &Pair<Ident>, q: &Quoter) -> String {
    let from = q.qualified(&table.sibling(names.from.clone()));
    format!("ALTER INDEX {from} RENAME TO {}", q.ident(&names.to))
}

/// Makes the index of a partition a part of the partitioned table's.
pub(super) fn attach(table: &QualifiedName, index: &Ident, parent: &QualifiedName, q: &Quoter) -> String {
    let part = q.qualified(&table.sibling(index.clone()));
    format!("ALTER INDEX {} ATTACH PARTITION {part}", q.qualified(parent))
}

pub(super) fn alter(table: &QualifiedName, pair: &Pair<Index>, q: &Quoter) -> Vec<String> {
    let name = q.qualified(&table.sibling(pair.to.name.clone()));
    let mut statements: Vec<String> =
        changed_parameters(pair.as_ref().map(|index| &*index.storage_parameters), q)
            .into_iter()
            .map(|change| format!("ALTER INDEX {name} {change}"))
            .collect();
    if pair.from.tablespace != pair.to.tablespace {
        let tablespace = pair.to.tablespace.as_ref().map_or_else(|| "pg_default".to_owned(), |t| q.ident(t));
        statements.push(format!("ALTER INDEX {name} SET TABLESPACE {tablespace}"));
    }
    statements.extend(statistics(table, pair.as_ref(), q));
    statements
}

/// `CLUSTER` goes by an index, or by none.
pub(super) fn cluster(relation: &QualifiedName, index: Option<&Ident>, q: &Quoter) -> String {
    let how = index
        .map_or_else(|| "SET WITHOUT CLUSTER".to_owned(), |index| format!("CLUSTER ON {}", q.ident(index)));
    format!("ALTER TABLE {} {how}", q.qualified(relation))
}
