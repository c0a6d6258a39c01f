//! What a reviewer must know of a script: what the plan of the same change says, what was seen while it ran, and what neither shows.

use std::collections::{BTreeMap, BTreeSet};

use autogen_codegen::hazards::{validated_behind, waits, waits_behind};
use autogen_codegen::report::{Entry, entries};
use autogen_codegen::{AuthorWords, Estimator, RenderOptions, Statement, plan_with, render};
use autogen_diff_core::diff::change::TableChange;
use autogen_diff_core::hazard::{Hazard, HazardClass, HazardCode};
use autogen_diff_core::lock::{LockMode, LockWork, TakenLock};
use autogen_diff_core::{Change, Pair, QualifiedName, Schema, diff};
use autogen_introspect::ScratchOptions;
use autogen_report::picture::Picture;
use autogen_report::{Finding, NOT_JUDGED, Place, Severity};
use autogen_sql_text::{
    Dialect, Loss, LossKind, Statement as Classified, VerbClass, losses, renamings, split,
};

use super::LOSES_DATA;
use super::lock_lines::LockLines;
use super::places::{OwnStatement, Places, is_statement};
use super::script::Script;
use super::steps::Step;
use super::waiver::waive;
use crate::draft;
use crate::error::Error;
use crate::project::{Project, capabilities};
use crate::renames::{self, DeclaredRenames};

/// What is known of a script.
pub(super) struct Judgement {
    pub(super) changes: Vec<Entry>,
    /// What is locked so that others wait.
    pub(super) locks: LockLines,
    pub(super) findings: Vec<Finding>,
    pub(super) picture: Picture,
}

/// Judges a script that ran in steps.
///
/// Where it says what a plan of the whole change says, that plan is right about it. A person may have gone another way; then each
/// step is judged by the plan of what it changed.
pub(super) fn judge(
    project: &Project,
    script: &Script,
    steps: &[Step],
    ends: Pair<&Schema>,
    options: &ScratchOptions,
) -> Result<Judgement, Error> {
    let dialect = ends.from.dialect;
    let places = Places::of(dialect, &script.up.file.path, script.text());
    let whole = Planned::of(project, ends, script.text(), false, options)?;
    let losses = losses(dialect, script.text());
    let planned = places.statements.iter().filter(|own| whole.has(own)).map(|own| own.line).collect();
    let rest = Rest { dialect, losses: &losses, places: &places, planned };
    // What is locked is held to the end of a transaction, which the plan takes for granted.
    let holds_locks = dialect != Dialect::Postgres || script.up.run_in_transaction;
    let mut judgement = if holds_locks && whole.is_said_by(dialect, &places.statements) {
        by_plan(script, whole, &places)
    } else {
        by_steps(project, script, steps, whole, &rest, options)?
    };
    rest.add(&mut judgement.findings, |own| steps.iter().any(|step| step.is_about(own) && step.changes()));
    waive(&mut judgement.findings, dialect, script.text());
    Ok(judgement)
}

impl Step {
    fn changes(&self) -> bool {
        !diff(self.schemas.as_ref()).is_empty()
    }

    fn is_about(&self, own: &OwnStatement) -> bool {
        self.statements.iter().any(|other| other.line == own.line)
    }

    /// Whether it is a `CREATE`. What appears otherwise may be there under another name, with its rows.
    fn creates(&self, dialect: Dialect) -> bool {
        let class = |own: &OwnStatement| Classified::of(dialect, &own.text).class;
        matches!(&self.statements[..], [only] if class(only) == VerbClass::Create)
    }

    /// Whether what it does takes long though no lock shows it: rows are changed.
    fn moves_rows(&self, dialect: Dialect) -> bool {
        let mut found = self.statements.iter().map(|own| Classified::of(dialect, &own.text));
        found.any(|own| own.fills_table || is_about_rows(own.class))
    }
}

const fn is_about_rows(class: VerbClass) -> bool {
    matches!(class, VerbClass::ChangesRows | VerbClass::MovesRows)
}

/// The plan of a change that somebody made.
struct Planned {
    changes: Vec<Entry>,
    picture: Picture,
    statements: Vec<Statement>,
    /// Why there is none.
    refused: Option<String>,
    /// The tables that are made, and whether nothing else is changed.
    made: (BTreeSet<QualifiedName>, Vec<Option<QualifiedName>>),
}

