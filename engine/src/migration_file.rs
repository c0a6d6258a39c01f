//! A migration's files: a header over the statements of two scripts.

use autogen_codegen::{FileTexts, Script};
use autogen_migration_files::{Header, MigrationFiles, Takes};

/// The files of a plan's scripts, whose headers say so: dangers are announced in them, and an edit shows.
pub(crate) fn planned_files(header: &Header, up: &Script, down: &Script) -> MigrationFiles {
    let texts = FileTexts::of(up, down);
    let of_planned = |header: Header, text: &str| header.of_planned(text).above(text);
    assembled(
        of_planned(with_notes(header, up), &texts.up),
        of_planned(with_notes(&header.undo(), down), &texts.down),
        &texts,
    )
}

/// The files of scripts whose statements are somebody's own.
pub(crate) fn files(header: &Header, up: &Script, down: &Script) -> MigrationFiles {
    let texts = FileTexts::of(up, down);
    assembled(
        with_notes(header, up).above(&texts.up),
        with_notes(&header.undo(), down).above(&texts.down),
        &texts,
    )
}

/// The header with what is said of a script as a whole.
fn with_notes(header: &Header, script: &Script) -> Header {
    let notes = header.notes.iter().cloned().chain(script.notes.iter().map(ToString::to_string));
    let takes = script.estimate().map(|estimate| Takes::of(estimate.low, estimate.high));
    Header { notes: notes.collect(), takes, ..header.clone() }
}

fn assembled(up: String, down: String, texts: &FileTexts) -> MigrationFiles {
    let metadata = (!texts.run_in_transaction).then(|| "run_in_transaction = false\n".to_owned());
    MigrationFiles { up, down: Some(down), metadata }
}
