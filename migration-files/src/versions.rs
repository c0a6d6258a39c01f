//! New versions: larger than all that are there.

use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::DateTime;

use crate::directory::MigrationDirectory;
use crate::layout::Layout;

/// A version behind all that are there.
pub fn next_version(directory: &MigrationDirectory) -> String {
    next_versions(directory, 1).remove(0)
}

/// As many versions in a row, all larger than every version that is there.
pub fn next_versions(directory: &MigrationDirectory, count: usize) -> Vec<String> {
    let now = Timestamp::now();
    match directory.layout {
        Layout::Diesel => {
            let newest = directory.head().map(|migration| migration.version.as_str()).unwrap_or_default();
            versions_behind(newest, now, count)
        }
        layout @ (Layout::Sqlx
        | Layout::Dbmate
        | Layout::GolangMigrate
        | Layout::Refinery
        | Layout::RusqliteMigration) => {
            let mut newest = directory.head().map(|migration| migration.number().to_owned());
            let mut next = || {
                let next = next_number(layout, newest.as_deref(), now);
                newest = Some(next.clone());
                next
            };
            (0..count).map(|_| next()).collect()
        }
    }
}

/// How the other tools write a moment as a number.
const MOMENT: &str = "%Y%m%d%H%M%S";

/// The number behind the newest one, in the numbering that this has: a moment behind a moment, or else the next number, as long as
/// the newest. Without any, it is what the tool itself begins with.
fn next_number(layout: Layout, newest: Option<&str>, now: Timestamp) -> String {
    let moment = || now.strftime(MOMENT).to_string();
    match (newest, layout) {
        (None, Layout::Diesel | Layout::Sqlx | Layout::Dbmate) => moment(),
        (None, Layout::GolangMigrate) => "000001".to_owned(),
        (None, Layout::Refinery) => "1".to_owned(),
        (None, Layout::RusqliteMigration) => "01".to_owned(),
        (Some(newest), _) => match DateTime::strptime(MOMENT, newest) {
            Ok(time) if newest.len() == moment().len() => {
                let later = time.checked_add(1.second()).unwrap_or(time);
                moment().max(later.strftime(MOMENT).to_string())
            }
            Ok(_) | Err(_) => counted_up(layout, newest),
        },
    }
}

/// The next number. Where digits are compared as text, one that would stand before the newest gets another digit instead.
fn counted_up(layout: Layout, newest: &str) -> String {
    let next = newest.parse::<u128>().unwrap_or_default() + 1;
    let next = format!("{next:0>width$}", width = newest.len());
    let is_behind = layout.version(&named(layout, &next)) > layout.version(&named(layout, newest));
    if is_behind { next } else { format!("{newest}0") }
}

/// A number as the beginning of a name.
fn named(layout: Layout, number: &str) -> String {
    layout.name(number, "")
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
    fn numbers_follow_the_numbering_that_is_there() {
        let now: Timestamp = "2026-11-20T10:11:12Z".parse().unwrap();
        let next = |layout: Layout, newest: &str| next_number(layout, Some(newest), now);
        let first = |layout: Layout| next_number(layout, None, now);
        assert_eq!(first(Layout::Sqlx), "20261120101112");
        assert_eq!(first(Layout::Dbmate), "20261120101112");
        assert_eq!(first(Layout::GolangMigrate), "000001");
        assert_eq!(first(Layout::Refinery), "1");
        assert_eq!(next(Layout::Sqlx, "20250101000000"), "20261120101112");
        assert_eq!(next(Layout::Sqlx, "20261120101112"), "20261120101113");
        assert_eq!(next(Layout::Dbmate, "29991231235959"), "30000101000000");
        assert_eq!(next(Layout::Sqlx, "0009"), "0010");
        assert_eq!(next(Layout::GolangMigrate, "000009"), "000010");
        assert_eq!(next(Layout::Refinery, "9"), "10");
        assert_eq!(next(Layout::Dbmate, "001"), "002");
        assert_eq!(next(Layout::Dbmate, "9"), "90");
        assert_eq!(next(Layout::GolangMigrate, "1735689600"), "1735689601");
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
