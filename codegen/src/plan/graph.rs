//! The order of operations: a graph of what must run before what, with ties
//! broken by a stable key.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{Constraint, ConstraintKind, Table};
use autogen_diff_core::{Capabilities, Ident, ObjectId, Pair, QualifiedName, Schema};
use petgraph::Direction;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::PlanError;
use super::implied::Implied;
use super::operation::{ConstraintOperation, DefinitionOperation, Effects, Names, Operation, TableOperation};
use super::tie_break::TieBreak;
use super::{base_type, body_edges, extension_dependency, inherit, operation_edges, partition, soft_edges};

type Graph = DiGraph<usize, Tie>;

/// How firm an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    /// The server refuses it the other way round.
    Must,
    /// It may fail the other way round, or reads worse.
    Should,
}

/// Puts operations in an order in which each finds what it needs.
///
/// Inside a cycle, foreign keys become operations of their own; if that is not enough, so do checks and
/// what would go with a relation.
pub(super) fn order(
    operations: Vec<Operation>,
    meanwhile: &BTreeSet<QualifiedName>,
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
    tie_break: TieBreak,
) -> Result<Vec<Operation>, PlanError> {
    let mut operations = operations;
    let mut graph = build(&operations, meanwhile, schemas, &BTreeSet::new());
    let found = cycles(&graph);
    if !found.is_empty() && !capabilities.checks_foreign_key_targets {
        // The server does not look at the target, so within a cycle order means nothing.
        let ignored = found.iter().flatten().copied().collect();
        return sort(&build(&operations, meanwhile, schemas, &ignored), operations, schemas.to, tie_break);
    }
    if !found.is_empty() {
        operations = take_apart(&operations, &found, is_key_within);
        graph = build(&operations, meanwhile, schemas, &BTreeSet::new());
    }
    let found = cycles(&graph);
    if !found.is_empty() {
        operations = take_apart(&operations, &found, |_, _, constraint| is_check(constraint));
        operations.extend(drops_apart(&operations, &found, schemas.from));
        graph = build(&operations, meanwhile, schemas, &BTreeSet::new());
    }
    add_wishes(&mut graph, &operations, schemas, capabilities);
    sort(&graph, operations, schemas.to, tie_break)
}

/// Adds what should come first, as far as it makes no cycle.
fn add_wishes(
    graph: &mut Graph,
    operations: &[Operation],
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
) {
    let effects = with_implied(operations, schemas);
    for (before, after) in soft_edges::wishes(operations, &effects, schemas, capabilities) {
        graph.add_edge(NodeIndex::new(before), NodeIndex::new(after), Tie::Should);
    }
    let is_routine = |i: usize| body_edges::routine(&operations[i]).is_some();
    // Of what makes a cycle, calls between routines stay longest: they run, and the rest may not be looked at.
    for_cycles(graph, |graph, members| give_way(graph, members, |before| !is_routine(before)));
    for_cycles(graph, |graph, members| {
        wait_for_all(graph, members);
        give_way(graph, members, |_| true);
    });
}

fn for_cycles(graph: &mut Graph, mut change: impl FnMut(&mut Graph, &BTreeSet<usize>)) {
    for members in cycles(graph) {
        change(graph, &members);
    }
}

/// Takes wishes within a cycle back.
fn give_way(graph: &mut Graph, members: &BTreeSet<usize>, gives_way: impl Fn(usize) -> bool) {
    let edges = members.iter().flat_map(|i| graph.edges(NodeIndex::new(*i)));
    let given_up: BTreeSet<_> = edges
        .filter(|edge| *edge.weight() == Tie::Should && members.contains(&graph[edge.target()]))
        .filter(|edge| gives_way(graph[edge.source()]))
        .map(|edge| edge.id())
        .collect();
    graph.retain_edges(|_, edge| !given_up.contains(&edge));
}

