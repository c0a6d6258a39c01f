//! The order of operations: a graph of what must run before what, with ties
//! broken by a stable key.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::{Capabilities, Dialect, ObjectId, Pair, QualifiedName, Schema};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::PlanError;
use super::cycle::{drops_apart, is_check, is_key_within, take_apart};
use super::implied::Implied;
use super::inherit::Stuck;
use super::operation::{Effects, Names, Operation};
use super::sort::sort;
use super::tie_break::TieBreak;
use super::{
    base_type, body_edges, extension_dependency, inherit, operation_edges, partition, proof, soft_edges,
    types_at_once,
};

/// The operations by their numbers, and what comes before what.
pub(super) type Graph = DiGraph<usize, Tie>;

/// How firm an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// The server refuses it the other way round.
    Must,
    /// It may fail the other way round, or reads worse.
    Should,
}

/// What no operation says itself.
pub(super) struct Unsaid {
    /// Names that objects have in the meantime.
    pub(super) meanwhile: BTreeSet<QualifiedName>,
    /// Columns whose `NOT NULL` is set anew in all tables that share them.
    pub(super) stuck: Stuck,
}

/// Puts operations in an order in which each finds what it needs.
///
/// Inside a cycle, foreign keys become operations of their own; if that is not enough, so do checks and
/// what would go with a relation.
pub(super) fn order(
    operations: Vec<Operation>,
    unsaid: &Unsaid,
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
    tie_break: TieBreak,
) -> Result<Vec<Operation>, PlanError> {
    let mut operations = operations;
    let mut graph = build(&operations, unsaid, schemas, &BTreeSet::new());
    let found = cycles(&graph);
    if !found.is_empty() && !capabilities.checks_foreign_key_targets {
        // The server does not look at the target, so within a cycle order means nothing.
        let ignored = found.iter().flatten().copied().collect();
        return sort(&build(&operations, unsaid, schemas, &ignored), operations, schemas.to, tie_break);
    }
    if !found.is_empty() {
        operations = take_apart(&operations, &found, is_key_within);
        graph = build(&operations, unsaid, schemas, &BTreeSet::new());
    }
    let found = cycles(&graph);
    if !found.is_empty() {
        operations = take_apart(&operations, &found, |_, _, constraint| is_check(constraint));
        operations.extend(drops_apart(&operations, &found, schemas.from));
        graph = build(&operations, unsaid, schemas, &BTreeSet::new());
    }
    add_wishes(&mut graph, &operations, schemas, capabilities);
    if capabilities.dialect == Dialect::Postgres {
        types_at_once::bring_together(&mut graph, &operations);
    }
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

/// The operations that wait for each other.
pub(super) fn cycles(graph: &Graph) -> Vec<BTreeSet<usize>> {
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
    unsaid: &Unsaid,
    schemas: Pair<&Schema>,
    ignored: &BTreeSet<usize>,
) -> Graph {
    let mut graph = Graph::new();
    let nodes: Vec<NodeIndex> = (0..operations.len()).map(|i| graph.add_node(i)).collect();
    let mut edges: BTreeSet<(usize, usize)> = BTreeSet::new();
    let actors = Actors::new(operations, schemas);
    let users = schemas.from.users();
    for (i, effects) in actors.effects.iter().enumerate() {
        dependency_edges(&mut edges, &actors, i, effects, schemas.to);
        let felt_by = |user: &&ObjectId| !is_view(user) || is_felt_by_views(&operations[i]);
        let users = |id: &ObjectId| users.of_object(id).filter(felt_by);
        dependent_edges(&mut edges, &actors, i, effects, &users, schemas);
        for id in &effects.creates {
            // The old object gives way to the new one of the same identity.
            edges.extend(actors.droppers.get(id).map(|dropper| (*dropper, i)));
        }
        for id in effects.altered() {
            edges.extend(actors.droppers.get(id).map(|dropper| (*dropper, i)));
        }
    }
    name_edges(&mut edges, operations, &unsaid.meanwhile);
    operation_edges::first(&mut edges, operations);
    extension_dependency::first(&mut edges, operations, schemas.from);
    partition::first(&mut edges, operations, schemas);
    inherit::first(&mut edges, operations, schemas);
    let cut = |a: usize, b: usize| ignored.contains(&a) && ignored.contains(&b);
    // What proves a column goes behind it, though the column is altered under it.
    proof::proofs(operations, schemas.from).iter().for_each(|(column, check)| {
        edges.remove(&(*check, *column));
    });
    for (required, rest) in proof::required_first(operations) {
        edges.remove(&(rest, required));
        edges.insert((required, rest));
    }
    inherit::order_not_null(&mut edges, operations, &unsaid.stuck, schemas.to);
    for (before, after) in edges.into_iter().filter(|(a, b)| a != b && !cut(*a, *b)) {
        graph.add_edge(nodes[before], nodes[after], Tie::Must);
    }
    graph
}

/// The object that takes another one along when it is dropped.
fn owner(from: &Schema, id: &ObjectId) -> Option<ObjectId> {
    match id {
        ObjectId::Definition(kind, identity) => {
            from.definition(&(*kind, identity.clone())).and_then(|definition| definition.parent.clone())
        }
        ObjectId::Sequence(name) => {
            let owner = from.sequence(name).and_then(|sequence| sequence.owned_by.clone());
            owner.map(|(table, _)| ObjectId::Table(table))
        }
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => id.owner(),
    }
}

/// What an object needs on the `to` side comes before it.
fn dependency_edges(
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
fn dependent_edges<'a, U: Iterator<Item = &'a ObjectId>>(
    edges: &mut BTreeSet<(usize, usize)>,
    actors: &Actors,
    i: usize,
    effects: &Effects,
    users: &impl Fn(&ObjectId) -> U,
    Pair { from, to }: Pair<&Schema>,
) {
    for id in &effects.drops {
        for user in users(id) {
            if let Some(dropper) = actors.droppers.get(user) {
                edges.insert((*dropper, i));
            } else {
                let alterers = actors.alterers.get(user).into_iter().flatten();
                edges.extend(alterers.map(|before| (*before, i)));
                let owner = owner(from, user).and_then(|owner| actors.droppers.get(&owner));
                edges.extend(owner.map(|before| (*before, i)));
            }
        }
    }
    for id in effects.altered() {
        for user in users(id) {
            edges.extend(actors.droppers.get(user).map(|before| (*before, i)));
            let holds_users =
                matches!(id, ObjectId::EnumType(_) | ObjectId::Definition(..) | ObjectId::Column(..));
            if holds_users && !to.needs(user).any(|need| need == id) {
                // A swap drops the old type, and no column changes its type under an expression of another one:
                // what turns away goes first.
                let alterers = actors.alterers.get(user).into_iter().flatten();
                edges.extend(alterers.map(|before| (*before, i)));
            }
        }
    }
}

const fn is_view(id: &ObjectId) -> bool {
    matches!(id, ObjectId::View(_) | ObjectId::MaterializedView(_))
}

/// Whether a view has to let go of what an operation changes. A column that keeps its type may change under it.
fn is_felt_by_views(operation: &Operation) -> bool {
    match operation {
        Operation::Column(column) => column.is_felt_by_views(),
        Operation::Rename(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Attachment(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Table(_)
        | Operation::Partition(_)
        | Operation::Constraint(_)
        | Operation::Index(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Definition(_) => true,
    }
}

/// A name is given up before another object takes it; one for the meantime is taken first.
fn name_edges(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    meanwhile: &BTreeSet<QualifiedName>,
) {
    // A domain and an index may share a name: both give it up to a table.
    let mut given_up: BTreeMap<&QualifiedName, Vec<usize>> = BTreeMap::new();
    let names: Vec<Names> = operations.iter().map(Operation::names).collect();
    for (i, names) in names.iter().enumerate() {
        names.given_up.iter().for_each(|name| given_up.entry(name).or_default().push(i));
    }
    for (i, names) in names.iter().enumerate() {
        for name in &names.taken {
            let givers = given_up.get(name).into_iter().flatten();
            edges
                .extend(givers.map(|giver| if meanwhile.contains(name) { (i, *giver) } else { (*giver, i) }));
        }
    }
}
