//! For an application's own tests.

use std::path::Path;
use std::sync::Arc;

use crate::observer::Silence;
use crate::overrides::Overrides;
use crate::project::Project;

/// Asserts that the model, the migrations and the database of a project are the same, as `autogen check` does.
///
/// The folder is the one of `autogen.toml`, or one below it. Where no database is named (`DATABASE_URL`, also in `.env`, or
/// `database_url` in the settings) the model is compared with what the migrations produce; for SQLite that takes no server and no
/// file. With a database it needs what `autogen check` needs: the database, and a place for a scratch database.
///
/// ```no_run
/// #[test]
/// fn schema_is_in_sync() {
///     autogen_engine::testing::assert_in_sync(env!("CARGO_MANIFEST_DIR"));
/// }
/// ```
///
/// What the command would only tell, such as what a snapshot leaves out, is not shown; `autogen check -v` does.
///
/// # Panics
/// When something differs, with all that does, when one of them can't be read, with the reason, or when something outside of a
/// scratch database changed while it was in use.
#[track_caller]
pub fn assert_in_sync(folder: impl AsRef<Path>) {
    let folder = folder.as_ref();
    let found = Project::discover(folder, &Overrides::default(), Arc::new(Silence))
        .and_then(|project| project.check());
    let disturbed = autogen_introspect::scratch::disturbances();
    assert!(
        disturbed.is_empty(),
        "the check of {} changed something outside of its scratch database: {}",
        folder.display(),
        disturbed.join("; ")
    );
    match found {
        Ok(report) => assert!(
            report.is_clean(),
            "the schema of {} is not in sync:\n{report}\n`autogen -m \"what changed\"` writes a migration",
            folder.display()
        ),
        Err(error) => panic!("the schema of {} can't be checked: {error}", folder.display()),
    }
}