impl Planned {
    fn of(
        project: &Project,
        schemas: Pair<&Schema>,
        text: &str,
        is_concurrent: bool,
        options: &ScratchOptions,
    ) -> Result<Self, Error> {
        let flags = renamings(schemas.from.dialect, text);
        let declared = DeclaredRenames { flags: &flags, hints: &[] };
        // What can't be resolved is a rename of something that came with the same script.
        let renames = renames::resolve(schemas, &declared).unwrap_or_default();
        let renamed = draft::renamed(project, schemas.from, &renames, options)?;
        let schemas = Pair::new(&renamed, schemas.to);
        let differences = diff(schemas);
        let facts = capabilities(schemas.from);
        let spelling = RenderOptions {
            default_namespace: schemas.from.default_namespace.clone(),
            ..RenderOptions::default()
        };
        let planned = plan_with(&differences, schemas, &renames, &facts, project.plan_options);
        let planned = planned.map(|plan| if is_concurrent { plan.concurrently() } else { plan });
        let scripts = planned.and_then(|plan| render(&plan, schemas, &spelling));
        let (statements, refused) = match scripts {
            Ok(scripts) => (scripts.into_iter().flat_map(|script| script.statements).collect(), None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let statements: Vec<Statement> = statements;
        let mut statements = in_words_of(text, schemas.to, statements);
        if let Some(estimator) = project.stats().and_then(|stats| Estimator::of(stats, &renames)) {
            statements.iter_mut().for_each(|statement| estimator.annotate_statement(statement));
        }
        let made = tables_of(&differences.changes);
        let changes = entries(schemas.to.dialect, &renames, &differences);
        let picture = Picture::of_change(schemas, &differences);
        Ok(Self { changes, picture, statements, refused, made })
    }

    fn has(&self, own: &OwnStatement) -> bool {
        self.place_of(own).is_some()
    }

    fn place_of(&self, own: &OwnStatement) -> Option<usize> {
        self.statements.iter().position(|statement| is_statement(&own.text, &statement.sql))
    }

    /// Whether a script says what the plan says, in its order.
    fn is_said_by(&self, dialect: Dialect, script: &[OwnStatement]) -> bool {
        let others = script.iter().filter(|own| !is_setting(dialect, own));
        let places: Option<Vec<usize>> = others.map(|own| self.place_of(own)).collect();
        places.is_some_and(|places| places.is_sorted())
    }

    /// Whether all that it changes is in tables that the script made before.
    fn is_within(&self, made: &BTreeSet<QualifiedName>) -> bool {
        let touched = &self.made.1;
        !touched.is_empty()
            && touched.iter().all(|name| name.as_ref().is_some_and(|name| made.contains(name)))
    }
}

/// Statements in the words of a migration that makes the same objects.
fn in_words_of(text: &str, made: &Schema, statements: Vec<Statement>) -> Vec<Statement> {
    let own = split(made.dialect, text).unwrap_or_default();
    let words = AuthorWords::of_migration(own.iter().map(|statement| statement.text.as_str()), made);
    match words {
        Some(words) => words.put_into(statements, made),
        None => statements,
    }
}

/// The tables that changes make, and the ones that they alter; `None` for what is no table.
fn tables_of(changes: &[Change]) -> (BTreeSet<QualifiedName>, Vec<Option<QualifiedName>>) {
    let (mut made, mut touched) = (BTreeSet::new(), Vec::new());
    for change in changes {
        match change.table() {
            Some(TableChange::Create(table)) => {
                made.insert(table.name.clone());
            }
            Some(TableChange::Alter(_) | TableChange::Drop(_)) | None => {
                touched.push(change.table().map(|table| table.name().clone()));
            }
        }
    }
    (made, touched)
}

/// Statements that say how the others are run.
fn is_setting(dialect: Dialect, own: &OwnStatement) -> bool {
    matches!(
        Classified::of(dialect, &own.text).class,
        VerbClass::SetsSession | VerbClass::BeginsTransaction | VerbClass::EndsTransaction
    )
}

/// A script that says what the plan says.
fn by_plan(script: &Script, whole: Planned, places: &Places) -> Judgement {
    let mut findings: Vec<Finding> = Vec::new();
    for statement in &whole.statements {
        let place = places.of_statement(&statement.sql);
        findings.extend(statement.hazards.iter().map(|hazard| Finding::of(hazard, place.clone())));
    }
    findings.extend(whole.refused.map(|message| no_plan(&script.name, places.first(), message)));
    let mut locks = LockLines::default();
    locks.add_declared(&whole.statements);
    Judgement { changes: whole.changes, locks, findings, picture: whole.picture }
}

/// A script that goes its own way.
fn by_steps(
    project: &Project,
    script: &Script,
    steps: &[Step],
    whole: Planned,
    rest: &Rest<'_>,
    options: &ScratchOptions,
) -> Result<Judgement, Error> {
    let mut judgement = Judgement {
        changes: whole.changes,
        locks: LockLines::default(),
        findings: Vec::new(),
        picture: whole.picture,
    };
    let estimator = project.stats().and_then(|stats| Estimator::of(stats, &[]));
    let mut made = BTreeSet::new();
    let mut held = Held::default();
    // Whether what the script makes may hold rows by now.
    let mut has_rows = false;
    for step in steps {
        let Some(first) = step.statements.first() else { continue };
        let text: Vec<&str> = step.statements.iter().map(|own| own.text.as_str()).collect();
        let is_concurrent = Classified::of(rest.dialect, &first.text).is_concurrent;
        let schemas = step.schemas.as_ref();
        let planned = Planned::of(project, schemas, &text.join(";\n"), is_concurrent, options)?;
        let place = Place { is_exact: step.statements.len() == 1, ..rest.places.at(first.line) };
        if let Some(message) = &planned.refused {
            judgement.findings.push(no_plan(&script.name, place.clone(), message.clone()));
        }
        let is_new = planned.is_within(&made);
        let hazards = planned.statements.iter().flat_map(|statement| statement.hazards.iter().cloned());
        let hazards = hazards.filter(|hazard| !(is_new && is_of_old_rows(hazard, has_rows)));
        let hazards = hazards.filter(|hazard| rest.is_lost(hazard, step)).collect();
        let taken = step.taken.as_ref().map(|taken| of_old_tables(taken, &made));
        let mut hazards = as_seen(hazards, taken.as_deref());
        if script.up.run_in_transaction {
            hazards.extend(held.then(step, taken.as_deref().unwrap_or_default(), rest.dialect));
        }
        judgement.findings.extend(hazards.iter().map(|hazard| Finding::of(hazard, place.clone())));
        match &taken {
            _ if is_new => {}
            None => judgement.locks.add_declared(&planned.statements),
            Some(taken) => judgement.locks.add_seen(taken, &planned.statements, estimator.as_ref()),
        }
        has_rows |= step.moves_rows(rest.dialect);
        if step.creates(rest.dialect) {
            made.extend(planned.made.0);
        }
    }
    Ok(judgement)
}

/// What a hazard says of rows and programs that were there before; a table that the script made has none.
const fn is_of_old_rows(hazard: &Hazard, has_rows: bool) -> bool {
    match hazard.code.class() {
        HazardClass::MayFail => !has_rows,
        HazardClass::DataLoss
        | HazardClass::Locks
        | HazardClass::Rewrite
        | HazardClass::BreaksCompatibility
        | HazardClass::Irreversible => true,
        HazardClass::Behavior | HazardClass::Access | HazardClass::Secret | HazardClass::Design => false,
    }
}

/// The locks on what was there before the script.
fn of_old_tables(taken: &[TakenLock], made: &BTreeSet<QualifiedName>) -> Vec<TakenLock> {
    let is_old = |lock: &&TakenLock| !made.iter().any(|name| name.to_string() == lock.relation);
    taken.iter().filter(is_old).cloned().collect()
}

/// What the plan says of those who wait, as far as it was seen; and what was seen besides.
fn as_seen(mut hazards: Vec<Hazard>, taken: Option<&[TakenLock]>) -> Vec<Hazard> {
    let Some(taken) = taken else { return hazards };
    let blocks = |lock: &TakenLock| lock.mode.blocks_writes();
    let is_rewritten = taken.iter().any(|lock| lock.work == LockWork::Rewrite);
    let is_read = taken.iter().any(|lock| blocks(lock) && lock.work > LockWork::Instant);
    hazards.retain(|hazard| match hazard.code.class() {
        HazardClass::Rewrite => is_rewritten,
        // Rows that refer are asked for only where there are some.
        HazardClass::Locks if hazard.code == HazardCode::CheckForeignKey => taken.iter().any(blocks),
        HazardClass::Locks => is_read,
        HazardClass::DataLoss
        | HazardClass::MayFail
        | HazardClass::BreaksCompatibility
        | HazardClass::Behavior
        | HazardClass::Irreversible
        | HazardClass::Access
        | HazardClass::Secret
        | HazardClass::Design => true,
    });
    let is_told = |class| hazards.iter().any(|hazard| hazard.code.class() == class);
    let (tells_locks, tells_rewrite) = (is_told(HazardClass::Locks), is_told(HazardClass::Rewrite));
    let seen = taken.iter().filter(|lock| match lock.work {
        LockWork::Rewrite => !tells_rewrite,
        LockWork::Scan => !tells_locks && !tells_rewrite,
        LockWork::Instant => false,
    });
    let seen =
        seen.filter_map(|lock| waits(lock.relation.clone(), lock.mode, lock.work, HazardCode::CheckRows));
    hazards.extend(seen.collect::<Vec<_>>());
    hazards
}

/// What a transaction has locked so far.
#[derive(Default)]
struct Held {
    relations: BTreeMap<String, LockMode>,
    told: BTreeSet<String>,
}

impl Held {
    /// Who waits for a step because of the locks of those before it.
    fn then(&mut self, step: &Step, taken: &[TakenLock], dialect: Dialect) -> Vec<Hazard> {
        let mut found = Vec::new();
        let validated = taken.iter().filter(|lock| lock.work == LockWork::Scan && !lock.mode.blocks_writes());
        for lock in validated {
            let is_held = self.relations.get(&lock.relation).is_some_and(|mode| mode.blocks_writes());
            if is_held && self.told.insert(lock.relation.clone()) {
                found.push(validated_behind(lock.relation.clone()));
            }
        }
        let takes_long = step.moves_rows(dialect) || taken.iter().any(|lock| lock.work > LockWork::Instant);
        let blocked =
            |name: &String| taken.iter().any(|own| own.relation == *name && own.mode.blocks_reads());
        let waiting =
            self.relations.iter().filter(|(name, mode)| takes_long && mode.blocks_reads() && !blocked(name));
        let waiting: Vec<String> =
            waiting.map(|(name, _)| name.clone()).filter(|name| !self.told.contains(name)).collect();
        if !waiting.is_empty() {
            found.push(waits_behind(&waiting));
            self.told.extend(waiting);
        }
        for lock in taken {
            let held = self.relations.entry(lock.relation.clone()).or_insert(lock.mode);
            *held = lock.mode.max(*held);
        }
        found
    }
}

/// What is said where no plan makes the change, so that nothing is known of its hazards.
fn no_plan(name: &str, place: Place, message: String) -> Finding {
    let what = "its hazards are not judged, since no plan makes this change; read the SQL";
    Finding::of_migration(NOT_JUDGED, Severity::Warning, name, place, what, vec![message])
}

/// What no comparison of schemas shows.
struct Rest<'a> {
    dialect: Dialect,
    losses: &'a [Loss],
    places: &'a Places,
    /// The lines of the statements that the plan of the whole change says, too.
    planned: BTreeSet<usize>,
}

impl Rest<'_> {
    /// Whether a table that is dropped is lost: its rows may stand in another one by then, which the words of the script tell.
    fn is_lost(&self, hazard: &Hazard, step: &Step) -> bool {
        let is_of_step = |loss: &Loss| step.statements.iter().any(|own| own.line == loss.line);
        hazard.code != HazardCode::DropTable || self.losses.iter().any(is_of_step)
    }

