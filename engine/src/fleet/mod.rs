//! Many databases with the same migrations: each is changed as one by itself is, and what needs nothing costs next to nothing.

mod claim;
mod compare;
mod head;
mod list;
mod look;
mod member;
mod observer;
mod parallel;
mod report;
mod rollout;
mod selection;
mod standing;

use autogen_diff_core::Dialect;
use autogen_introspect::DatabaseUrl;
use autogen_migration_files::{RunnerTask, is_from_current};
use autogen_runner::{Glance, MigrationDirectory, PlanHashes};

use crate::advice::Advice;
use crate::connection::Access;
use crate::error::Error;
use crate::migrations::Migrations;
use crate::observer::Activity;
use crate::project::Project;
use crate::ran::Ran;
use crate::upgrade::{DowngradeRequest, UpgradeRequest};
use claim::Claims;
use head::Head;
use member::Member;
pub use report::{FleetReport, MemberReport, Outcome, Stop};
pub use rollout::{Canary, Pace};
use rollout::{Needs, Rollout, Task};
pub use selection::{Selection, Shard};
pub use standing::Standing;

/// The databases of a fleet that a command is for.
#[derive(Debug)]
pub struct Fleet<'a> {
    project: &'a Project,
    name: &'a str,
    /// Where workers claim databases.
    control: Option<DatabaseUrl>,
    members: Vec<Member>,
}

impl Project {
    /// The databases of a fleet of the settings.
    ///
    /// # Errors
    /// When there is no such fleet, or its databases can't be listed.
    pub fn fleet(&self, name: &str, selection: &Selection) -> Result<Fleet<'_>, Error> {
        self.must_run_migrations(RunnerTask::Upgrade)?;
        let fleets = &self.settings.fleet;
        let Some((name, settings)) = fleets.get_key_value(name) else {
            let fleets = fleets.keys().cloned().collect();
            return Err(Error::usage(format!("there is no fleet {name}"), Advice::NameFleet { fleets }));
        };
        let mut members = list::members(self, name, settings)?;
        if let Some(only) =
            selection.only.as_deref().filter(|_| !members.iter().any(|own| selection.fits(own)))
        {
            let message = format!("no database of the fleet {name} has a name like {only}");
            return Err(Error::usage(message, Advice::NameDatabaseOfFleet));
        }
        members.retain(|member| selection.has(member));
        // Only PostgreSQL has locks of a session of which one may hold many.
        let control = list::control(self, settings)?.filter(|url| url.dialect() == Dialect::Postgres);
        Ok(Fleet { project: self, name, control, members })
    }
}

