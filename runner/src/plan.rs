//! What an upgrade is going to do, as one hash that can be approved before: where the database is, and the pending migrations in
//! their order, each by what it does.

use std::collections::BTreeMap;

use autogen_migration_files::{Migration, MigrationDirectory, short_hash};
use autogen_sql_text::Dialect;

use crate::error::RunError;
use crate::history::History;

/// The migrations of a folder, each with the hash of what it does, worked out once for as many databases as there are.
#[derive(Clone, Debug)]
pub struct PlanHashes {
    by_version: BTreeMap<String, String>,
}

impl PlanHashes {
    /// Reads the statements of each migration.
    pub fn of(dialect: Dialect, directory: &MigrationDirectory) -> Self {
        let hash = |own: &Migration| (own.version.clone(), own.statements_hash(dialect));
        Self { by_version: directory.migrations.iter().map(hash).collect() }
    }

    /// The hash of what running steps does to a database with a history.
    pub fn plan(&self, directory: &MigrationDirectory, history: &History, steps: &[&Migration]) -> String {
        self.plans(directory, history, steps).next().unwrap_or_default()
    }

    /// Refuses steps that are not what was approved. A plan that was begun goes on, and one that is done has nothing left to do,
    /// so that of many who upgrade with it at once each succeeds.
    ///
    /// # Errors
    /// [`RunError::OtherPlan`].
    pub fn must_be(
        &self,
        approved: &str,
        directory: &MigrationDirectory,
        history: &History,
        steps: &[&Migration],
    ) -> Result<(), RunError> {
        if self.plans(directory, history, steps).any(|plan| plan == approved) {
            return Ok(());
        }
        Err(RunError::OtherPlan {
            approved: approved.to_owned(),
            found: self.plan(directory, history, steps),
            pending: steps.iter().map(|step| step.name.clone()).collect(),
        })
    }

    /// The plans that lead from some place to where steps end: first that of the steps, then those in which one, two … of the
    /// migrations before them were still to run.
    fn plans<'a>(
        &'a self,
        directory: &'a MigrationDirectory,
        history: &'a History,
        steps: &'a [&'a Migration],
    ) -> impl Iterator<Item = String> + 'a {
        let applied: Vec<&Migration> =
            directory.migrations.iter().filter(|migration| history.has(migration)).collect();
        // Chained from both ends, so that each further plan costs one hash.
        let mut starts = vec![short_hash("start")];
        for migration in &applied {
            let before = &starts[starts.len() - 1];
            starts.push(short_hash(&format!("{before} {}", migration.version)));
        }
        let behind = |rest: String, step: &&Migration| {
            let hash = self.by_version.get(&step.version).map_or("", String::as_str);
            short_hash(&format!("{} {hash} {rest}", step.version))
        };
        let mut rest = steps.iter().rev().fold(short_hash("end"), behind);
        (0..=applied.len()).rev().map(move |place| {
            if let Some(migration) = applied.get(place) {
                rest = behind(std::mem::take(&mut rest), migration);
            }
            short_hash(&format!("plan {} {rest}", starts[place]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Applied;

    fn folder(numbers: &[usize]) -> MigrationDirectory {
        let migration = |number: &usize| {
            let (name, up) = (format!("{number}_m"), format!("CREATE TABLE t{number} (a int);"));
            Migration::of_texts(name.clone(), name.into(), &up, None, true)
        };
        let migrations = numbers.iter().map(migration).collect();
        MigrationDirectory { migrations, ..MigrationDirectory::empty("m".into()) }
    }

    fn at(directory: &MigrationDirectory, applied: usize) -> History {
        let of =
            |own: &Migration| (own.version.clone(), Applied { version: own.version.clone(), hash: None });
        History { applied: directory.migrations[..applied].iter().map(of).collect() }
    }

    fn judged(directory: &MigrationDirectory, applied: usize, approved: &str) -> Result<(), RunError> {
        let (hashes, history) = (PlanHashes::of(Dialect::Postgres, directory), at(directory, applied));
        hashes.must_be(approved, directory, &history, &history.pending(directory))
    }

    fn plan(directory: &MigrationDirectory, applied: usize) -> String {
        let (hashes, history) = (PlanHashes::of(Dialect::Postgres, directory), at(directory, applied));
        hashes.plan(directory, &history, &history.pending(directory))
    }

    #[test]
    fn a_plan_is_where_it_begins_and_what_runs() {
        let three = folder(&[1, 2, 3]);
        let edited = {
            let mut folder = three.clone();
            folder.migrations[2].up.push_str(" SELECT 1;");
            folder
        };
        let plans = [
            plan(&three, 0),
            plan(&three, 1),
            plan(&three, 2),
            plan(&three, 3),
            plan(&edited, 1),
            plan(&folder(&[1, 2]), 1),
            plan(&folder(&[1, 3]), 1),
            plan(&folder(&[2, 3]), 1),
        ];
        assert_eq!(plans.iter().collect::<std::collections::BTreeSet<_>>().len(), plans.len(), "{plans:?}");
        let mut explained = three.clone();
        explained.migrations[2].up.push_str("\n-- why\n");
        assert_eq!(plan(&explained, 1), plan(&three, 1));
    }

    #[test]
    fn a_plan_that_was_begun_goes_on_and_another_one_is_refused() {
        let (two, three) = (folder(&[1, 2]), folder(&[1, 2, 3]));
        let approved = plan(&three, 1);
        for applied in 1..=3 {
            judged(&three, applied, &approved).unwrap();
        }
        for (directory, applied) in [(&three, 0), (&two, 1), (&two, 2), (&folder(&[1, 2, 3, 4]), 1)] {
            let refused = judged(directory, applied, &approved);
            assert!(matches!(refused, Err(RunError::OtherPlan { .. })), "{applied}: {refused:?}");
        }
        assert!(judged(&folder(&[1, 2, 3, 4]), 3, &approved).is_err());
    }
}