    /// Adds what statements lose by their words, and which of them were not judged.
    fn add(&self, findings: &mut Vec<Finding>, is_judged: impl Fn(&OwnStatement) -> bool) {
        let lost: Vec<Finding> = self.losses.iter().filter_map(|loss| self.lost(loss, findings)).collect();
        findings.extend(lost);
        let others = self.places.statements.iter();
        let others = others.filter(|own| !self.planned.contains(&own.line));
        let others = others.filter(|own| !self.losses.iter().any(|loss| loss.line == own.line));
        findings.extend(others.filter_map(|own| self.not_judged(own, is_judged(own))));
    }

    /// What a statement loses, where no hazard says so: rows that are deleted are no difference of schemas.
    fn lost(&self, loss: &Loss, known: &[Finding]) -> Option<Finding> {
        let is_known = |finding: &Finding| {
            finding.place.is_exact && finding.place.line == loss.line && finding.severity == Severity::Error
        };
        match loss.kind {
            // Types are in the schema, and judged by the plan.
            LossKind::Retyped => None,
            LossKind::Gone if known.iter().any(is_known) => None,
            LossKind::Gone => {
                let what = "loses rows, columns or values, or runs code that may";
                let place = self.places.at(loss.line);
                Some(Finding::of_migration(
                    LOSES_DATA,
                    Severity::Error,
                    &loss.statement,
                    place,
                    what,
                    Vec::new(),
                ))
            }
        }
    }

    fn not_judged(&self, own: &OwnStatement, is_judged: bool) -> Option<Finding> {
        let what = match Classified::of(self.dialect, &own.text).class {
            VerbClass::ChangesRows | VerbClass::MovesRows => "changes rows, which is not judged; read it",
            VerbClass::RunsCode => "runs code, which is not judged; read it",
            VerbClass::ControlsServer(_) | VerbClass::Unknown if !is_judged => "is not judged; read it",
            VerbClass::Create
            | VerbClass::Alter
            | VerbClass::Drop
            | VerbClass::Rename
            | VerbClass::Describes
            | VerbClass::Grants
            | VerbClass::SetsSession
            | VerbClass::BeginsTransaction
            | VerbClass::EndsTransaction
            | VerbClass::WithinTransaction
            | VerbClass::Locks
            | VerbClass::Maintains
            | VerbClass::Notifies
            | VerbClass::ControlsServer(_)
            | VerbClass::Unknown => return None,
        };
        let place = self.places.at(own.line);
        Some(Finding::of_migration(NOT_JUDGED, Severity::Note, &own.words, place, what, Vec::new()))
    }
}
