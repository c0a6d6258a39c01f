//! Columns of a table that change their types come one behind the other, so that one `ALTER TABLE` changes all of them (PostgreSQL).

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::Column;
use autogen_diff_core::{Pair, QualifiedName};
use petgraph::Direction;
use petgraph::algo::has_path_connecting;
use petgraph::graph::NodeIndex;

use super::graph::{Graph, Tie};
use super::operation::{ColumnOperation, Operation};

/// The column whose type, or the collation of it, an operation changes, with its table.
pub(crate) fn retyped_column(operation: &Operation) -> Option<(&QualifiedName, &Pair<Column>)> {
    let Operation::Column(ColumnOperation::Alter { table, column }) = operation else { return None };
    let Pair { from, to } = column;
    (from.data_type != to.data_type || from.collation != to.collation).then_some((table, column))
}

/// What comes before one of a table's columns comes before all of them, and so does what comes behind, as far as that makes no cycle.
pub(super) fn bring_together(graph: &mut Graph, operations: &[Operation]) {
    let mut tables: BTreeMap<&QualifiedName, BTreeSet<NodeIndex>> = BTreeMap::new();
    for (i, operation) in operations.iter().enumerate() {
        if let Some((table, _)) = retyped_column(operation) {
            tables.entry(table).or_default().insert(NodeIndex::new(i));
        }
    }
    for columns in tables.into_values().filter(|columns| columns.len() > 1) {
        for direction in [Direction::Incoming, Direction::Outgoing] {
            let others: BTreeSet<NodeIndex> = columns
                .iter()
                .flat_map(|column| graph.neighbors_directed(*column, direction))
                .filter(|other| !columns.contains(other))
                .collect();
            for (column, other) in
                columns.iter().flat_map(|column| others.iter().map(|other| (*column, *other)))
            {
                let (before, behind) = match direction {
                    Direction::Incoming => (other, column),
                    Direction::Outgoing => (column, other),
                };
                if !graph.contains_edge(before, behind) && !has_path_connecting(&*graph, behind, before, None)
                {
                    graph.add_edge(before, behind, Tie::Should);
                }
            }
        }
    }
}

/// The one among those that are free that changes another type of the table whose type was changed last.
pub(super) fn next_of_table(
    last: Option<usize>,
    free: impl Iterator<Item = usize>,
    operations: &[Operation],
) -> Option<usize> {
    let (table, _) = retyped_column(&operations[last?])?;
    free.into_iter().find(|i| retyped_column(&operations[*i]).is_some_and(|(other, _)| other == table))
}
