//! Which parts of a model have to be made again behind an edit, and what has to be there for that.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{Constraint, Table};
use autogen_diff_core::{
    Change, Closure, DefinitionKind, Dependants, Dialect, Ident, ObjectId, Pair, Schema, diff, object_of,
};
use autogen_migration_files::ModelParts;

use super::model::{ModelStatement, ModelStatements, escaped};
use super::names::{Names, is_unnamed, words};
use crate::database_names;

/// What is known of a model, what it is now, and what it was found equal to.
pub(super) struct Edit<'a> {
    pub(super) known: &'a ModelParts,
    pub(super) model: &'a ModelStatements,
    pub(super) whole: &'a Schema,
}

/// The parts that are made again.
pub(super) struct Scope {
    /// Those that changed, by name.
    changed: BTreeSet<String>,
    /// Those and all that they may reach.
    pub(super) parts: BTreeSet<String>,
    /// Their objects, and what these lean on.
    pub(super) closure: Closure,
    names: Names,
}

impl Scope {
    /// Nothing where the whole is simpler, or right alone. `also` are parts that changed without an edit of their own,
    /// `most` is how many objects it may take.
    pub(super) fn of(edit: &Edit<'_>, also: &BTreeSet<String>, most: usize) -> Option<Self> {
        let Edit { known, model, whole } = edit;
        let mut changed = changed_parts(&known.hashes, model.hashes())?;
        let is_part = |name: &str| known.hashes.contains_key(&escaped(name));
        let names = Names::of(whole, is_part)?;
        is_known_by_name(model, &names, &changed, whole)?;
        changed.extend(also.iter().cloned());
        let mut found = Self { parts: changed.clone(), changed, closure: Closure::default(), names };
        let dependants = Dependants::of(whole);
        let of_trees = tables_of_trees(whole);
        loop {
            found.reach(model, whole, &dependants);
            let objects = found.names.of_parts(&found.parts);
            found.closure = Closure::around(whole, &objects, found.leaned_on(model, whole, &objects));
            if found.closure.len() > most {
                return None;
            }
            let mut back = found.closure.leaning_back(whole);
            // A table without its foreign keys is no parent of a new one.
            let ground = found.closure.ground(whole);
            let tables = ground.tables().map(|table| ObjectId::Table(table.name.clone())).collect();
            let trees = trees_of(whole, &tables);
            back.extend(trees.intersection(&of_trees).cloned());
            let before = found.parts.len();
            found.parts.extend(found.halves(model));
            let more: Vec<String> =
                back.iter().filter_map(|object| found.names.part(object)).cloned().collect();
            found.parts.extend(more);
            if found.parts.len() == before {
                return Some(found);
            }
        }
    }

    /// Adds the parts that the changed ones may reach: those that name them, that lean on them, or are of one tree of tables.
    fn reach(&mut self, model: &ModelStatements, whole: &Schema, dependants: &Dependants<'_>) {
        let mut in_question = self.changed.clone();
        loop {
            let before = (self.parts.len(), in_question.len());
            let asked: Vec<_> = in_question.iter().map(|name| words(name)).collect();
            for statement in model.iter() {
                let Some(part) = statement.part() else { continue };
                let is_new =
                    !self.parts.contains(part) || (statement.makes_routine && !in_question.contains(part));
                if is_new && asked.iter().any(|words| statement.names(words)) {
                    self.parts.insert(part.to_owned());
                    if statement.makes_routine {
                        in_question.insert(part.to_owned());
                    }
                }
            }
            let changed = in_question.iter().filter_map(|name| self.names.named(name)).flatten().cloned();
            let users = dependants.among(changed.collect::<Vec<_>>());
            self.parts.extend(users.iter().filter_map(|object| self.names.part(object)).cloned());
            let trees = trees_of(whole, &self.names.of_parts(&self.parts));
            self.parts.extend(trees.iter().filter_map(|object| self.names.part(object)).cloned());
            // What is said of an index or a constraint by its own name.
            let objects = self.names.of_parts(&self.parts);
            let of_those = |found: &BTreeSet<ObjectId>| found.iter().any(|object| objects.contains(object));
            let spoken_of = model.parts().filter(|name| self.names.named(name).is_some_and(of_those));
            self.parts.extend(spoken_of.map(str::to_owned).collect::<Vec<_>>());
            if (self.parts.len(), in_question.len()) == before {
                return;
            }
        }
    }

