//! Runs scripts in a scratch database, one after the other, and judges each.

use std::collections::BTreeSet;
use std::path::Path;

use autogen_diff_core::{Pair, Schema};
use autogen_introspect::{Scratch, ScratchOptions};
use autogen_migration_files::name_of_file;
use autogen_report::{Finding, NOT_JUDGED, Place, Proof, Review, Reviewed, Severity};
use autogen_runner::{Direction, Migration, check_transactions};

use super::ReviewScope;
use super::judge::{Judgement, judge};
use super::layouts::scripts_at;
use super::script::Script;
use super::steps::{self, Step};
use crate::error::Error;
use crate::migrations::Migrations;
use crate::model_places::shown;
use crate::observer::Activity;
use crate::progress::Progress;
use crate::project::Project;
use crate::replay;

impl Migrations<'_> {
    /// Judges migrations, whoever wrote them, by running each statement in a scratch database. Whether they lead back is not asked.
    ///
    /// # Errors
    /// When the scope names none, a migration fails, or there is no scratch database.
    pub fn lint(&self, scope: &ReviewScope<'_>) -> Result<Review, Error> {
        let names = self.reviewed_names(scope)?;
        Ok(Review { migrations: self.judged(&names)? })
    }

    /// Judges the migrations of some names.
    pub(super) fn judged(&self, names: &BTreeSet<&str>) -> Result<Vec<Reviewed>, Error> {
        let migrations = &self.directory().migrations;
        let options = self.scratch()?;
        let Some(first) = migrations.iter().position(|own| names.contains(own.name.as_str())) else {
            return Ok(Vec::new());
        };
        let last = migrations.iter().rposition(|own| names.contains(own.name.as_str())).unwrap_or(first);
        let asked = &migrations[first..=last];
        for migration in asked {
            check_transactions(options.dialect, migration, Direction::Up)?;
        }
        let scripts = asked.iter().map(|own| Script::of(options.dialect, own)).collect();
        let run = Run { project: self.project, before: &migrations[..first], scripts, options };
        run.judged(|script| names.contains(script.name.as_str()))
    }

    /// Judges what words name: migrations and ranges of them, their files, and other files of SQL. A file by itself runs behind
    /// the project's own migrations, and a folder from an empty database. Folders are read in the layouts of Diesel, sqlx,
    /// golang-migrate, refinery, dbmate and goose.
    ///
    /// # Errors
    /// As [`Self::lint`], and when a file can't be read.
    pub fn lint_named(&self, words: &[String]) -> Result<Review, Error> {
        let (mut names, mut others) = (BTreeSet::new(), Vec::new());
        for word in words {
            let path = Path::new(word);
            match self.migration_of(path) {
                Some(own) => {
                    names.insert(own.name.as_str());
                }
                None if path.exists() => others.push(path),
                None => names.extend(self.names_of_range(word)?),
            }
        }
        let mut migrations = self.judged(&names)?;
        for path in others {
            migrations.extend(self.judged_at(path)?);
        }
        Ok(Review { migrations })
    }

    /// The migration that a file or folder belongs to.
    fn migration_of(&self, path: &Path) -> Option<&Migration> {
        let directory = self.directory();
        let (path, root) = (path.canonicalize().ok()?, directory.path.canonicalize().ok()?);
        let name = path.strip_prefix(root).ok()?.components().next()?;
        let name = name.as_os_str().to_string_lossy();
        directory.migrations.iter().find(|migration| name_of_file(&name) == migration.name)
    }

    fn judged_at(&self, path: &Path) -> Result<Vec<Reviewed>, Error> {
        let options = self.scratch()?;
        let before = if path.is_dir() { &[] } else { self.directory().migrations.as_slice() };
        let scripts = scripts_at(options.dialect, path)?;
        Run { project: self.project, before, scripts, options }.judged(|_| true)
    }
}

/// Scripts that run behind some migrations.
struct Run<'a> {
    project: &'a Project,
    before: &'a [Migration],
    scripts: Vec<Script>,
    options: ScratchOptions,
}

impl Run<'_> {
    fn judged(&self, is_asked: impl Fn(&Script) -> bool) -> Result<Vec<Reviewed>, Error> {
        let mut scratch = self.scratch_before(0)?;
        let mut start = replay::read(self.project, &mut scratch)?;
        let mut judged = Vec::new();
        let progress = Progress::of(self.project.observer(), Activity::RunningUp, self.scripts.len());
        for (place, script) in self.scripts.iter().enumerate() {
            progress.step(&script.name);
            if !is_asked(script) {
                start = self.run(&mut scratch, script)?;
                continue;
            }
            let in_steps = steps::run(self.project, &mut scratch, script, &start)?;
            let is_whole = in_steps.is_none();
            let steps = match in_steps {
                Some(steps) => steps,
                None => {
                    scratch = self.scratch_before(place)?;
                    let ends = Pair::new(start.clone(), self.run(&mut scratch, script)?);
                    vec![Step::whole(self.options.dialect, script, ends)]
                }
            };
            let end = steps.last().map_or_else(|| start.clone(), |step| step.schemas.to.clone());
            let judgement = judge(self.project, script, &steps, Pair::new(&start, &end), &self.options)?;
            judged.push(reviewed(script, judgement, is_whole));
            start = end;
        }
        Ok(judged)
    }

    /// Runs a script as a whole; gives the schema behind it.
    fn run(&self, scratch: &mut Scratch, script: &Script) -> Result<Schema, Error> {
        replay::run_file(self.project, scratch, &script.up)?;
        replay::read(self.project, scratch)
    }

    /// A scratch database in which all ran that comes before a script.
    fn scratch_before(&self, place: usize) -> Result<Scratch, Error> {
        let mut scratch = replay::set_up(&self.options)?;
        replay::run_all(self.project, &mut scratch, self.before)?;
        for script in &self.scripts[..place] {
            replay::run_file(self.project, &mut scratch, &script.up)?;
        }
        Ok(scratch)
    }
}

fn reviewed(script: &Script, judgement: Judgement, is_whole: bool) -> Reviewed {
    let Judgement { changes, locks, mut findings, picture } = judgement;
    if is_whole {
        let what = "judged as a whole, since one of its statements needs the transaction of the others";
        let place = Place { file: shown(&script.up.file.path), line: 1, is_exact: false };
        let note = Finding::of_migration(NOT_JUDGED, Severity::Note, &script.name, place, what, Vec::new());
        findings.push(note);
    }
    Reviewed {
        name: script.name.clone(),
        message: script.message.clone(),
        hash: None,
        changes,
        locks: locks.lines,
        estimates: locks.estimates,
        findings,
        proof: Proof::NotAsked,
        picture,
        up: script.text().to_owned(),
        down: script.down.clone(),
    }
}
