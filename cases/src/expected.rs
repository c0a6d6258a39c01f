//! What a case expects of its plan.

use autogen_codegen::{PlanError, Script};
use autogen_diff_core::Pair;
use autogen_diff_core::hazard::HazardClass;

use crate::case::Case;

/// Rewrites expectations instead of comparing them.
const UPDATE_VARIABLE: &str = "AUTOGEN_UPDATE";

/// Both ways of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The scripts there, in the order in which they run.
    pub up: Vec<Script>,
    /// The scripts back, in the order in which they run.
    pub down: Vec<Script>,
}

impl Planned {
    /// The scripts of all stages.
    pub fn of(stages: &[Pair<Script>]) -> Self {
        let up = stages.iter().map(|stage| stage.from.clone()).collect();
        let down = stages.iter().rev().map(|stage| stage.to.clone()).collect();
        Self { up, down }
    }

    /// Scripts as one text.
    pub fn text(scripts: &[Script]) -> String {
        scripts.iter().map(Script::to_sql).collect::<Vec<_>>().join("\n-- next migration\n\n")
    }
}

/// What a case says of whether there is a plan.
impl Case {
    /// Holds a plan against whether the case is refused, and whether anything differs. Gives the plan, where there shall be one.
    ///
    /// # Panics
    /// When it is otherwise.
    pub fn must_be_planned(&self, planned: Result<Planned, PlanError>) -> Option<Planned> {
        let refused = self.file.refused.as_deref();
        match planned {
            Ok(planned) => {
                assert!(refused.is_none(), "the case says that it is refused");
                let is_empty = planned.up.is_empty();
                assert_eq!(is_empty, self.file.same, "nothing differs exactly when the case says so");
                Some(planned)
            }
            Err(PlanError::Refused(refusals)) => {
                let wanted = refused.expect("refused, though the case does not say so");
                let is_wanted = refusals.iter().any(|refusal| refusal.reason.contains(wanted));
                assert!(is_wanted, "refused for another reason: {refusals:?}");
                None
            }
            Err(error @ PlanError::Cycle(_)) => panic!("no plan: {error}"),
        }
    }

    /// Compares a plan with the case's expected texts, or writes those; and its hazards.
    ///
    /// # Panics
    /// When they differ.
    pub fn must_read(&self, planned: &Planned) {
        expect(self, "up.sql", &Planned::text(&planned.up));
        expect(self, "down.sql", &Planned::text(&planned.down));
        let hazards = planned.up.iter().flat_map(Script::hazards);
        let hazards = hazards.filter(|hazard| is_about_rows(hazard.code.class()));
        let codes: Vec<&str> = hazards.map(|hazard| hazard.code.code()).collect();
        assert_eq!(codes, self.hazards(), "the hazards of up");
    }
}

/// Whether a danger hangs on the rows and on the programs. What is locked hangs on the server, and is read in the texts.
const fn is_about_rows(class: HazardClass) -> bool {
    match class {
        HazardClass::DataLoss
        | HazardClass::MayFail
        | HazardClass::BreaksCompatibility
        | HazardClass::Behavior
        | HazardClass::Irreversible
        | HazardClass::Access
        | HazardClass::Secret => true,
        HazardClass::Locks | HazardClass::Rewrite | HazardClass::Design => false,
    }
}

/// Whether expectations are rewritten.
pub(crate) fn is_update() -> bool {
    std::env::var_os(UPDATE_VARIABLE).is_some()
}

/// Compares with an expected text, or writes it.
///
/// # Panics
/// When it differs.
pub(crate) fn expect(case: &Case, name: &str, text: &str) {
    let path = case.expectation(name);
    if is_update() {
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder for expectations");
        fs_err::write(&path, text).expect("an expectation is written");
        return;
    }
    let wanted = fs_err::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{error}; run with {UPDATE_VARIABLE}=1 to write it"));
    assert_eq!(wanted, text, "{}: run with {UPDATE_VARIABLE}=1 to accept", path.display());
}
