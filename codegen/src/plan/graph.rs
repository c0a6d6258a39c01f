//! The order of operations: a graph of what must run before what, with ties
//! broken by a stable key.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{Constraint, Table};
use autogen_diff_core::{Capabilities, DefinitionKind, ObjectId, Pair, QualifiedName, Schema};
use petgraph::Direction;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::PlanError;
use super::operation::{Effects, Operation};
use super::{inherit, partition};

type Graph = DiGraph<usize, ()>;

/// Puts operations in an order in which each finds what it needs.
///
/// Foreign keys inside a cycle of tables become operations of their own.
pub(super) fn order(
    operations: Vec<Operation>,
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
) -> Result<Vec<Operation>, PlanError> {
    let mut operations = operations;
    let mut graph = build(&operations, schemas, &BTreeSet::new());
    let cycles = cycles(&graph);
    if !cycles.is_empty() {
        if capabilities.checks_foreign_key_targets {
            let split = split_foreign_keys(&operations, &cycles);
            operations = split;
            graph = build(&operations, schemas, &BTreeSet::new());
        } else {
            // The server does not look at the target, so within a cycle order means nothing.
            let ignored = cycles.iter().flatten().copied().collect();
            graph = build(&operations, schemas, &ignored);
        }
    }
    sort(&graph, operations)
}

fn cycles(graph: &Graph) -> Vec<BTreeSet<usize>> {
    let components = tarjan_scc(graph).into_iter().filter(|component| component.len() > 1);
    components.map(|component| component.into_iter().map(|node| graph[node]).collect()).collect()
}

/// Who makes, drops and changes each object.
struct Actors {
    effects: Vec<Effects>,
    creators: BTreeMap<ObjectId, usize>,
    droppers: BTreeMap<ObjectId, usize>,
    alterers: BTreeMap<ObjectId, Vec<usize>>,
}

impl Actors {
    fn new(operations: &[Operation]) -> Self {
        let mut actors = Self {
            effects: operations.iter().map(Operation::effects).collect(),
            creators: BTreeMap::new(),
            droppers: BTreeMap::new(),
            alterers: BTreeMap::new(),
        };
        for (i, effects) in actors.effects.iter().enumerate() {
            actors.creators.extend(effects.creates.iter().map(|id| (id.clone(), i)));
            actors.droppers.extend(effects.drops.iter().map(|id| (id.clone(), i)));
            for id in &effects.alters {
                actors.alterers.entry(id.clone()).or_default().push(i);
            }
        }
        actors
    }

    /// The operations after which an object is as the `to` side has it.
    fn providers(&self, id: &ObjectId) -> Vec<usize> {
        let creator = self.creators.get(id).copied();
        let creator = creator.or_else(|| id.owner().and_then(|owner| self.creators.get(&owner).copied()));
        let alterers = self.alterers.get(id).into_iter().flatten().copied();
        creator.into_iter().chain(alterers).collect()
    }
}

fn build(operations: &[Operation], schemas: Pair<&Schema>, ignored: &BTreeSet<usize>) -> Graph {
    let mut graph = Graph::new();
    let nodes: Vec<NodeIndex> = (0..operations.len()).map(|i| graph.add_node(i)).collect();
    let mut edges: BTreeSet<(usize, usize)> = BTreeSet::new();
    let actors = Actors::new(operations);
    let users = users(schemas.from);
    for (i, effects) in actors.effects.iter().enumerate() {
        needs_first(&mut edges, &actors, i, effects, schemas.to);
        users_first(&mut edges, &actors, i, effects, &users, schemas);
        for id in &effects.creates {
            // The old object gives way to the new one of the same identity.
            edges.extend(actors.droppers.get(id).map(|dropper| (*dropper, i)));
        }
        for id in &effects.alters {
            edges.extend(actors.droppers.get(id).map(|dropper| (*dropper, i)));
        }
    }
    names_first(&mut edges, operations);
    special_first(&mut edges, operations);
    partition::first(&mut edges, operations, schemas.from);
    inherit::first(&mut edges, operations, schemas.to);
    let cut = |a: usize, b: usize| ignored.contains(&a) && ignored.contains(&b);
    for (before, after) in edges.into_iter().filter(|(a, b)| a != b && !cut(*a, *b)) {
        graph.add_edge(nodes[before], nodes[after], ());
    }
    graph
}

/// For each object, those that need it.
fn users(schema: &Schema) -> BTreeMap<&ObjectId, Vec<&ObjectId>> {
    let mut users: BTreeMap<&ObjectId, Vec<&ObjectId>> = BTreeMap::new();
    for (user, needs) in &schema.dependencies {
        for need in needs {
            users.entry(need).or_default().push(user);
        }
    }
    users
}

