//! Which migration comes after which, as the headers say (`-- revision V, after P`). Diesel
//! knows only the order of versions; two branches that were merged without a word have two heads.

use std::collections::{BTreeMap, BTreeSet};

use crate::directory::MigrationDirectory;
use crate::migration::Migration;

/// The migrations of a folder with those that each comes after.
#[derive(Clone, Debug)]
pub struct RevisionGraph<'a> {
    nodes: Vec<Node<'a>>,
    /// The places of the migrations in `nodes`, by version and name.
    places: BTreeMap<(&'a str, &'a str), usize>,
}

#[derive(Clone, Debug)]
struct Node<'a> {
    migration: &'a Migration,
    /// How many migrations its header names as those that it comes after; none without a header.
    named_parents: Option<usize>,
    /// The places of those that it comes after.
    parents: Vec<usize>,
}

impl<'a> RevisionGraph<'a> {
    /// Reads each header once.
    pub fn of(directory: &'a MigrationDirectory) -> Self {
        let migrations = &directory.migrations;
        let places: BTreeMap<_, _> = (0..).zip(migrations).map(|(place, m)| (key(m), place)).collect();
        let place_of = |version: &String| {
            let first = places.range((version.as_str(), "")..).next();
            first.filter(|((found, _), _)| found == version).map(|(_, place)| *place)
        };
        let node = |(place, migration): (usize, &'a Migration)| {
            let named = migration.header_parents();
            let mut found: Vec<usize> = Vec::new();
            for parent in named.iter().flatten().filter_map(place_of) {
                if !found.contains(&parent) {
                    found.push(parent);
                }
            }
            // Without a header it is the next smaller version; so it is where a parent was squashed or renamed.
            let is_first = named.as_ref().is_some_and(Vec::is_empty);
            let before = || place.checked_sub(1).into_iter().collect();
            let parents = if found.is_empty() && !is_first { before() } else { found };
            Node { migration, named_parents: named.map(|named| named.len()), parents }
        };
        let nodes = migrations.iter().enumerate().map(node).collect();
        Self { nodes, places }
    }

    /// The migrations before: those that the header names, or else the one with the next smaller version.
    pub fn parents(&self, migration: &Migration) -> Vec<&'a Migration> {
        let node = self.place(migration).map(|place| &self.nodes[place]);
        self.migrations(node.into_iter().flat_map(|node| node.parents.iter().copied()))
    }

    /// The migrations that come after one.
    pub fn children(&self, migration: &Migration) -> Vec<&'a Migration> {
        let Some(place) = self.place(migration) else { return Vec::new() };
        let children = self.nodes.iter().filter(|node| node.parents.contains(&place));
        children.map(|node| node.migration).collect()
    }

    /// A migration and all before it, in the order in which they run.
    pub fn ancestors(&self, migration: &Migration) -> Vec<&'a Migration> {
        let found = self.place(migration).map(|place| self.reached_from(place));
        self.migrations(found.into_iter().flatten())
    }

    /// Whether a migration comes after all whose versions are smaller.
    pub fn is_in_line(&self, migration: &Migration) -> bool {
        self.place(migration).is_some_and(|place| self.reached_from(place).len() == place + 1)
    }

    /// The migrations that nothing comes after: one, unless branches were brought together without a merge.
    pub fn heads(&self) -> Vec<&'a Migration> {
        self.heads_among(&self.nodes)
    }

    /// The same among some of the migrations, in their order.
    pub fn heads_of(&self, some: &[Migration]) -> Vec<&'a Migration> {
        let nodes = some.iter().filter_map(|migration| self.place(migration)).map(|place| &self.nodes[place]);
        self.heads_among(&nodes.cloned().collect::<Vec<_>>())
    }

    /// The migrations that several come after, with those.
    pub fn branch_points(&self) -> Vec<(&'a Migration, Vec<&'a Migration>)> {
        let mut children: Vec<Vec<&Migration>> = vec![Vec::new(); self.nodes.len()];
        for node in &self.nodes {
            node.parents.iter().for_each(|parent| children[*parent].push(node.migration));
        }
        let with_children = self.nodes.iter().map(|node| node.migration).zip(children);
        with_children.filter(|(_, children)| children.len() > 1).collect()
    }

    /// Whether a merge, which proved that their order does not matter, comes after both of two migrations.
    pub fn are_merged(&self, one: &Migration, other: &Migration) -> bool {
        self.merged_with(one).contains(other.version.as_str())
    }

    /// The versions of all migrations that are merged with one.
    pub fn merged_with(&self, one: &Migration) -> BTreeSet<&'a str> {
        let Some(one) = self.place(one) else { return BTreeSet::new() };
        let behind = self.leading_to(one);
        let is_merge = |place: &usize| self.nodes[*place].named_parents.is_some_and(|parents| parents > 1);
        let mut merged = self.reached_from_all(behind.iter().copied().filter(is_merge).collect());
        // Of one line the order is known, and no merge has proven that it does not matter.
        let before = self.reached_from(one);
        merged.retain(|place| !before.contains(place) && !behind.contains(place));
        merged.into_iter().map(|place| self.nodes[place].migration.version.as_str()).collect()
    }

    fn heads_among(&self, nodes: &[Node<'a>]) -> Vec<&'a Migration> {
        let parents: BTreeSet<usize> = nodes.iter().flat_map(|node| node.parents.iter().copied()).collect();
        let last = nodes.last().map(|node| node.migration);
        // What says nothing of what it comes after stands in the line of versions, and only its end is a head.
        let is_in_line = |node: &&Node<'_>| node.named_parents.is_none() && last != Some(node.migration);
        let heads = nodes.iter().filter(|node| !is_in_line(node)).map(|node| node.migration);
        heads.filter(|head| self.place(head).is_none_or(|place| !parents.contains(&place))).collect()
    }

    /// A place and all before it.
    fn reached_from(&self, place: usize) -> BTreeSet<usize> {
        self.reached_from_all(vec![place])
    }

    /// Places and all before them.
    fn reached_from_all(&self, mut open: Vec<usize>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(&self.nodes[next].parents);
            }
        }
        found
    }

    /// A place and all that come after it.
    fn leading_to(&self, place: usize) -> BTreeSet<usize> {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (child, node) in self.nodes.iter().enumerate() {
            node.parents.iter().for_each(|parent| children[*parent].push(child));
        }
        let mut found = BTreeSet::new();
        let mut open = vec![place];
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(&children[next]);
            }
        }
        found
    }

    fn place(&self, migration: &Migration) -> Option<usize> {
        self.places.get(&key(migration)).copied()
    }

    fn migrations(&self, places: impl Iterator<Item = usize>) -> Vec<&'a Migration> {
        places.map(|place| self.nodes[place].migration).collect()
    }
}