    /// The parts that a statement takes over while they are half made: they have to be so again.
    fn halves(&self, model: &ModelStatements) -> BTreeSet<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        model.parts().for_each(|part| *counts.entry(part).or_default() += 1);
        let runs =
            model.iter().filter(|statement| statement.part().is_some_and(|part| self.parts.contains(part)));
        let taken = runs.flat_map(ModelStatement::taken_over);
        let is_half =
            |(name, before): &&(String, usize)| counts.get(name.as_str()).is_some_and(|all| before < all);
        taken.filter(is_half).map(|(name, _)| name.clone()).collect()
    }

    /// What the statements that run name, and what they may find without a name.
    fn leaned_on(
        &self,
        model: &ModelStatements,
        whole: &Schema,
        objects: &BTreeSet<ObjectId>,
    ) -> Vec<ObjectId> {
        let runs =
            |statement: &&ModelStatement| statement.part().is_some_and(|part| self.parts.contains(part));
        let spoken: BTreeSet<&str> =
            model.iter().filter(runs).flat_map(|statement| &statement.words).map(String::as_str).collect();
        let is_named = |name: &str| words(name).iter().all(|word| spoken.contains(word.as_str()));
        let named =
            self.names.iter().filter(|(name, _)| is_named(name)).flat_map(|(_, objects)| objects.iter());
        let unnamed = whole.objects().filter(is_unnamed);
        named.cloned().chain(unnamed).filter(|object| !objects.contains(object)).collect()
    }

    /// Whether what was made on the ground has the place of something else, which would have been in the way.
    pub(super) fn displaces(&self, ground: &Schema, made: &Schema) -> bool {
        let new = made.objects.keys().filter(|id| !ground.objects.contains_key(id));
        let mut parts = new.filter_map(|id| self.names.part(id));
        parts.any(|part| !self.parts.contains(part))
    }

    /// The parts that came out otherwise than they were, though nothing that was edited was known to reach them. Nothing where
    /// names were given that hang on what is not there.
    pub(super) fn unforeseen(&self, before: &Schema, after: &Schema) -> Option<BTreeSet<String>> {
        // A statement that was not edited makes what it made, or fails.
        let is_gone = |(id, part): (&ObjectId, &String)| !self.changed.contains(part) && !after.contains(id);
        if given_names_meet(before, after) || self.names.objects().any(is_gone) {
            return None;
        }
        let differences = diff(Pair::new(before, after));
        let subjects = differences.changes.iter().map(Change::subject);
        let objects = subjects.filter_map(|id| object_of(before, &id));
        let parts = objects.filter_map(|object| self.names.part(&object).cloned());
        Some(parts.filter(|part| !self.changed.contains(part)).collect())
    }
}

