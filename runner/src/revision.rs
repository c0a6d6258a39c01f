//! Which migration comes after which, as the headers say (`-- revision V, after P`). Diesel
//! knows only the order of versions; two branches that were merged without a word have two heads.

use std::collections::BTreeSet;

use crate::directory::{Migration, MigrationDirectory, normalise_version};

impl Migration {
    /// What the header says of the migrations before: `None` without a header, else their versions,
    /// without dashes; none for the first, several for a merge.
    pub fn stated_parents(&self) -> Option<Vec<String>> {
        Some(self.header_place()?.iter().map(|parent| normalise_version(parent)).collect())
    }

    /// The versions of the migrations before as the header has them.
    pub fn header_parents(&self) -> Vec<String> {
        self.header_place().unwrap_or_default()
    }

    fn header_place(&self) -> Option<Vec<String>> {
        let line = self.up.lines().take(20).find_map(|line| line.strip_prefix("-- revision "))?;
        let (_, place) = line.split_once(", ")?;
        let parents = place.strip_prefix("after ").into_iter().flat_map(|list| list.split(", "));
        Some(parents.map(|parent| parent.trim().to_owned()).collect())
    }

    /// The versions in whose place it stands, without dashes and without its own: of a squash.
    pub fn replaces(&self) -> Vec<String> {
        let header = self.up.lines().take_while(|line| line.starts_with("--"));
        let lists = header.filter_map(|line| line.strip_prefix("-- replaces "));
        lists.flat_map(|list| list.split(", ")).map(|version| normalise_version(version.trim())).collect()
    }

    /// The fingerprints of the schema before and after, as the header says.
    pub fn stated_fingerprints(&self) -> Option<(&str, &str)> {
        self.up.lines().take(20).find_map(|line| line.strip_prefix("-- schema   "))?.split_once(" -> ")
    }
}

impl MigrationDirectory {
    /// The migrations before: those that the header names, or else the one with the next smaller version.
    pub fn parents(&self, migration: &Migration) -> Vec<&Migration> {
        let Some(stated) = migration.stated_parents() else {
            return self.before(migration).into_iter().collect();
        };
        let found: Vec<&Migration> = stated.iter().filter_map(|version| self.get(version)).collect();
        // A parent that is not there any more was squashed or renamed.
        if found.is_empty() && !stated.is_empty() {
            self.before(migration).into_iter().collect()
        } else {
            found
        }
    }

    /// A migration and all before it, in the order in which they run.
    pub fn ancestors(&self, migration: &Migration) -> Vec<&Migration> {
        let mut found: Vec<&Migration> = Vec::new();
        let mut open: Vec<&Migration> = self.get(&migration.version).into_iter().collect();
        while let Some(next) = open.pop() {
            if !found.contains(&next) {
                found.push(next);
                open.extend(self.parents(next));
            }
        }
        found.sort_by(|a, b| a.version.cmp(&b.version));
        found
    }

    fn before(&self, migration: &Migration) -> Option<&Migration> {
        let place = self
            .migrations
            .partition_point(|other| (&other.version, &other.name) < (&migration.version, &migration.name));
        self.migrations[..place].last()
    }

    /// The migrations that come after one.
    pub fn children(&self, migration: &Migration) -> Vec<&Migration> {
        self.migrations.iter().filter(|other| self.parents(other).contains(&migration)).collect()
    }

    /// The migrations that nothing comes after: one, unless branches were brought together without a merge.
    pub fn heads(&self) -> Vec<&Migration> {
        self.heads_of(&self.migrations)
    }

    /// The same among some of the migrations.
    pub fn heads_of<'a>(&'a self, some: &'a [Migration]) -> Vec<&'a Migration> {
        let parents: BTreeSet<&str> =
            some.iter().flat_map(|migration| self.parents(migration)).map(|m| m.version.as_str()).collect();
        // What says nothing of what it comes after stands in the line of versions, and only its end is a head.
        let is_in_line =
            |migration: &Migration| migration.stated_parents().is_none() && some.last() != Some(migration);
        let heads = some.iter().filter(|migration| !parents.contains(migration.version.as_str()));
        heads.filter(|migration| !is_in_line(migration)).collect()
    }

    /// Whether a merge, which proved that their order does not matter, comes after both of two migrations.
    pub fn are_merged(&self, one: &Migration, other: &Migration) -> bool {
        let merges = self.migrations.iter().filter(|m| m.stated_parents().is_some_and(|p| p.len() > 1));
        // Of one line the order is known, and no merge has proven that it does not matter.
        let is_line = |one: &Migration, other: &Migration| self.ancestors(one).contains(&other);
        let mut behind = merges.map(|merge| self.ancestors(merge));
        behind.any(|before| before.contains(&one) && before.contains(&other))
            && !is_line(one, other)
            && !is_line(other, one)
    }

    /// The migrations that several come after, with those.
    pub fn branch_points(&self) -> Vec<(&Migration, Vec<&Migration>)> {
        let with_children = self.migrations.iter().map(|migration| (migration, self.children(migration)));
        with_children.filter(|(_, children)| children.len() > 1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(version: &str, up: &str) -> Migration {
        Migration {
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
        assert_eq!(first.stated_fingerprints(), Some(("aa", "bb")));
        let mut merged = branched.clone();
        merged.migrations.push(migration("4", "-- d\n--\n-- revision 4, after 2, 3\n"));
        assert_eq!(merged.heads(), [&merged.migrations[3]]);
        assert_eq!(merged.ancestors(&merged.migrations[3]).len(), 4);
    }
}
