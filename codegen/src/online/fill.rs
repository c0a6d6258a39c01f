//! A new column whose default gives each row a value of its own: the column comes without it, gets it for new rows, and the others
//! are filled in batches (PostgreSQL would write the whole table anew). `NOT NULL` follows as for any column.

use autogen_diff_core::diff::change::{ColumnChange, ObjectChange, TableAlteration};
use autogen_diff_core::estimate::{TableTask, Task};
use autogen_diff_core::model::{Column, NotNullConstraint, Table};
use autogen_diff_core::{DefinitionKind, Dialect, Ident, Pair, QualifiedName, Schema};

use super::{altered_tables, replacement, required, stands_alone};
use crate::postgres::has_volatile_default;
use crate::quote::{Quoter, server_ident};
use crate::script::{Script, Statement, TransactionMode};

/// A column that is filled.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    table: QualifiedName,
    column: Ident,
    /// The primary key's only column, by which rows are taken.
    key: Ident,
    /// The column that the values come from; without one they are the default's.
    source: Option<Source>,
}

/// Where values come from.
#[derive(Clone, Debug)]
struct Source {
    column: Ident,
    /// What a row gets, as the server reads it: the column is `t`'s.
    value: String,
}

/// How many rows are changed in one transaction: who writes one of them waits for its end.
const BATCH: usize = 2000;

/// What is said of the way there.
const TRIGGERS_FIRE: &str = "triggers that fire for an UPDATE fire for each row that is filled";

/// What is said of the way back.
const NOTHING_BACK: &str = "nothing is taken back here: the values go with the column";

/// The columns to fill.
pub(super) fn fills(schemas: Pair<&Schema>) -> Vec<Fill> {
    let alterations = altered_tables(schemas).into_iter();
    let of_table = alterations.flat_map(|alteration| {
        let fill = |column: &Ident, source| {
            let (table, column) = (alteration.name().clone(), column.clone());
            Some(Fill { table, column, key: key_of(&alteration.table.to)?.clone(), source })
        };
        let by_default = with_default(schemas, &alteration).filter_map(|column| fill(&column.name, None));
        let by_source = replacement::synced(schemas, &alteration);
        let by_source = by_source.filter_map(|(old, new)| {
            let sync = replacement::Sync::new(alteration.name(), Pair::new(old, new));
            let value = sync.value(&format!("t.{}", server_ident(old.name.as_str())));
            fill(&new.name, Some(Source { column: old.name.clone(), value }))
        });
        by_default.chain(by_source).collect::<Vec<_>>()
    });
    of_table.collect()
}

/// The new columns of a table that are filled behind and take no NULL then.
pub(super) fn filled<'a>(
    schemas: Pair<&'a Schema>,
    alteration: &'a TableAlteration,
) -> impl Iterator<Item = &'a Ident> {
    let synced = replacement::synced(schemas, alteration).map(|(_, new)| new);
    let all = with_default(schemas, alteration).chain(synced.filter(|new| takes_no_null(new)));
    all.map(|column| &column.name)
}

/// The new columns of a table that get their default.
fn with_default<'a>(
    schemas: Pair<&'a Schema>,
    alteration: &'a TableAlteration,
) -> impl Iterator<Item = &'a Column> {
    let table = alteration.table.as_ref();
    let has_rows_in_order = stands_alone(schemas, alteration.name())
        && key_of(table.to).is_some_and(|key| Some(key) == key_of(table.from));
    let created = alteration.columns.iter().filter_map(|change: &ColumnChange| match change {
        ObjectChange::Create(column) => Some(column),
        ObjectChange::Alter(_) | ObjectChange::Drop(_) => None,
    });
    let created = created.filter(move |_| has_rows_in_order);
    created.filter(move |column| is_filled(schemas, column))
}

fn takes_no_null(column: &Column) -> bool {
    !column.nullable && column.postgres().not_null.validated
}

fn is_filled(schemas: Pair<&Schema>, column: &Column) -> bool {
    takes_no_null(column)
        && column.identity.is_none()
        && column.generated.is_none()
        && column.default.is_some()
        && has_volatile_default(column, schemas)
        && !is_of_domain(schemas.to, column)
}

/// A domain may refuse NULL.
fn is_of_domain(schema: &Schema, column: &Column) -> bool {
    let mut domains = schema.definitions_of(DefinitionKind::Domain);
    domains.any(|domain| domain.identity == column.data_type)
}

