//! The tables of a script while it runs: which are its own, and whose rows are where.

use std::collections::{BTreeMap, BTreeSet};

use super::cursor::{TEMPORARY, TableName};
use crate::Dialect;

/// A namespace and a name in it.
type Key = (String, String);

/// A table, under whatever name it has by now.
struct Table {
    /// The name that it had before the script; none for one that the script makes.
    home: Option<Key>,
    /// The tables whose rows were carried into it.
    rows_of: BTreeSet<usize>,
}

/// What is known of the tables.
pub(super) struct Tables {
    /// The table under a name; none where there is none any more.
    names: BTreeMap<Key, Option<usize>>,
    tables: Vec<Table>,
    /// Tables from before the script that went, and the statements by which they did.
    dropped: Vec<(usize, usize)>,
    /// The namespace of names without one.
    usual: String,
    /// How often that has changed.
    changes: usize,
}

impl Tables {
    pub(super) fn new(dialect: Dialect) -> Self {
        let usual = match dialect {
            Dialect::Postgres => "public",
            Dialect::Sqlite => "main",
            Dialect::Mysql => "",
        };
        Self {
            names: BTreeMap::new(),
            tables: Vec::new(),
            dropped: Vec::new(),
            usual: usual.to_owned(),
            changes: 0,
        }
    }

    /// Names without a namespace are of one that nobody knows from here on.
    pub(super) fn change_namespace(&mut self) {
        self.changes += 1;
        self.usual = format!("\u{0}{}", self.changes);
    }

    pub(super) fn create(&mut self, name: &TableName, is_temporary: bool, unless_there: bool) {
        let key = if is_temporary { (TEMPORARY.to_owned(), name.name.clone()) } else { self.key(name) };
        // Whether one was there before the script can't be told.
        let may_be_there = unless_there && !is_temporary && self.names.get(&key) != Some(&None);
        if !may_be_there {
            let table = self.add(None);
            self.names.insert(key, Some(table));
        }
    }

    pub(super) fn drop(&mut self, statement: usize, name: &TableName) {
        let (key, table) = self.find(name);
        if self.tables[table].home.is_some() && key.0 != TEMPORARY {
            self.dropped.push((statement, table));
        }
        self.leave(key);
    }

    pub(super) fn rename(&mut self, from: &TableName, to: &TableName) {
        let (key, table) = self.find(from);
        let namespace = to.namespace.as_ref().map_or_else(|| key.0.clone(), |namespace| spelled(namespace));
        self.leave(key);
        self.names.insert((namespace, to.name.clone()), Some(table));
    }

    /// Notes that all rows of a table, and so those that were carried into it before, are in another one too.
    pub(super) fn copy(&mut self, from: &TableName, to: &TableName) {
        let (from, to) = (self.find(from).1, self.find(to).1);
        let mut carried = self.tables[from].rows_of.clone();
        carried.insert(from);
        self.tables[to].rows_of.append(&mut carried);
    }

    /// Whether a table may hold rows or values that the script did not make.
    pub(super) fn holds_rows(&mut self, name: &TableName) -> bool {
        let table = self.find(name).1;
        let table = &self.tables[table];
        table.home.is_some() || !table.rows_of.is_empty()
    }

    /// Whether the script made a table.
    pub(super) fn is_own(&mut self, name: &TableName) -> bool {
        let table = self.find(name).1;
        self.tables[table].home.is_none()
    }

    /// The statements that dropped a table whose rows are not in the one that has its name in the end.
    pub(super) fn lost(&self) -> impl Iterator<Item = usize> {
        let is_replaced = |table: usize| {
            let home = self.tables[table].home.as_ref();
            let heir = home.and_then(|home| self.names.get(home).copied().flatten());
            heir.is_some_and(|heir| self.tables[heir].rows_of.contains(&table))
        };
        self.dropped.iter().filter(move |(_, table)| !is_replaced(*table)).map(|(statement, _)| *statement)
    }

    /// The table under a name; one that nothing is known of was there before.
    fn find(&mut self, name: &TableName) -> (Key, usize) {
        let key = self.key(name);
        if let Some(table) = self.names.get(&key).copied().flatten() {
            return (key, table);
        }
        let table = self.add(Some(key.clone()));
        self.names.insert(key.clone(), Some(table));
        (key, table)
    }

    /// A temporary table comes before others of its name.
    fn key(&self, name: &TableName) -> Key {
        let temporary = (TEMPORARY.to_owned(), name.name.clone());
        match &name.namespace {
            Some(namespace) => (spelled(namespace), name.name.clone()),
            None if self.names.contains_key(&temporary) => temporary,
            None => (self.usual.clone(), name.name.clone()),
        }
    }

    fn add(&mut self, home: Option<Key>) -> usize {
        self.tables.push(Table { home, rows_of: BTreeSet::new() });
        self.tables.len() - 1
    }

    /// Nothing has a name any more. Behind a temporary table the usual one shows again.
    fn leave(&mut self, key: Key) {
        if key.0 == TEMPORARY {
            self.names.remove(&key);
        } else {
            self.names.insert(key, None);
        }
    }
}

/// PostgreSQL's name for where temporary tables are is another.
fn spelled(namespace: &str) -> String {
    if namespace == "pg_temp" { TEMPORARY.to_owned() } else { namespace.to_owned() }
}
