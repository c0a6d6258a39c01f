//! Which migration comes after which, as the headers say (`-- revision V, after P`). Diesel
//! knows only the order of versions; two branches that were merged without a word have two heads.

use crate::directory::{Migration, MigrationDirectory, normalise_version};

impl Migration {
    /// What the header says of the migration before: `None` without a header, else the
    /// version, without dashes, or nothing for the first.
    pub fn stated_parent(&self) -> Option<Option<String>> {
        let line = self.up.lines().take(20).find_map(|line| line.strip_prefix("-- revision "))?;
        let (_, place) = line.split_once(", ")?;
        Some(place.strip_prefix("after ").map(|parent| normalise_version(parent.trim())))
    }

    /// The fingerprints of the schema before and after, as the header says.
    pub fn stated_fingerprints(&self) -> Option<(&str, &str)> {
        self.up.lines().take(20).find_map(|line| line.strip_prefix("-- schema   "))?.split_once(" -> ")
    }
}

impl MigrationDirectory {
    /// The migration before: the one that the header names, or else the one with the next smaller version.
    pub fn parent(&self, migration: &Migration) -> Option<&Migration> {
        match migration.stated_parent() {
            Some(Some(version)) => self.get(&version).or_else(|| self.before(migration)),
            Some(None) => None,
            None => self.before(migration),
        }
    }

    fn before(&self, migration: &Migration) -> Option<&Migration> {
        let place = self.migrations.iter().position(|other| other == migration)?;
        self.migrations[..place].last()
    }

    /// The migrations that come after one.
    pub fn children(&self, migration: &Migration) -> Vec<&Migration> {
        self.migrations.iter().filter(|other| self.parent(other) == Some(migration)).collect()
    }

    /// The migrations that nothing comes after: one, unless branches were brought together without a merge.
    pub fn heads(&self) -> Vec<&Migration> {
        self.migrations.iter().filter(|migration| self.children(migration).is_empty()).collect()
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
        let line = MigrationDirectory { path: "m".into(), migrations: plain.to_vec() };
        assert_eq!(line.heads(), [&line.migrations[2]]);
        let branched = MigrationDirectory {
            path: "m".into(),
            migrations: vec![
                migration("1", "-- a\n--\n-- revision 1, the first\n-- schema   aa -> bb\n"),
                migration("2", "-- b\n--\n-- revision 2, after 1\n"),
                migration("3", "-- c\n--\n-- revision 3, after 1\n"),
            ],
        };
        let [first, second, third] = &branched.migrations[..] else { panic!("three") };
        assert_eq!(branched.heads(), [second, third]);
        assert_eq!(branched.branch_points(), [(first, vec![second, third])]);
        assert_eq!(branched.parent(first), None);
        assert_eq!(first.stated_fingerprints(), Some(("aa", "bb")));
    }
}