/// The object that takes another one along when it is dropped.
fn owner(from: &Schema, id: &ObjectId) -> Option<ObjectId> {
    match id {
        ObjectId::Definition(kind, identity) => {
            from.definitions.get(&(*kind, identity.clone())).and_then(|definition| definition.parent.clone())
        }
        ObjectId::Sequence(name) => {
            let owner = from.sequences.get(name).and_then(|sequence| sequence.owned_by.clone());
            owner.map(|(table, _)| ObjectId::Table(table))
        }
        other => other.owner(),
    }
}

/// What an object needs on the `to` side comes before it.
fn needs_first(
    edges: &mut BTreeSet<(usize, usize)>,
    actors: &Actors,
    i: usize,
    effects: &Effects,
    to: &Schema,
) {
    let made = effects.creates.iter().chain(&effects.alters);
    for need in made.flat_map(|id| to.needs(id)).chain(&effects.needs) {
        edges.extend(actors.providers(need).into_iter().map(|provider| (provider, i)));
    }
}

/// What needed an object on the `from` side lets go of it before it is dropped
/// or changed.
fn users_first(
    edges: &mut BTreeSet<(usize, usize)>,
    actors: &Actors,
    i: usize,
    effects: &Effects,
    users: &BTreeMap<&ObjectId, Vec<&ObjectId>>,
    Pair { from, to }: Pair<&Schema>,
) {
    for id in &effects.drops {
        for user in users.get(id).into_iter().flatten() {
            if let Some(dropper) = actors.droppers.get(*user) {
                edges.insert((*dropper, i));
            } else {
                let alterers = actors.alterers.get(*user).into_iter().flatten();
                edges.extend(alterers.map(|before| (*before, i)));
                let owner = owner(from, user).and_then(|owner| actors.droppers.get(&owner));
                edges.extend(owner.map(|before| (*before, i)));
            }
        }
    }
    for id in &effects.alters {
        for user in users.get(id).into_iter().flatten() {
            edges.extend(actors.droppers.get(user).map(|before| (*before, i)));
            let swapped = matches!(id, ObjectId::EnumType(_) | ObjectId::Definition(..));
            if swapped && !to.needs(user).any(|need| need == id) {
                // A swap drops the old type, so what turns away from it goes first.
                let alterers = actors.alterers.get(*user).into_iter().flatten();
                edges.extend(alterers.map(|before| (*before, i)));
            }
        }
    }
}

/// A name is given up before another object takes it.
fn names_first(edges: &mut BTreeSet<(usize, usize)>, operations: &[Operation]) {
    let mut given_up: BTreeMap<QualifiedName, usize> = BTreeMap::new();
    let names: Vec<_> = operations.iter().map(Operation::names).collect();
    for (i, (_, names)) in names.iter().enumerate() {
        given_up.extend(names.iter().map(|name| (name.clone(), i)));
    }
    for (i, (taken, _)) in names.iter().enumerate() {
        edges.extend(taken.iter().filter_map(|name| Some((*given_up.get(name)?, i))));
    }
}

/// What follows from the kinds of operations rather than from objects.
fn special_first(edges: &mut BTreeSet<(usize, usize)>, operations: &[Operation]) {
    for (i, operation) in operations.iter().enumerate() {
        match operation {
            // All later operations speak of the new names.
            Operation::Rename(_) => edges.extend((0..operations.len()).map(|other| {
                if matches!(operations[other], Operation::Rename(_)) && other < i {
                    (other, i)
                } else {
                    (i, other)
                }
            })),
            // Values of one type are added in the order of the type.
            Operation::AddEnumValue { name, .. } => {
                let same =
                    |other: &Operation| matches!(other, Operation::AddEnumValue { name: n, .. } if n == name);
                edges.extend((0..i).filter(|other| same(&operations[*other])).map(|other| (other, i)));
            }
            // What is granted is granted by the owner, and what is taken is taken by the one before.
            Operation::AlterOwner { object, owner: _ } => {
                let takes = (0..operations.len()).filter(|other| {
                    matches!(&operations[*other], Operation::TakePrivileges { object: o, .. } if o == object)
                });
                edges.extend(takes.map(|other| (other, i)));
                let grants = (0..operations.len()).filter(|other| {
                    matches!(&operations[*other], Operation::AlterPrivileges { object: o, .. } if o == object)
                });
                edges.extend(grants.map(|other| (i, other)));
            }
            // Objects are made under the default privileges that were there before.
            Operation::AlterPrivileges {
                object: ObjectId::Definition(DefinitionKind::DefaultPrivileges, _),
                grants: _,
            } => {
                let makes = |other: &Operation| !other.effects().creates.is_empty();
                let others = (0..operations.len()).filter(|other| makes(&operations[*other]));
                edges.extend(others.map(|other| (other, i)));
            }
            // A column's sequence is switched with its table, and then by itself.
            Operation::SetPersistence { table, .. } => {
                let switches = |other: &Operation| match other {
                    Operation::AlterTable(pair) => pair.to.name == *table,
                    Operation::AddColumn { table: t, .. } | Operation::AlterColumn { table: t, .. } => {
                        t == table
                    }
                    _ => false,
                };
                let others = (0..operations.len()).filter(|other| switches(&operations[*other]));
                edges.extend(others.map(|other| (other, i)));
            }
            Operation::DetachSequence { sequence, owner: (table, column) } => {
                let later = |other: &Operation| match other {
                    Operation::DropTable(dropped) => dropped.name == *table,
                    Operation::DropColumn { table: t, column: c } => t == table && c.name == *column,
                    Operation::SetSequenceOwner { sequence: s, .. } => s == sequence,
                    _ => false,
                };
                let others = (0..operations.len()).filter(|other| later(&operations[*other]));
                edges.extend(others.map(|other| (i, other)));
            }
            // A foreign key leans on any fitting key of its target, so one that goes must be gone.
            Operation::DropConstraint { table, constraint } if constraint.key().is_some() => {
                let leans = |other: &Operation| match other {
                    Operation::AddConstraint { constraint, .. } => refers_to(constraint, table),
                    Operation::CreateTable(created) => {
                        created.constraints.iter().any(|c| refers_to(c, table))
                    }
                    _ => false,
                };
                let others = (0..operations.len()).filter(|other| leans(&operations[*other]));
                edges.extend(others.map(|other| (i, other)));
            }
            _ => {}
        }
    }
}

