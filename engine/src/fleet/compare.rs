//! Where the databases of a fleet are, and whether their schemas are what they should be. Nothing is changed.

use std::collections::BTreeMap;

use autogen_runner::{Drift, MigrationDirectory};

use super::head::Head;
use super::look::{glance, look};
use super::member::Member;
use super::parallel::each;
use super::report::{MemberReport, Outcome};
use super::standing::Standing;
use crate::connection::Access;
use crate::drift;
use crate::error::Error;
use crate::observer::Activity;
use crate::progress::Progress;
use crate::project::Project;

/// Where each database is, by its version tables.
pub(super) fn standings(
    project: &Project,
    directory: &MigrationDirectory,
    members: &[Member],
    parallel: usize,
) -> Vec<MemberReport> {
    let head = Head::of(directory);
    let progress = Progress::of(project.observer(), Activity::Looking, members.len());
    let listed: Vec<&Member> = members.iter().collect();
    let mut reports: Vec<Option<MemberReport>> = members.iter().map(|_| None).collect();
    look(project, &listed, parallel, &|glance| head.standing(glance), |place, seen| {
        progress.step(&members[place].name);
        reports[place] = Some(reported(&members[place], seen, None));
    });
    reports.into_iter().flatten().collect()
}

/// The same, and whether each schema is what the last upgrade left there, and what most databases have.
pub(super) fn schemas(
    project: &Project,
    directory: &MigrationDirectory,
    members: &[Member],
    parallel: usize,
) -> Vec<MemberReport> {
    let head = Head::of(directory);
    let progress = Progress::of(project.observer(), Activity::Comparing, members.len());
    let mut reports: Vec<Option<MemberReport>> = members.iter().map(|_| None).collect();
    let compare = |member: &Member| {
        let seen = glance(project, member)?;
        let schema = schema(project, member)?;
        Ok((head.standing(&seen), schema))
    };
    each(members, parallel, &compare, |place, result: Result<_, Error>| {
        progress.step(&members[place].name);
        let (seen, schema) = match result {
            Ok((seen, schema)) => (Ok(seen), Some(schema)),
            Err(error) => (Err(error), None),
        };
        reports[place] = Some(reported(&members[place], seen, schema));
        true
    });
    let mut reports: Vec<MemberReport> = reports.into_iter().flatten().collect();
    mark_different(&mut reports);
    reports
}

/// What is known of a schema: its fingerprint, and whether something else has changed it.
struct Schema {
    fingerprint: String,
    drift: Drift,
}

fn schema(project: &Project, member: &Member) -> Result<Schema, Error> {
    let project = member.project(project, project.shared_observer())?;
    project.existing_database()?;
    let mut connection = project.open(Access::Read)?;
    let (fingerprint, drift) = drift::look_and_tell(&project, &mut connection)?;
    Ok(Schema { fingerprint, drift })
}

fn reported(
    member: &Member,
    seen: Result<(Standing, Option<Error>), Error>,
    schema: Option<Schema>,
) -> MemberReport {
    let is_drifted = schema.as_ref().is_some_and(|schema| schema.drift == Drift::Found);
    let (standing, problem) = match seen {
        Ok((standing, problem)) => (Some(standing), problem),
        Err(error) => (None, Some(error)),
    };
    let is_behind = standing.as_ref().is_some_and(|standing| standing.pending > 0);
    let outcome = match problem {
        Some(error) => Outcome::Failed(error),
        None if is_drifted => Outcome::Drifted,
        None if is_behind => Outcome::Behind,
        None => Outcome::Unchanged,
    };
    let fingerprint = schema.map(|schema| schema.fingerprint);
    MemberReport { name: member.name.clone(), standing, fingerprint, outcome }
}

/// Marks the databases whose schema is another than most have at the same migration.
fn mark_different(reports: &mut [MemberReport]) {
    let at = |report: &MemberReport| report.standing.as_ref().and_then(|standing| standing.current.clone());
    let mut counts: BTreeMap<(Option<String>, String), usize> = BTreeMap::new();
    for report in reports.iter() {
        if let Some(fingerprint) = &report.fingerprint {
            *counts.entry((at(report), fingerprint.clone())).or_default() += 1;
        }
    }
    for report in reports.iter_mut().filter(|report| matches!(report.outcome, Outcome::Unchanged)) {
        let here = at(report);
        let of_here = counts.iter().filter(|((place, _), _)| *place == here);
        let most = of_here.max_by_key(|(_, count)| **count).map(|((_, fingerprint), _)| fingerprint);
        if report.fingerprint.is_some() && report.fingerprint.as_ref() != most {
            report.outcome = Outcome::Differs;
        }
    }
}
