//! The order that a graph leaves open, settled.

use std::collections::BTreeSet;

use autogen_diff_core::{Ident, ObjectId, Schema};
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::PlanError;
use super::graph::{Graph, cycles};
use super::operation::Operation;
use super::tie_break::TieBreak;
use super::types_at_once::next_of_table;

/// What breaks ties: the object, and a table's columns in the order in which they are declared.
fn place(operation: &Operation, to: &Schema) -> (Option<ObjectId>, usize, Option<Ident>) {
    match operation.subject() {
        Some(ObjectId::Column(table, name)) => {
            let columns = to.table(&table).map_or(&[][..], |table| table.columns.as_slice());
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
pub(super) fn sort(
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
    while let Some(first) = free.first().map(|(_, i)| *i) {
        let free_ones = free.iter().map(|(_, i)| *i);
        let i = next_of_table(order.last().copied(), free_ones, &operations).unwrap_or(first);
        free.remove(&key(i));
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
