//! Lints of the model: what it declares, and people come to regret.

use std::collections::BTreeMap;
use std::path::Path;

use autogen_codegen::design::lints;
use autogen_diff_core::Pair;
use autogen_report::picture::Picture;
use autogen_report::{Finding, Proof, Review, Reviewed};

use super::waiver::waive;
use crate::error::Error;
use crate::model_places::ModelPlaces;
use crate::project::Project;

impl Project {
    /// Judges the model, file by file. A comment above a statement of SQL waives what it names.
    ///
    /// # Errors
    /// When the model can't be read.
    pub fn lint_model(&self) -> Result<Review, Error> {
        let model = self.source("model")?;
        let options = self.scratch_for(&Pair::new(model.clone(), model.clone()))?;
        let schema = self.read(&model, &options)?.schema;
        let places = ModelPlaces::of(self, &model, options.dialect);
        let mut by_file: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
        for (object, hazard) in lints(&schema) {
            let place = places.of_object(&object.to_string());
            by_file.entry(place.file.clone()).or_default().push(Finding::of(&hazard, place));
        }
        let files = by_file.into_iter().map(|(file, mut findings)| {
            let text = fs_err::read_to_string(Path::new(&file)).unwrap_or_default();
            if file.ends_with(".sql") {
                waive(&mut findings, options.dialect, &text);
            }
            findings.sort_by_key(|finding| finding.place.line);
            reviewed(file, text, findings)
        });
        Ok(Review { migrations: files.collect() })
    }
}

fn reviewed(file: String, text: String, findings: Vec<Finding>) -> Reviewed {
    Reviewed {
        name: file,
        message: String::new(),
        hash: None,
        changes: Vec::new(),
        locks: Vec::new(),
        estimates: Vec::new(),
        findings,
        proof: Proof::NotAsked,
        picture: Picture::default(),
        up: text,
        down: None,
    }
}