fn key(migration: &Migration) -> (&str, &str) {
    (&migration.version, &migration.name)
}

impl MigrationDirectory {
    /// Which migration comes after which. Who asks more than once asks the graph.
    pub fn graph(&self) -> RevisionGraph<'_> {
        RevisionGraph::of(self)
    }

    /// As [`RevisionGraph::parents`].
    pub fn parents(&self, migration: &Migration) -> Vec<&Migration> {
        self.graph().parents(migration)
    }

    /// As [`RevisionGraph::children`].
    pub fn children(&self, migration: &Migration) -> Vec<&Migration> {
        self.graph().children(migration)
    }

    /// As [`RevisionGraph::ancestors`].
    pub fn ancestors(&self, migration: &Migration) -> Vec<&Migration> {
        self.graph().ancestors(migration)
    }

    /// As [`RevisionGraph::heads`].
    pub fn heads(&self) -> Vec<&Migration> {
        self.graph().heads()
    }

    /// As [`RevisionGraph::branch_points`].
    pub fn branch_points(&self) -> Vec<(&Migration, Vec<&Migration>)> {
        self.graph().branch_points()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::version::normalise_version;

    fn migration(version: &str, up: &str) -> Migration {
        Migration {
            layout: Layout::Diesel,
            name: format!("{version}_x"),
            version: normalise_version(version),
            path: version.into(),
            up: up.to_owned(),
            down: None,
            run_in_transaction: true,
            metadata: None,
        }
    }

    #[test]
    fn headers_tell_of_branches_and_their_absence_of_a_line() {
        let plain = ["1", "2", "3"].map(|version| migration(version, "SELECT 1"));
        let line = MigrationDirectory { migrations: plain.to_vec(), ..MigrationDirectory::empty("m".into()) };
        assert_eq!(line.heads(), [&line.migrations[2]]);
        let branched = MigrationDirectory {
            migrations: vec![
                migration("1", "-- a\n--\n-- revision 1, the first\n-- schema   aa -> bb\n"),
                migration("2", "-- b\n--\n-- revision 2, after 1\n"),
                migration("3", "-- c\n--\n-- revision 3, after 1\n"),
            ],
            ..MigrationDirectory::empty("m".into())
        };
        let [first, second, third] = &branched.migrations[..] else { panic!("three") };
        assert_eq!(branched.heads(), [second, third]);
        assert_eq!(branched.branch_points(), [(first, vec![second, third])]);
        assert!(branched.parents(first).is_empty());
        assert_eq!(branched.ancestors(third), [first, third]);
        assert_eq!(first.header_fingerprints(), Some(("aa".to_owned(), "bb".to_owned())));
        let mut merged = branched.clone();
        merged.migrations.push(migration("4", "-- d\n--\n-- revision 4, after 2, 3\n"));
        assert_eq!(merged.heads(), [&merged.migrations[3]]);
        let [first, second, third, merge] = &merged.migrations[..] else { panic!("four") };
        assert_eq!(merged.ancestors(merge).len(), 4);
        assert_eq!(merged.children(first), [second, third]);
        let graph = merged.graph();
        assert!(graph.are_merged(second, third) && graph.are_merged(third, second));
        assert!(!graph.are_merged(first, third) && !branched.graph().are_merged(second, third));
        assert!(!graph.are_merged(second, second) && !graph.are_merged(second, merge));
    }

    #[test]
    fn a_parent_that_is_gone_is_the_one_before() {
        let directory = MigrationDirectory {
            migrations: vec![
                migration("1", "SELECT 1"),
                migration("3", "-- c\n--\n-- revision 3, after 2\n"),
                migration("4", "-- d\n--\n-- revision 4, after 1, 2\n"),
            ],
            ..MigrationDirectory::empty("m".into())
        };
        let [first, third, fourth] = &directory.migrations[..] else { panic!("three") };
        assert_eq!(directory.parents(third), [first]);
        assert_eq!(directory.parents(fourth), [first]);
        assert_eq!(directory.graph().heads_of(&directory.migrations[..2]), [third]);
    }

    #[test]
    fn headers_in_a_circle_end() {
        let directory = MigrationDirectory {
            migrations: vec![
                migration("1", "-- a\n--\n-- revision 1, after 2\n"),
                migration("2", "-- b\n--\n-- revision 2, after 1\n"),
            ],
            ..MigrationDirectory::empty("m".into())
        };
        assert_eq!(directory.ancestors(&directory.migrations[0]).len(), 2);
        assert!(directory.heads().is_empty());
    }
}
