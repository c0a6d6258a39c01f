//! A migration before it has a name: two schemas, and the scripts that lead from one to the other and back.

use std::collections::BTreeMap;

use autogen_codegen::{
    AuthorWords, DraftError, DraftInput, DraftScripts, Estimator, Part, PlanOptions, Script, draft,
};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::{Pair, Schema};
use autogen_introspect::ScratchOptions;
use autogen_migration_files::Proof;

use crate::agreement::Upcoming;
use crate::error::Error;
use crate::joined::Joined;
use crate::lock_findings::Way;
use crate::observer::Event;
use crate::project::Project;
use crate::{compare, flavor, proof, renames};

/// What a migration is made of, before it has a name.
#[derive(Debug)]
pub struct Draft {
    /// The current schema with all that the project leaves unmanaged.
    pub(crate) current: Schema,
    /// Both sides as far as they are managed, and the renames.
    pub(crate) input: DraftInput,
    /// Up and down of each stage.
    pub(crate) scripts: Vec<Pair<Script>>,
    /// The schemas between the stages.
    between: Vec<Schema>,
    /// Which part of an online change each stage is; empty where that was not asked for.
    pub(crate) parts: Vec<Part>,
    /// What the server made of the renames on the way back.
    renamed_back: Option<Schema>,
    /// The fingerprints between the stages, the ends included.
    pub(crate) fingerprints: Vec<String>,
    /// The model's own words, which up is written in where that is proven.
    pub(crate) words: Option<AuthorWords>,
    /// How it ran up, down and up.
    pub(crate) proof: Proof,
    /// The schema that it led to there, where that is the declared one in every word.
    pub(crate) reached: Option<Schema>,
    /// Whether there was nothing to tell about the declared side.
    pub(crate) is_model_silent: bool,
    /// Whether the model ran in the order in which it stands.
    pub(crate) is_model_in_order: bool,
    /// The hashes of the model's parts, where it was taken apart.
    pub(crate) model_hashes: Option<BTreeMap<String, String>>,
    /// The newest migration when it was planned.
    pub(crate) behind: Option<String>,
    /// What will be known once it is written.
    pub(crate) upcoming: Option<Upcoming>,
}

impl Draft {
    /// Plans both directions between two schemas that were read; no scripts when nothing differs.
    ///
    /// `current` is the first side with all that is not managed, and `declared_renames` are the renames that the second one means.
    ///
    /// # Errors
    /// When there is no plan.
    pub fn new(
        project: &Project,
        current: Schema,
        schemas: Pair<Schema>,
        declared_renames: Vec<Rename>,
        plan: PlanOptions,
        scratch: &ScratchOptions,
    ) -> Result<Self, Error> {
        let start = renamed(project, &current, &declared_renames, scratch)?;
        let Pair { from: start, to } = compare::prepare(project, Pair::new(start, schemas.to), scratch)?;
        let from = if declared_renames.is_empty() { start.clone() } else { schemas.from };
        let input = DraftInput { from, renamed: start, to, renames: declared_renames };
        let DraftScripts { stages, between, parts, renamed_back } =
            draft(&input, plan, |schema, renames| renamed(project, schema, renames, scratch))?;
        let scripts = estimated(project, stages, &input.renames);
        flavor::must_take(project.settings.flavor, &scripts)?;
        let path = std::iter::once(&input.from).chain(&between).chain([&input.to]);
        let fingerprints = fingerprints(project, path);
        Ok(Self {
            current,
            input,
            scripts,
            between,
            parts,
            renamed_back,
            fingerprints,
            words: None,
            proof: Proof::Not,
            reached: None,
            is_model_silent: false,
            is_model_in_order: false,
            model_hashes: None,
            behind: None,
            upcoming: None,
        })
    }

    /// What it is planned from.
    pub const fn input(&self) -> &DraftInput {
        &self.input
    }

    /// What the server made of the renames on the way back, where there are any.
    pub const fn renamed_back(&self) -> Option<&Schema> {
        self.renamed_back.as_ref()
    }

    /// Up and down of each stage, in the order of up.
    pub fn scripts(&self) -> &[Pair<Script>] {
        &self.scripts
    }

