//! What is said of those who wait for a statement, whether its locks were declared or seen.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::lock::{LockMode, LockWork, waiting};

use super::hazard;

/// Whoever waits for a statement because of a lock that it needs; none where that takes an instant or they go on meanwhile.
/// `reading` is the code where rows are read under the lock.
pub fn waits(relation: String, mode: LockMode, work: LockWork, reading: HazardCode) -> Option<Hazard> {
    let code = match work {
        LockWork::Instant => return None,
        LockWork::Scan if !mode.blocks_writes() => return None,
        LockWork::Scan => reading,
        LockWork::Rewrite => HazardCode::RewriteTable,
    };
    Some(hazard(code, relation, waiting(mode, work)))
}

/// Whoever waits for a statement because of a lock that an earlier one of the transaction took.
pub fn waits_behind(relations: &[String]) -> Hazard {
    let message = "reads and writes wait for this too: what is locked stays so to the end of the transaction";
    hazard(HazardCode::HoldLock, listed(relations), message)
}

/// Whoever waits while a constraint is validated in the transaction that added one without.
pub fn validated_behind(table: String) -> Hazard {
    let message = "validated while ADD CONSTRAINT ... NOT VALID keeps it locked: \
         put that into a migration of its own";
    hazard(HazardCode::ValidateUnderLock, table, message)
}

/// Some names, not too many for a line.
fn listed(names: &[String]) -> String {
    const MOST: usize = 3;
    let first = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST) {
        0 => first,
        rest => format!("{first} and {rest} more"),
    }
}
