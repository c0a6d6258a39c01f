//! Whoever edits a struct and forgets the migration hears of it from `cargo test`.

use autogen_engine::testing::assert_in_sync;

#[test]
fn sqlite_the_schema_is_in_sync() {
    assert_in_sync(env!("CARGO_MANIFEST_DIR"));
}
