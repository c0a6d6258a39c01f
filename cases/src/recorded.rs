//! The schemas of a case as a server gave them, so that the case can be planned without one.

use autogen_codegen::{DraftError, DraftInput, PlanError, draft};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::fingerprint::fingerprint_of_text;
use autogen_diff_core::{Closure, Dialect, Pair, Schema, diff};
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::expected::{Planned, expect, is_update};
use crate::layout::{self, Sparse};

/// The file beside the expected texts.
const FILE: &str = "schemas.json";

/// What to do about a file that is missing or out of date.
const RECORD_AGAIN: &str = "run the case on a server with AUTOGEN_UPDATE=1 to record it";

/// What a server gave for a case.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The schema before.
    before: Sparse,
    /// The schema after.
    after: Sparse,
    /// The schema before with the renames made; without renames it is the schema before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renamed: Option<Sparse>,
    /// The schema after with the renames of the way back made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renamed_back: Option<RenamedBack>,
}

/// What the server made of the renames of the way back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RenamedBack {
    /// A hash of the schema that it was asked about: another plan may leave columns in another order.
    of: String,
    /// Its answer.
    schema: Sparse,
}

impl Recorded {
    /// Takes what a plan is made from, and what the server made of the renames of the way back.
    ///
    /// # Panics
    /// When there is such an answer and no plan that asks for it.
    pub fn of(case: &Case, input: &DraftInput, renamed_back: Option<&Schema>) -> Self {
        let mut recorded = Self {
            before: planned_part(&input.from),
            after: planned_part(&input.to),
            renamed: (!input.renames.is_empty()).then(|| planned_part(&input.renamed)),
            renamed_back: None,
        };
        recorded.renamed_back = renamed_back.map(|schema| recorded.answer(case, planned_part(schema)));
        recorded
    }

    /// An answer of the server's with what it was asked about.
    fn answer(&self, case: &Case, schema: Sparse) -> RenamedBack {
        let mut of = String::new();
        let planned = self.plan_with(case, |left| {
            of = hash(left);
            Ok(schema.0.clone())
        });
        planned.expect("a plan, since there is a way back");
        RenamedBack { of, schema }
    }

    /// Reads those of a case.
    ///
    /// # Panics
    /// When there are none, or the model has changed since.
    pub fn read(case: &Case) -> Self {
        let path = case.expectation(FILE);
        let text = fs_err::read_to_string(&path).unwrap_or_else(|error| panic!("{error}; {RECORD_AGAIN}"));
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}; {RECORD_AGAIN}", path.display()))
    }

    /// Compares with what is recorded, or records it. Another release and another role have schemas of their own, of
    /// which nothing is recorded.
    ///
    /// # Panics
    /// When something else is recorded, or the recorded schemas give another plan than the server's.
    pub fn must_be_recorded(&self, case: &Case, planned: &Result<Planned, PlanError>) {
        let text = layout::text(self);
        let read: Self = serde_json::from_str(&text).expect("what was written");
        assert_eq!(read.schemas(), self.schemas(), "nothing is lost in a file");
        assert_eq!(&read.plan(case), planned, "the recorded schemas give another plan than the server's");
        if is_update() || self.is_of_same_server(&Self::read(case)) {
            expect(case, FILE, &text);
        }
    }

    /// All schemas in full, as JSON.
    fn schemas(&self) -> String {
        let Self { before, after, renamed, renamed_back } = self;
        let back = renamed_back.as_ref().map(|answer| &answer.schema);
        let schemas = [Some(before), Some(after), renamed.as_ref(), back];
        schemas.into_iter().flatten().map(|Sparse(schema)| json(schema)).collect()
    }

    fn is_of_same_server(&self, other: &Self) -> bool {
        let (own, other) = (&self.before.0, &other.before.0);
        own.version == other.version && own.role == other.role
    }

    /// Plans both ways.
    ///
    /// # Errors
    /// When there is no plan.
    ///
    /// # Panics
    /// When only a server could say what renames make of a schema: what is recorded is an answer about another one.
    pub fn plan(&self, case: &Case) -> Result<Planned, PlanError> {
        let planned = self.plan_with(case, |left| {
            let found = self.renamed_back.as_ref().filter(|recorded| recorded.of == hash(left));
            found.map(|recorded| recorded.schema.0.clone()).ok_or_else(|| {
                format!(
                    "the plan leaves another schema than the one whose renames are recorded; {RECORD_AGAIN}"
                )
            })
        });
        planned.map_err(|error| match error {
            DraftError::Plan(error) => error,
            DraftError::OneWay | DraftError::Renames(_) => panic!("{error}"),
        })
    }

    /// The same with what the change can touch of both schemas, where nothing is renamed and the server records what leans on
    /// what.
    pub fn in_part(&self, case: &Case) -> Option<Self> {
        let schemas = Pair::new(&self.before.0, &self.after.0);
        if case.dialect != Dialect::Postgres || !case.renames(schemas).is_empty() {
            return None;
        }
        let closure = Closure::of(&diff(schemas), schemas);
        let Pair { from, to } = schemas.map(|schema| Sparse(closure.part(schema)));
        Some(Self { before: from, after: to, renamed: None, renamed_back: None })
    }

    fn plan_with(
        &self,
        case: &Case,
        mut renamed_back: impl FnMut(&Schema) -> Result<Schema, String>,
    ) -> Result<Planned, DraftError<String>> {
        let input = DraftInput {
            from: self.before.0.clone(),
            renamed: self.renamed.as_ref().unwrap_or(&self.before).0.clone(),
            to: self.after.0.clone(),
            renames: case.renames(Pair::new(&self.before.0, &self.after.0)),
        };
        let renamed = |left: &Schema, renames: &[Rename]| {
            if renames.is_empty() { Ok(left.clone()) } else { renamed_back(left) }
        };
        draft(&input, case.plan_options(), renamed).map(|drafted| Planned::of(&drafted.stages))
    }
}

fn hash(schema: &Schema) -> String {
    fingerprint_of_text(&layout::text(&Sparse(schema.clone())))
}

fn json(schema: &Schema) -> String {
    serde_json::to_string(schema).expect("a schema as JSON")
}

/// A schema without what no plan depends on and another minor release has otherwise.
fn planned_part(schema: &Schema) -> Sparse {
    let mut schema = schema.clone();
    match schema.dialect {
        Dialect::Postgres | Dialect::Sqlite => schema.version.minor = 0,
        // The second number is the series there.
        Dialect::Mysql => {}
    }
    Sparse(schema)
}
