//! A change of many databases: first a look, then the canary, then the others, each by what one database is changed with.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use autogen_diff_core::Dialect;
use autogen_runner::{Glance, MigrationDirectory};

use super::claim::Claims;
use super::head::Head;
use super::look::look;
use super::member::Member;
use super::observer::{Answer, MemberObserver};
use super::parallel::each;
use super::report::{MemberReport, Outcome, Stop};
use crate::error::Error;
use crate::migrations::Migrations;
use crate::observer::{Activity, Event};
use crate::progress::Progress;
use crate::project::Project;

/// How many databases are changed at once, and when no more are begun.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How many at once.
    pub parallel: usize,
    /// How many come first; when one of them fails, no others are begun.
    pub canary: Option<Canary>,
    /// How many may fail before no more are begun.
    pub max_failures: Option<usize>,
}

/// How many databases come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canary {
    /// So many.
    Count(usize),
    /// So many of a hundred of those that have something to do, and at least one.
    Percent(usize),
}

impl FromStr for Canary {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "give a number of databases, or a percentage such as 5%".to_owned();
        let (number, make): (&str, fn(usize) -> Self) = match text.strip_suffix('%') {
            Some(number) => (number, Self::Percent),
            None => (text, Self::Count),
        };
        let number = number.parse().map_err(|_| wrong())?;
        if number == 0 { Err(wrong()) } else { Ok(make(number)) }
    }
}

impl Canary {
    fn of(self, databases: usize) -> usize {
        let wanted = match self {
            Self::Count(count) => count,
            Self::Percent(percent) => (databases * percent).div_ceil(100),
        };
        wanted.min(databases)
    }
}

/// Whether there is something to do, by what the version tables say.
pub(super) type Needs<'n> = dyn Fn(&Head<'_>, &Glance) -> bool + Sync + 'n;

/// What is done to each database.
pub(super) struct Task<'t> {
    /// In a word.
    pub(super) activity: Activity,
    /// Whether there is something to do, by what the version tables say.
    pub(super) needs: &'t Needs<'t>,
    /// Does it; gives what ran.
    pub(super) run: &'t (dyn Fn(&Migrations<'_>) -> Result<Vec<String>, Error> + Sync),
}

/// A change of many databases.
pub(super) struct Rollout<'a> {
    pub(super) project: &'a Project,
    pub(super) fleet: &'a str,
    pub(super) directory: &'a MigrationDirectory,
    pub(super) members: &'a [Member],
    pub(super) claims: &'a Claims,
    pub(super) pace: &'a Pace,
}

/// What came of one try.
enum Attempt {
    /// Another worker has it.
    Busy,
    /// It is through.
    Through(Result<Vec<String>, Error>),
}

/// How far it is.
struct Course {
    reports: Vec<MemberReport>,
    failures: usize,
    stop: Option<Stop>,
}

/// How long to wait before databases that others have are looked at again.
const PAUSE: Duration = Duration::from_millis(200);