impl Fleet<'_> {
    /// How many databases there are.
    pub const fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Applies to each database what is pending there.
    ///
    /// # Errors
    /// When the folder can't be read or is not what its sum file says, or the target is another one for each database. What one
    /// database says stands in the report.
    pub fn upgrade(&self, pace: &Pace, request: &UpgradeRequest) -> Result<FleetReport, Error> {
        must_be_one_place(request.target.as_deref())?;
        let migrations = self.folder()?;
        let hashes = self.hashes_for(migrations.directory(), request)?;
        self.change(
            &migrations,
            pace,
            &Task {
                activity: Activity::Upgrading,
                needs: &|head, glance| head.needs_upgrade(glance, request, hashes.as_ref()),
                run: &|migrations| migrations.upgrade(request).map(names),
            },
        )
    }

    /// The databases that an upgrade would change: those that are not begun. Nothing is changed.
    ///
    /// # Errors
    /// As for [`Self::upgrade`].
    pub fn upgrade_needed(&self, pace: &Pace, request: &UpgradeRequest) -> Result<FleetReport, Error> {
        must_be_one_place(request.target.as_deref())?;
        let migrations = self.folder()?;
        let approved = self.hashes_for(migrations.directory(), request)?;
        let needs = |head: &Head<'_>, glance: &Glance| head.needs_upgrade(glance, request, approved.as_ref());
        let hashes = self.plan_hashes(migrations.directory());
        let head = Head::of(migrations.directory()).telling_plans(request, hashes.as_ref());
        self.needed(pace, &head, &needs)
    }

    /// The databases that a downgrade would change, likewise.
    ///
    /// # Errors
    /// As for [`Self::upgrade`].
    pub fn downgrade_needed(&self, pace: &Pace, request: &DowngradeRequest) -> Result<FleetReport, Error> {
        must_be_one_place(Some(&request.target))?;
        let migrations = self.folder()?;
        let needs = |head: &Head<'_>, glance: &Glance| head.needs_downgrade(glance, request);
        self.needed(pace, &Head::of(migrations.directory()), &needs)
    }

    fn needed(&self, pace: &Pace, head: &Head<'_>, needs: &Needs<'_>) -> Result<FleetReport, Error> {
        let claims = Claims::of(self.project, self.name, None)?;
        let rollout = self.rollout(head.directory, &claims, pace);
        let (mut reports, _) = rollout.first_look(head, needs);
        // Whoever changes nothing can't roll back what a crash left, so that what can't be read is an error here.
        for (report, member) in
            reports.iter_mut().zip(&self.members).filter(|(report, _)| report.standing.is_none())
        {
            if let Err(error) = look::glance(self.project, member) {
                report.outcome = Outcome::Failed(error);
            }
        }
        Ok(self.report(reports, None))
    }

    /// The hashes of the folder's migrations, where a plan was approved.
    fn hashes_for(
        &self,
        directory: &MigrationDirectory,
        request: &UpgradeRequest,
    ) -> Result<Option<PlanHashes>, Error> {
        if request.plan.is_none() {
            return Ok(None);
        }
        let hashes = self.plan_hashes(directory);
        if hashes.is_none() && !self.is_empty() {
            let message =
                format!("a plan is for one kind of database, and the fleet {} has several", self.name);
            return Err(Error::usage(message, Advice::NameDatabaseOfFleet));
        }
        Ok(hashes)
    }

    /// The same for whoever asks; none where the databases are of several kinds.
    fn plan_hashes(&self, directory: &MigrationDirectory) -> Option<PlanHashes> {
        let mut kinds = self.members.iter().map(|member| member.url.dialect());
        let kind = kinds.next()?;
        kinds.all(|other| other == kind).then(|| PlanHashes::of(kind, directory))
    }

    /// Takes migrations back in each database.
    ///
    /// # Errors
    /// As for [`Self::upgrade`].
    pub fn downgrade(&self, pace: &Pace, request: &DowngradeRequest) -> Result<FleetReport, Error> {
        must_be_one_place(Some(&request.target))?;
        self.change(
            &self.folder()?,
            pace,
            &Task {
                activity: Activity::Downgrading,
                needs: &|head, glance| head.needs_downgrade(glance, request),
                run: &|migrations| migrations.downgrade(request).map(names),
            },
        )
    }

    /// Marks a migration, and all before it, as applied in each database; nothing runs.
    ///
    /// # Errors
    /// As for [`Self::upgrade`].
    pub fn stamp(&self, pace: &Pace, revision: &str, purge: bool) -> Result<FleetReport, Error> {
        let run = |migrations: &Migrations<'_>| {
            migrations.project.existing_database()?;
            let mut database = migrations.project.database(Access::Write)?;
            let newest = database.stamp(migrations, revision, purge)?;
            Ok(vec![newest.map_or_else(|| "base".to_owned(), |migration| migration.name.clone())])
        };
        self.change(
            &self.folder()?,
            pace,
            &Task { activity: Activity::Stamping, needs: &|_, _| true, run: &run },
        )
    }

    /// Where each database is, by its version tables alone.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn status(&self, parallel: usize) -> Result<FleetReport, Error> {
        let migrations = self.project.migrations()?;
        Ok(self
            .report(compare::standings(self.project, migrations.directory(), &self.members, parallel), None))
    }

    /// Whether each database is at head, and has the schema that the last upgrade left there and that the others have.
    ///
    /// # Errors
    /// As for [`Self::upgrade`].
    pub fn check(&self, parallel: usize) -> Result<FleetReport, Error> {
        let migrations = self.folder()?;
        Ok(self.report(compare::schemas(self.project, migrations.directory(), &self.members, parallel), None))
    }

    fn change(
        &self,
        migrations: &Migrations<'_>,
        pace: &Pace,
        task: &Task<'_>,
    ) -> Result<FleetReport, Error> {
        let claims = Claims::of(self.project, self.name, self.control.as_ref())?;
        let (members, stop) = self.rollout(migrations.directory(), &claims, pace).run(task);
        Ok(self.report(members, stop))
    }

    /// The folder, once it is known to be what its sum file says.
    fn folder(&self) -> Result<Migrations<'_>, Error> {
        let migrations = self.project.existing_migrations()?;
        migrations.directory().check_sum()?;
        migrations.tell_not_covered();
        Ok(migrations)
    }

    fn rollout<'r>(
        &'r self,
        directory: &'r MigrationDirectory,
        claims: &'r Claims,
        pace: &'r Pace,
    ) -> Rollout<'r> {
        Rollout { project: self.project, fleet: self.name, directory, members: &self.members, claims, pace }
    }

    fn report(&self, members: Vec<MemberReport>, stop: Option<Stop>) -> FleetReport {
        FleetReport { fleet: self.name.to_owned(), members, stop }
    }
}

/// A target that is seen from where each database is would be another one for whoever comes to the database next: another
/// worker, or the same command once more.
fn must_be_one_place(target: Option<&str>) -> Result<(), Error> {
    let relative = target.filter(|target| is_from_current(target));
    let message =
        |target| format!("{target} is seen from where each database is, and a fleet has to end at one place");
    relative.map_or(Ok(()), |target| Err(Error::usage(message(target), Advice::NameRevisionOfFleet)))
}

/// The migrations that ran.
fn names(ran: Ran) -> Vec<String> {
    ran.report.ran.into_iter().map(|step| step.name).collect()
}