/// The only column of a primary key that can't be put off.
pub(super) fn key_of(table: &Table) -> Option<&Ident> {
    match &table.primary_key()?.1.columns[..] {
        [only] => Some(only),
        [] | [_, _, ..] => None,
    }
}

/// The schema in which the columns take NULL still. What is `NOT VALID` holds for each row that is written, so that it would
/// keep programs from writing a row that is not filled yet.
pub(super) fn before_check(to: &Schema, fills: &[Fill]) -> Option<Schema> {
    let mut before = to.clone();
    for Fill { table: name, column, key: _, source: _ } in fills {
        let table = before.table_mut(name)?;
        let check = required::name_of(name, column);
        table.constraints.retain(|constraint| constraint.name.as_ref() != Some(&check));
        let own = table.columns.iter_mut().find(|own| own.name == *column)?;
        own.nullable = true;
        own.postgres_mut().not_null = NotNullConstraint::default();
    }
    (!fills.is_empty()).then_some(before)
}

/// The schema in which the columns are there and nothing fills them.
pub(super) fn before_default(to: &Schema, fills: &[Fill]) -> Option<Schema> {
    let mut before = to.clone();
    for Fill { table, column, key: _, source: _ } in fills {
        let own = before.table_mut(table)?.columns.iter_mut().find(|own| own.name == *column)?;
        own.default = None;
    }
    Some(before)
}

impl Fill {
    /// Up fills the rows that have no value yet, so that it goes on where another run was stopped; down has nothing to do.
    pub(crate) fn scripts(&self, default_namespace: Option<&Ident>) -> Pair<Script> {
        let quoter = Quoter::new(Dialect::Postgres, default_namespace.cloned());
        let script = |statement: Statement, notes| Script {
            statements: vec![statement],
            transaction: TransactionMode::None,
            notes,
        };
        let tasks = vec![TableTask { table: self.table.clone(), task: Task::Backfill }];
        Pair::new(
            script(Statement { tasks, ..Statement::plain(self.block(&quoter)) }, vec![TRIGGERS_FIRE.into()]),
            script(Statement::plain("SELECT 1"), vec![NOTHING_BACK.into()]),
        )
    }

    fn block(&self, q: &Quoter) -> String {
        let (table, column, key) = (q.qualified(&self.table), q.ident(&self.column), q.ident(&self.key));
        let names = [&table, &column, &key];
        let (value, unfinished) = self.value(q);
        // No name may end the text that it stands in.
        let mut tag = "$backfill$".to_owned();
        while names.iter().chain([&&value]).any(|name| name.contains(&tag)) {
            tag = tag.replacen("$backfill", "$backfill_", 1);
        }
        format!(
            "DO {tag}
<<backfill>>
DECLARE
    first_key {table}.{key}%TYPE;
    last_key {table}.{key}%TYPE;
BEGIN
    SELECT t.{key} INTO backfill.first_key FROM {table} t ORDER BY t.{key} LIMIT 1;
    WHILE FOUND LOOP
        SELECT b.{key} INTO backfill.last_key
        FROM (SELECT t.{key} FROM {table} t WHERE t.{key} >= backfill.first_key ORDER BY t.{key} LIMIT {BATCH}) b
        ORDER BY b.{key} DESC LIMIT 1;
        UPDATE {table} t SET {column} = {value}
        WHERE t.{key} BETWEEN backfill.first_key AND backfill.last_key AND {unfinished};
        COMMIT;
        SELECT t.{key} INTO backfill.first_key FROM {table} t WHERE t.{key} > backfill.last_key ORDER BY t.{key} LIMIT 1;
    END LOOP;
END
{tag}"
        )
    }

    /// What a row gets, and what holds of a row that has it not yet.
    fn value(&self, q: &Quoter) -> (String, String) {
        let is_empty = format!("t.{} IS NULL", q.ident(&self.column));
        match &self.source {
            None => ("DEFAULT".to_owned(), is_empty),
            Some(Source { column, value }) => {
                (value.clone(), format!("{is_empty} AND t.{} IS NOT NULL", q.ident(column)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_the_block() {
        let fill = Fill {
            table: QualifiedName::new(None, Ident::exact("a$backfill$; DROP TABLE t; --")),
            column: Ident::exact("$backfill_$"),
            key: Ident::exact("id"),
            source: None,
        };
        let sql = fill.scripts(None).from.statements[0].sql.clone();
        let tag = "$backfill__$";
        assert!(sql.starts_with(&format!("DO {tag}\n")) && sql.ends_with(tag), "{sql}");
        assert_eq!(sql.matches(tag).count(), 2, "{sql}");
    }
}
