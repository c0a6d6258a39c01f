//! Every case, planned from what a server gave when it was recorded: no server, and seconds.

use std::path::Path;

use autogen_cases::{Case, Recorded};

fn recorded(path: &Path) -> datatest_stable::Result<()> {
    for case in Case::read(path) {
        let recorded = Recorded::read(&case);
        let planned = recorded.plan(&case);
        if let Some(part) = recorded.in_part(&case) {
            assert_eq!(
                part.plan(&case),
                planned,
                "the part that the change can touch has the plan of the whole"
            );
        }
        if let Some(planned) = case.must_be_planned(planned) {
            case.must_read(&planned);
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = recorded, root = "../fixtures/cases", pattern = r".*/case\.toml$" },
}
