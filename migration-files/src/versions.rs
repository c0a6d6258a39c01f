//! New versions: larger than all that are there.

use jiff::Timestamp;
use jiff::ToSpan as _;

use crate::directory::MigrationDirectory;

/// A version behind all that are there.
pub fn next_version(directory: &MigrationDirectory) -> String {
    next_versions(directory, 1).remove(0)
}

/// As many versions in a row, all larger than every version that is there.
pub fn next_versions(directory: &MigrationDirectory, count: usize) -> Vec<String> {
    let newest = directory.head().map(|migration| migration.version.as_str()).unwrap_or_default();
    versions_behind(newest, Timestamp::now(), count)
}

/// How many versions a second has.
const STEPS: usize = 0x1_0000;

/// As many versions in a row, all larger than every version that is there: now,
/// or just after the newest migration if that is later.
fn versions_behind(newest: &str, now: Timestamp, count: usize) -> Vec<String> {
    // What is left of the second tells two branches apart that are begun within it.
    let fraction = usize::try_from(now.subsec_nanosecond()).unwrap_or_default() * STEPS / 1_000_000_000;
    let first = fraction.min(STEPS.saturating_sub(count));
    let text =
        |time: Timestamp, step: usize| format!("{}-{:04x}", time.strftime("%Y-%m-%d-%H%M%S"), first + step);
    let later = |time: Timestamp| text(time, 0).replace('-', "").as_str() > newest;
    let mut time = now;
    while !later(time) {
        match time.checked_add(1.second()) {
            Ok(next) if next.duration_since(now).as_hours() < 24 => time = next,
            // Someone's version lies far in the future: go on from it by number.
            Ok(_) | Err(_) => return successors(newest, count),
        }
    }
    (0..count).map(|step| text(time, step)).collect()
}

/// As many versions in a row behind one, no longer than it as long as that has a place to count up: the column for versions
/// takes 50 characters.
fn successors(newest: &str, count: usize) -> Vec<String> {
    std::iter::successors(Some(successor(newest)), |version| Some(successor(version))).take(count).collect()
}

/// The next larger text with digits to `f` in the places that are counted up.
fn successor(version: &str) -> String {
    let mut bytes = version.as_bytes().to_vec();
    for place in (0..bytes.len()).rev() {
        let up = match bytes[place] {
            b'9' => Some(b'a'),
            digit @ (b'0'..=b'8' | b'a'..=b'e') => Some(digit + 1),
            _ => None,
        };
        match up {
            Some(up) => {
                bytes[place] = up;
                return String::from_utf8_lossy(&bytes).into_owned();
            }
            None => bytes[place] = b'0',
        }
    }
    format!("{version}0000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_each_other_and_the_newest() {
        let now: Timestamp = "2026-11-20T10:11:12Z".parse().unwrap();
        assert_eq!(versions_behind("", now, 2), ["2026-11-20-101112-0000", "2026-11-20-101112-0001"]);
        assert_eq!(
            versions_behind("202611201011120000", now, 2),
            ["2026-11-20-101113-0000", "2026-11-20-101113-0001"]
        );
        let half: Timestamp = "2026-11-20T10:11:12.5Z".parse().unwrap();
        assert_eq!(versions_behind("202611201011120000", half, 1), ["2026-11-20-101112-8000"]);
        let last: Timestamp = "2026-11-20T10:11:12.999999999Z".parse().unwrap();
        assert_eq!(versions_behind("", last, 2), ["2026-11-20-101112-fffe", "2026-11-20-101112-ffff"]);
        assert_eq!(versions_behind("90000101000000", now, 2), ["90000101000001", "90000101000002"]);
        assert_eq!(versions_behind("9000010100000f", now, 2), ["90000101000010", "90000101000011"]);
        assert_eq!(versions_behind("ffff", now, 1), ["ffff0000"]);
    }

    #[test]
    fn versions_of_the_far_future_stay_as_long_as_they_are() {
        let mut version = "9".repeat(50);
        for _ in 0..100_000 {
            let next = successor(&version);
            assert!(next > version && next.len() == 50, "{version} {next}");
            version = next;
        }
    }
}