impl Rollout<'_> {
    pub(super) fn run(&self, task: &Task<'_>) -> (Vec<MemberReport>, Option<Stop>) {
        let head = Head::of(self.directory);
        let (reports, failures) = self.first_look(&head, task.needs);
        let mut course = Course { reports, failures, stop: None };
        course.stop_at(self.pace.max_failures);
        let is_open = |place: &usize| matches!(course.reports[*place].outcome, Outcome::NotBegun);
        let todo: Vec<usize> = (0..self.members.len()).filter(is_open).collect();
        let first = self.pace.canary.map_or(0, |canary| canary.of(todo.len()));
        let (canary, others) = todo.split_at(first);
        if !canary.is_empty() && course.stop.is_none() {
            self.project.tell(&Event::Canary(canary.len()));
            self.wave(&head, task, canary, &mut course, Some(Stop::Canary));
        }
        if !others.is_empty() && course.stop.is_none() {
            self.wave(&head, task, others, &mut course, None);
        }
        let is_tried = |place: &usize| !matches!(course.reports[*place].outcome, Outcome::NotBegun);
        let tried: Vec<usize> = todo.into_iter().filter(is_tried).collect();
        self.look_again(&head, &tried, &mut course.reports);
        (course.reports, course.stop)
    }

    /// Where those are now that something was tried on: all at once, since namespaces of one database are seen over one connection.
    fn look_again(&self, head: &Head<'_>, places: &[usize], reports: &mut [MemberReport]) {
        let members: Vec<&Member> = places.iter().map(|place| &self.members[*place]).collect();
        let progress = Progress::of(self.project.observer(), Activity::Looking, members.len());
        let judge = |glance: &Glance| head.standing(glance).0;
        look(self.project, &members, self.pace.parallel, &judge, |at, seen| {
            progress.step(&members[at].name);
            let report = &mut reports[places[at]];
            match seen {
                Ok(standing) => report.standing = Some(standing),
                // Where it was is no answer any more.
                Err(_) if matches!(report.outcome, Outcome::Changed(_)) => report.standing = None,
                Err(_) => {}
            }
        });
    }

    /// Looks at all databases; gives what they are, and how many can't be read.
    pub(super) fn first_look(&self, head: &Head<'_>, needs: &Needs<'_>) -> (Vec<MemberReport>, usize) {
        let mut reports: Vec<MemberReport> = self.members.iter().map(not_seen).collect();
        let members: Vec<&Member> = self.members.iter().collect();
        let progress = Progress::of(self.project.observer(), Activity::Looking, members.len());
        let judge = |glance: &Glance| (head.standing(glance).0, needs(head, glance));
        let mut failures = 0;
        look(self.project, &members, self.pace.parallel, &judge, |place, seen| {
            progress.step(&members[place].name);
            let report = &mut reports[place];
            match seen {
                Ok((standing, needs)) => {
                    report.standing = Some(standing);
                    report.outcome = if needs { Outcome::NotBegun } else { Outcome::Unchanged };
                }
                // Behind a crash SQLite lets nobody read a file who may not write it: whoever writes rolls back what was left.
                Err(_) if members[place].url.dialect() == Dialect::Sqlite => {}
                Err(error) => {
                    failures += 1;
                    report.outcome = Outcome::Failed(error);
                }
            }
        });
        (reports, failures)
    }

    /// Changes some databases. What other workers have is looked at again until it is done, or free.
    fn wave(
        &self,
        head: &Head<'_>,
        task: &Task<'_>,
        places: &[usize],
        course: &mut Course,
        at_failure: Option<Stop>,
    ) {
        let progress = Progress::of(self.project.observer(), task.activity, places.len());
        let answer = Arc::new(Answer::default());
        let mut open = places.to_vec();
        let mut is_told = false;
        loop {
            let mut busy = Vec::new();
            let work = |place: &usize| self.attempt(task, &self.members[*place], &answer);
            each(&open, self.pace.parallel, &work, |at, attempt| {
                let place = open[at];
                let Attempt::Through(result) = attempt else {
                    busy.push(place);
                    return course.stop.is_none();
                };
                let has_failed = result.is_err();
                course.note(place, result);
                progress.step(&course.said(&self.members[place].name));
                course.stop_at(self.pace.max_failures);
                course.stop = course.stop.or(at_failure.filter(|_| has_failed));
                course.stop.is_none()
            });
            if busy.is_empty() || course.stop.is_some() {
                return;
            }
            if !std::mem::replace(&mut is_told, true) {
                self.project.tell(&Event::Claimed(busy.len()));
            }
            std::thread::sleep(PAUSE);
            open = self.still_open(head, task, &busy, course);
        }
    }

    /// Those of the databases that others had for which there is still something to do.
    fn still_open(
        &self,
        head: &Head<'_>,
        task: &Task<'_>,
        busy: &[usize],
        course: &mut Course,
    ) -> Vec<usize> {
        let members: Vec<&Member> = busy.iter().map(|place| &self.members[*place]).collect();
        let judge = |glance: &Glance| (head.standing(glance).0, (task.needs)(head, glance));
        let mut open = Vec::new();
        look(self.project, &members, self.pace.parallel, &judge, |at, seen| {
            let report = &mut course.reports[busy[at]];
            match seen {
                Ok((standing, false)) => {
                    report.standing = Some(standing);
                    report.outcome = Outcome::Unchanged;
                }
                // What can't be read is told by the next try.
                Ok((_, true)) | Err(_) => open.push(busy[at]),
            }
        });
        open.sort_unstable();
        open
    }

    fn attempt(&self, task: &Task<'_>, member: &Member, answer: &Arc<Answer>) -> Attempt {
        let _claim = match self.claims.take(&member.name) {
            Ok(Some(claim)) => claim,
            Ok(None) => return Attempt::Busy,
            Err(error) => return Attempt::Through(Err(error)),
        };
        let observer = MemberObserver {
            name: member.name.clone(),
            fleet: format!("the fleet {}", self.fleet),
            inner: self.project.shared_observer(),
            answer: Arc::clone(answer),
        };
        let result = member
            .project(self.project, Arc::new(observer))
            .and_then(|project| (task.run)(&Migrations::of(&project, self.directory)));
        Attempt::Through(result)
    }
}

impl Course {
    fn note(&mut self, place: usize, result: Result<Vec<String>, Error>) {
        self.reports[place].outcome = match result {
            Ok(ran) if ran.is_empty() => Outcome::Unchanged,
            Ok(ran) => Outcome::Changed(ran),
            Err(error) => {
                self.failures += 1;
                Outcome::Failed(error)
            }
        };
    }

    fn stop_at(&mut self, max_failures: Option<usize>) {
        if self.stop.is_none() && max_failures.is_some_and(|most| self.failures >= most) {
            self.stop = Some(Stop::MaxFailures);
        }
    }

    /// A database's name, and how many have failed so far.
    fn said(&self, name: &str) -> String {
        if self.failures == 0 { name.to_owned() } else { format!("{name} ({} failed)", self.failures) }
    }
}

fn not_seen(member: &Member) -> MemberReport {
    MemberReport { name: member.name.clone(), standing: None, fingerprint: None, outcome: Outcome::NotBegun }
}