/// What waits for one of the routines that call each other waits for all of them.
fn wait_for_all(graph: &mut Graph, members: &BTreeSet<usize>) {
    let after = members.iter().flat_map(|i| graph.neighbors(NodeIndex::new(*i)));
    let after: BTreeSet<NodeIndex> = after.filter(|node| !members.contains(&graph[*node])).collect();
    for (member, later) in members.iter().flat_map(|i| after.iter().map(|later| (*i, *later))) {
        graph.update_edge(NodeIndex::new(member), later, Tie::Should);
    }
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
    fn new(operations: &[Operation], schemas: Pair<&Schema>) -> Self {
        let mut actors = Self {
            effects: with_implied(operations, schemas),
            creators: BTreeMap::new(),
            droppers: BTreeMap::new(),
            alterers: BTreeMap::new(),
        };
        for (i, effects) in actors.effects.iter().enumerate() {
            actors.creators.extend(effects.creates.iter().map(|id| (id.clone(), i)));
            actors.droppers.extend(effects.drops.iter().map(|id| (id.clone(), i)));
            for id in effects.altered() {
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

/// The effects of each operation, with what the server does along with it where no operation of its own does it.
fn with_implied(operations: &[Operation], schemas: Pair<&Schema>) -> Vec<Effects> {
    let mut effects: Vec<Effects> = operations.iter().map(Operation::effects).collect();
    let ids = |of: fn(&Effects) -> &Vec<ObjectId>| -> BTreeSet<ObjectId> {
        effects.iter().flat_map(of).cloned().collect()
    };
    let (created, dropped) = (ids(|effects| &effects.creates), ids(|effects| &effects.drops));
    let implied = Implied::of(schemas);
    let all: Vec<Effects> = operations.iter().map(|operation| implied.effects(operation)).collect();
    let goes: BTreeSet<&ObjectId> = all.iter().flat_map(|effects| &effects.drops).collect();
    for (own, along) in effects.iter_mut().zip(&all) {
        let comes = |id: &&ObjectId| {
            !created.contains(*id)
                && (!schemas.from.contains(id) || goes.contains(id) || dropped.contains(*id))
        };
        own.creates.extend(along.creates.iter().filter(comes).cloned());
        own.drops.extend(along.drops.iter().filter(|id| !dropped.contains(*id)).cloned());
        own.retypes.extend(along.retypes.iter().cloned());
    }
    effects
}

fn build(
    operations: &[Operation],
    meanwhile: &BTreeSet<QualifiedName>,
    schemas: Pair<&Schema>,
    ignored: &BTreeSet<usize>,
) -> Graph {
    let mut graph = Graph::new();
    let nodes: Vec<NodeIndex> = (0..operations.len()).map(|i| graph.add_node(i)).collect();
    let mut edges: BTreeSet<(usize, usize)> = BTreeSet::new();
    let actors = Actors::new(operations, schemas);
    let users = schemas.from.users();
    for (i, effects) in actors.effects.iter().enumerate() {
        needs_first(&mut edges, &actors, i, effects, schemas.to);
        users_first(&mut edges, &actors, i, effects, &users, schemas);
        for id in &effects.creates {
            // The old object gives way to the new one of the same identity.
            edges.extend(actors.droppers.get(id).map(|dropper| (*dropper, i)));
        }
        for id in effects.altered() {
            edges.extend(actors.droppers.get(id).map(|dropper| (*dropper, i)));
        }
    }
    names_first(&mut edges, operations, meanwhile);
    operation_edges::first(&mut edges, operations);
    extension_dependency::first(&mut edges, operations, schemas.from);
    partition::first(&mut edges, operations, schemas);
    inherit::first(&mut edges, operations, schemas);
    let cut = |a: usize, b: usize| ignored.contains(&a) && ignored.contains(&b);
    for (before, after) in edges.into_iter().filter(|(a, b)| a != b && !cut(*a, *b)) {
        graph.add_edge(nodes[before], nodes[after], Tie::Must);
    }
    graph
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
    // What is altered later is there for the parts that are made in one go with it.
    let is_own = |need: &ObjectId| actors.creators.get(need) == Some(&i);
    let mut before = |need: &ObjectId| {
        if !is_own(need) {
            edges.extend(actors.providers(need).into_iter().map(|provider| (provider, i)));
        }
    };
    effects.needs.iter().for_each(&mut before);
    let is_function = |function: &ObjectId, of_type: &ObjectId| {
        base_type::functions(to, of_type).any(|other| other == function)
    };
    for id in &effects.alters {
        to.needs(id).for_each(&mut before);
    }
    let mut announced = Vec::new();
    for id in &effects.creates {
        // A type is announced without its functions, and these need no more than that.
        for need in to.needs(id).filter(|need| !is_function(need, id)) {
            if is_function(id, need) { announced.push(need) } else { before(need) }
        }
    }
    edges.extend(announced.into_iter().filter_map(|need| Some((*actors.creators.get(need)?, i))));
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
    for id in effects.altered() {
        for user in users.get(id).into_iter().flatten() {
            edges.extend(actors.droppers.get(user).map(|before| (*before, i)));
            let holds_users =
                matches!(id, ObjectId::EnumType(_) | ObjectId::Definition(..) | ObjectId::Column(..));
            if holds_users && !to.needs(user).any(|need| need == id) {
                // A swap drops the old type, and no column changes its type under an expression of another one:
                // what turns away goes first.
                let alterers = actors.alterers.get(*user).into_iter().flatten();
                edges.extend(alterers.map(|before| (*before, i)));
            }
        }
    }
}

/// A name is given up before another object takes it; one for the meantime is taken first.
fn names_first(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    meanwhile: &BTreeSet<QualifiedName>,
) {
    let mut given_up: BTreeMap<QualifiedName, usize> = BTreeMap::new();
    let names: Vec<Names> = operations.iter().map(Operation::names).collect();
    for (i, names) in names.iter().enumerate() {
        given_up.extend(names.given_up.iter().map(|name| (name.clone(), i)));
    }
    for (i, names) in names.iter().enumerate() {
        edges.extend(names.taken.iter().filter_map(|name| {
            let giver = *given_up.get(name)?;
            Some(if meanwhile.contains(name) { (i, giver) } else { (giver, i) })
        }));
    }
}

/// The names of a cycle's tables.
fn tables_of<'a>(operations: &'a [Operation], cycle: &BTreeSet<usize>) -> BTreeSet<&'a QualifiedName> {
    let tables = cycle.iter().filter_map(|i| match &operations[*i] {
        Operation::Table(TableOperation::Create(table) | TableOperation::Drop(table)) => Some(&table.name),
        Operation::Rename(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Table(_)
        | Operation::Partition(_)
        | Operation::Column(_)
        | Operation::Constraint(_)
        | Operation::Index(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Definition(_)
        | Operation::Attachment(_) => None,
    });
    tables.collect()
}

/// Whether a constraint of a table is to be an operation of its own, given the tables of the cycle.
type Splits = fn(&Table, &BTreeSet<&QualifiedName>, &Constraint) -> bool;

/// Whether it is a foreign key between two tables of a cycle.
fn is_key_within(table: &Table, tables: &BTreeSet<&QualifiedName>, constraint: &Constraint) -> bool {
    let target = constraint.foreign_key().map(|key| &key.target);
    target.is_some_and(|target| *target != table.name && tables.contains(target))
}

/// Whether it may call a function that needs the table.
const fn is_check(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::Check(_)) && !constraint.inherited
}

/// Drops of what would go with a relation of a cycle, as operations of their own: policies, rules and
/// triggers that refer to the others.
fn drops_apart(operations: &[Operation], cycles: &[BTreeSet<usize>], from: &Schema) -> Vec<Operation> {
    let dropped: BTreeSet<ObjectId> =
        operations.iter().flat_map(|operation| operation.effects().drops).collect();
    let members = cycles.iter().flatten();
    let relations: BTreeSet<ObjectId> = members.flat_map(|i| operations[*i].effects().drops).collect();
    let parts = from.definitions.values().filter(|definition| {
        definition.parent.as_ref().is_some_and(|parent| relations.contains(parent))
            && definition.is_complete()
            && !dropped.contains(&definition.id())
    });
    parts.cloned().map(|object| Operation::Definition(DefinitionOperation::Drop(object))).collect()
}

/// Takes the constraints that tie the tables of a cycle together out of the tables.
fn take_apart(operations: &[Operation], cycles: &[BTreeSet<usize>], tie: Splits) -> Vec<Operation> {
    let mut result = operations.to_vec();
    for cycle in cycles {
        let tables = tables_of(operations, cycle);
        for i in cycle {
            let without = |table: &Table| -> (Table, Vec<Constraint>) {
                let (apart, kept) = table.constraints.iter().cloned().partition(|c| tie(table, &tables, c));
                (Table { constraints: kept, ..table.clone() }, apart)
            };
            match &operations[*i] {
                Operation::Table(TableOperation::Create(table)) => {
                    let (created, apart) = without(table);
                    let table = table.name.clone();
                    result[*i] = Operation::Table(TableOperation::Create(created));
                    let added = apart.into_iter();
                    result.extend(added.map(|constraint| {
                        Operation::Constraint(ConstraintOperation::Add { table: table.clone(), constraint })
                    }));
                }
                Operation::Table(TableOperation::Drop(table)) => {
                    let (dropped, apart) = without(table);
                    let table = table.name.clone();
                    result[*i] = Operation::Table(TableOperation::Drop(dropped));
                    let gone = apart.into_iter();
                    result.extend(gone.map(|constraint| {
                        Operation::Constraint(ConstraintOperation::Drop { table: table.clone(), constraint })
                    }));
                }
                Operation::Rename(_)
                | Operation::Namespace(_)
                | Operation::Extension(_)
                | Operation::Type(_)
                | Operation::Sequence(_)
                | Operation::Table(_)
                | Operation::Partition(_)
                | Operation::Column(_)
                | Operation::Constraint(_)
                | Operation::Index(_)
                | Operation::View(_)
                | Operation::MaterializedView(_)
                | Operation::Definition(_)
                | Operation::Attachment(_) => {}
            }
        }
    }
    result
}

/// What breaks ties: the object, and a table's columns in the order in which they are declared.
fn place(operation: &Operation, to: &Schema) -> (Option<ObjectId>, usize, Option<Ident>) {
    match operation.subject() {
        Some(ObjectId::Column(table, name)) => {
            let columns = to.tables.get(&table).map_or(&[][..], |table| table.columns.as_slice());
            let position = columns.iter().position(|column| column.name == name);
            (Some(ObjectId::Table(table)), position.unwrap_or(usize::MAX), Some(name))
        }
        subject => (subject, 0, None),
    }
}

/// The place of each operation among those that could all be next.
fn places(operations: &[Operation], to: &Schema, tie_break: TieBreak) -> Vec<u64> {
    let mut usual: Vec<usize> = (0..operations.len()).collect();
    usual.sort_by_cached_key(|i| (operations[*i].rank(), place(&operations[*i], to), *i));
    let mut places = vec![0; operations.len()];
    for (position, i) in usual.into_iter().enumerate() {
        places[i] = tie_break.place(position, operations.len());
    }
    places
}

/// Kahn's algorithm; among those that are free the smallest key goes first.
fn sort(
    graph: &Graph,
    operations: Vec<Operation>,
    to: &Schema,
    tie_break: TieBreak,
) -> Result<Vec<Operation>, PlanError> {
    let places = places(&operations, to, tie_break);
    let key = |i: usize| (places[i], i);
    let mut waiting: Vec<usize> = graph
        .node_indices()
        .map(|node| graph.neighbors_directed(node, Direction::Incoming).count())
        .collect();
    let mut free: BTreeSet<_> = (0..operations.len()).filter(|i| waiting[*i] == 0).map(key).collect();
    let mut order = Vec::new();
    while let Some((_, i)) = free.pop_first() {
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