    /// The SQL of the way up, stage after stage, each with what it is where it was asked to be a migration of its own.
    pub fn up_sql(&self) -> String {
        let count = self.scripts.len();
        let title = |i: usize| {
            let part = self.parts.get(i).map(|part| part.step.words());
            part.map(|words| format!("-- {} of {count}: {words}\n\n", i + 1)).unwrap_or_default()
        };
        let stages = self.scripts.iter().enumerate();
        let texts = stages.map(|(i, scripts)| format!("{}{}", title(i), scripts.from.to_sql()));
        texts.collect::<Vec<_>>().join(if self.parts.is_empty() { "" } else { "\n" })
    }

    /// Has up written in the words of a model's statements, where it is proven so.
    pub fn use_words_of<'a>(&mut self, statements: impl IntoIterator<Item = &'a str>) {
        self.words = AuthorWords::of(statements, &self.input.to);
    }

    /// Runs it up, down and up in a scratch database: in the author's words, and in the server's where those do not lead there.
    ///
    /// # Errors
    /// When it does not do there what it should.
    pub fn prove(&mut self, project: &Project, scratch: &ScratchOptions) -> Result<(), Error> {
        let proven = match self.in_authors_words() {
            Some(stages) => match proof::prove(project, &self.claim(&stages), scratch) {
                Ok(proven) => {
                    self.scripts = stages;
                    proven
                }
                Err(reason) => {
                    let proven = proof::prove(project, &self.claim(&self.scripts), scratch)?;
                    project.tell(&Event::WordsNotProven(&reason));
                    proven
                }
            },
            None => proof::prove(project, &self.claim(&self.scripts), scratch)?,
        };
        self.reached = proven.reached;
        self.proof = proven.proof;
        project.tell(&Event::Proven(self.proof));
        for locks in &proven.locks {
            project.tell(&Event::LockMismatch(locks));
            let Some(stage) = self.scripts.get_mut(locks.stage) else { continue };
            let script = match locks.way {
                Way::Up => &mut stage.from,
                Way::Down => &mut stage.to,
            };
            script.notes.push(locks.note().into());
        }
        Ok(())
    }
}

impl Draft {
    fn claim<'a>(&'a self, stages: &'a [Pair<Script>]) -> proof::Claim<'a> {
        proof::Claim { current: &self.current, between: &self.between, declared: &self.input.to, stages }
    }

    /// The stages with up in the author's words, where there are any for it.
    fn in_authors_words(&self) -> Option<Vec<Pair<Script>>> {
        let words = self.words.as_ref()?;
        let said = |stage: &Pair<Script>| {
            let statements = words.put_into(stage.from.statements.clone(), &self.input.to);
            Pair::new(Script { statements, ..stage.from.clone() }, stage.to.clone())
        };
        let stages: Vec<_> = self.scripts.iter().map(said).collect();
        (stages != self.scripts).then_some(stages)
    }
}

/// The fingerprints of what is managed of some schemas.
fn fingerprints<'a>(project: &Project, schemas: impl Iterator<Item = &'a Schema>) -> Vec<String> {
    std::thread::scope(|scope| {
        let found: Vec<_> =
            schemas.map(|schema| scope.spawn(|| fingerprint(&project.scope.own(schema)))).collect();
        found.into_iter().map(Joined::joined).collect()
    })
}

/// The stages, with how long their statements take where sizes are known.
fn estimated(project: &Project, mut stages: Vec<Pair<Script>>, renames: &[Rename]) -> Vec<Pair<Script>> {
    let estimator = project.stats().and_then(|stats| Estimator::of(stats, renames));
    if let Some(estimator) = estimator {
        let scripts = stages.iter_mut().flat_map(|scripts| [&mut scripts.from, &mut scripts.to]);
        scripts.for_each(|script| estimator.annotate(script));
    }
    stages
}

/// The managed objects of a schema after renames.
pub(crate) fn renamed(
    project: &Project,
    schema: &Schema,
    declared_renames: &[Rename],
    scratch: &ScratchOptions,
) -> Result<Schema, Error> {
    let mut renamed = renames::applied(project, schema, declared_renames, scratch)?;
    project.retain_objects(&mut renamed);
    Ok(renamed)
}

impl From<DraftError<Self>> for Error {
    fn from(error: DraftError<Self>) -> Self {
        match error {
            DraftError::Plan(error) => error.into(),
            DraftError::OneWay => Self::NotProven(error.to_string()),
            DraftError::Renames(error) => error,
        }
    }
}