/// The parts that are new, gone or other ones. Nothing where that can't be told by name.
fn changed_parts(
    known: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Option<BTreeSet<String>> {
    let differs = |name: &&String| known.get(*name) != now.get(*name);
    let changed: BTreeSet<String> = known.keys().chain(now.keys()).filter(differs).cloned().collect();
    // What has no name is the part without one, and a name that had to be escaped is not known as it was.
    let is_plain = |name: &String| !name.is_empty() && !name.contains('\\');
    changed.iter().all(is_plain).then_some(changed)
}

/// Whether the changed parts are of kinds that are found by name, and all others stand in the schema.
fn is_known_by_name(
    model: &ModelStatements,
    names: &Names,
    changed: &BTreeSet<String>,
    whole: &Schema,
) -> Option<()> {
    for statement in model.iter() {
        let Some(part) = statement.part() else { continue };
        let is_there = || names.named(part).is_some() || whole.has_namespace(&Ident::exact(part));
        // What looks ahead may run behind others, which may take over what it does, or not.
        let is_right =
            if changed.contains(part) { statement.is_plain && !statement.looks_ahead() } else { is_there() };
        if !is_right {
            return None;
        }
    }
    let is_declared = |name: &String| model.parts().any(|part| part == name);
    let is_right = |name: &String| match names.named(name) {
        Some(objects) => objects.iter().all(is_plain),
        None => is_declared(name),
    };
    changed.iter().all(is_right).then_some(())
}

/// Whether an object is found by name, or by what the catalog records, and in no other way.
fn is_plain(object: &ObjectId) -> bool {
    match object {
        ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => true,
        ObjectId::Definition(kind, _) => {
            use DefinitionKind::{
                Event, Function, MariadbSequence, Package, Policy, Procedure, Statistics, Trigger,
            };
            let code = matches!(kind, Function | Procedure | Package | Trigger | Event);
            code || matches!(kind, MariadbSequence | Policy | Statistics)
        }
        ObjectId::Namespace(_) | ObjectId::Extension(_) => false,
    }
}

/// The tables that some tables hang together with as partitions or inheritance children.
fn trees_of(schema: &Schema, objects: &BTreeSet<ObjectId>) -> BTreeSet<ObjectId> {
    let mut found = objects.clone();
    loop {
        let before = found.len();
        for table in schema.tables() {
            let part = table.postgres().partition_of.iter().map(|part| &part.parent);
            let parents: Vec<ObjectId> =
                part.chain(&table.postgres().inherits).cloned().map(ObjectId::Table).collect();
            if parents.is_empty() {
                continue;
            }
            let own = ObjectId::Table(table.name.clone());
            if found.contains(&own) {
                found.extend(parents);
            } else if parents.iter().any(|parent| found.contains(parent)) {
                found.insert(own);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// The tables that are partitioned, partitions, or parents or children by inheritance.
fn tables_of_trees(schema: &Schema) -> BTreeSet<ObjectId> {
    let is_of_tree = |table: &&Table| {
        let own = table.postgres();
        own.partition_key.is_some() || own.partition_of.is_some() || !own.inherits.is_empty()
    };
    let tables = schema.tables().filter(is_of_tree);
    let names = tables.flat_map(|table| std::iter::once(&table.name).chain(&table.postgres().inherits));
    names.cloned().map(ObjectId::Table).collect()
}

/// Whether the server could have given other names with all objects there, or refused one.
fn given_names_meet(before: &Schema, after: &Schema) -> bool {
    match after.dialect {
        Dialect::Postgres => longer_names_meet(before, after),
        Dialect::Mysql => {
            let names = database_names::of(after);
            has_doubles(&names) || names.iter().any(|(_, name)| !name.is_ascii())
        }
        Dialect::Sqlite => false,
    }
}

fn has_doubles<T: Ord>(names: &[T]) -> bool {
    names.iter().collect::<BTreeSet<_>>().len() != names.len()
}

/// Whether PostgreSQL, which gives names that nobody else has, could have given others: two have one name, or one that is gone
/// has made another one's longer.
fn longer_names_meet(before: &Schema, after: &Schema) -> bool {
    let relations = relation_names(after);
    if has_doubles(&relations) {
        return true;
    }
    let all = |schema: &Schema| -> BTreeSet<_> {
        relation_names(schema).into_iter().chain(constraint_names(schema, |_| true)).collect()
    };
    let (before, after) = (all(before), all(after));
    before.difference(&after).any(|(namespace, name)| {
        after.iter().any(|(other, longer)| {
            let rest = longer.strip_prefix(name.as_str()).unwrap_or_default();
            other == namespace && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// A name in a namespace.
type InNamespace = (Option<String>, String);

/// What shares one space of names in a namespace: relations with their indexes, and types.
fn relation_names(schema: &Schema) -> Vec<InNamespace> {
    let tables = schema.tables().map(|table| ObjectId::Table(table.name.clone()));
    let relations = tables.chain(schema.objects()).filter(is_relation_or_type);
    let names = relations.filter_map(|id| schema.name_of(&id)).map(|(name, namespace)| (namespace, name));
    let keys = constraint_names(schema, |constraint| constraint.key().is_some() || constraint.is_exclusion());
    names.chain(keys).collect()
}

fn is_relation_or_type(id: &ObjectId) -> bool {
    match id {
        ObjectId::Definition(kind, _) => kind.is_type() || *kind == DefinitionKind::ForeignTable,
        ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => true,
        ObjectId::Namespace(_) | ObjectId::Extension(_) | ObjectId::Column(..) | ObjectId::Constraint(..) => {
            false
        }
    }
}

fn constraint_names(schema: &Schema, is_meant: impl Fn(&Constraint) -> bool) -> Vec<InNamespace> {
    let mut names = Vec::new();
    for table in schema.tables() {
        let namespace = table.name.namespace.as_ref().map(|namespace| namespace.as_str().to_owned());
        let constraints = table.constraints.iter().filter(|constraint| is_meant(constraint));
        let own = constraints.filter_map(|constraint| constraint.name.as_ref());
        names.extend(own.map(|name| (namespace.clone(), name.as_str().to_owned())));
    }
    names
}