fn refers_to(constraint: &Constraint, table: &QualifiedName) -> bool {
    constraint.foreign_key().is_some_and(|key| key.target == *table)
}

/// Takes foreign keys between the tables of a cycle out of the tables.
fn split_foreign_keys(operations: &[Operation], cycles: &[BTreeSet<usize>]) -> Vec<Operation> {
    let mut result = operations.to_vec();
    for cycle in cycles {
        let tables: BTreeSet<&QualifiedName> = cycle
            .iter()
            .filter_map(|i| match &operations[*i] {
                Operation::CreateTable(table) | Operation::DropTable(table) => Some(&table.name),
                _ => None,
            })
            .collect();
        for i in cycle {
            match &operations[*i] {
                Operation::CreateTable(table) => {
                    let (table, keys) = without_foreign_keys(table, &tables);
                    let name = table.name.clone();
                    result[*i] = Operation::CreateTable(table);
                    result.extend(
                        keys.into_iter()
                            .map(|constraint| Operation::AddConstraint { table: name.clone(), constraint }),
                    );
                }
                Operation::DropTable(table) => {
                    let (table, keys) = without_foreign_keys(table, &tables);
                    let name = table.name.clone();
                    result[*i] = Operation::DropTable(table);
                    result.extend(
                        keys.into_iter()
                            .map(|constraint| Operation::DropConstraint { table: name.clone(), constraint }),
                    );
                }
                _ => {}
            }
        }
    }
    result
}

fn without_foreign_keys(table: &Table, targets: &BTreeSet<&QualifiedName>) -> (Table, Vec<Constraint>) {
    let (split, kept) = table.constraints.iter().cloned().partition(|constraint| {
        let target = constraint.foreign_key().map(|key| &key.target);
        target.is_some_and(|target| *target != table.name && targets.contains(target))
    });
    (Table { constraints: kept, ..table.clone() }, split)
}

/// Kahn's algorithm; among those that are free the smallest key goes first.
fn sort(graph: &Graph, operations: Vec<Operation>) -> Result<Vec<Operation>, PlanError> {
    let key = |i: usize| (operations[i].rank(), operations[i].subject(), i);
    let mut waiting: Vec<usize> = graph
        .node_indices()
        .map(|node| graph.neighbors_directed(node, Direction::Incoming).count())
        .collect();
    let mut free: BTreeSet<_> = (0..operations.len()).filter(|i| waiting[*i] == 0).map(key).collect();
    let mut order = Vec::new();
    while let Some((_, _, i)) = free.pop_first() {
        order.push(i);
        for next in graph.neighbors(NodeIndex::new(i)) {
            let next = graph[next];
            waiting[next] -= 1;
            if waiting[next] == 0 {
                free.insert(key(next));
            }
        }
    }
    if order.len() < operations.len() {
        let members = cycles(graph).into_iter().flatten();
        let names = members.filter_map(|i| operations[i].subject()).map(|id| id.to_string());
        return Err(PlanError::Cycle(names.collect()));
    }
    Ok(order.into_iter().map(|i| operations[i].clone()).collect())
}
