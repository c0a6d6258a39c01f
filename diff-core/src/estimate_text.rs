//! Estimates in words, with as many digits as an estimate has.

use std::fmt;
use std::time::Duration;

use crate::estimate::{Estimate, as_f64, as_u64};

/// `40 s to 2 min (5.0 M rows, 1.2 GB)`.
impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { low, high, rows, bytes } = self;
        write!(f, "{} ({}, {})", between(*low, *high), counted(*rows), sized(*bytes))
    }
}

/// Two times with as many digits as an estimate has: `40 s to 2 min`.
pub fn between(low: Duration, high: Duration) -> String {
    let (low, high) = (time(low), time(high));
    match (low, high) {
        (None, None) => "under 1 s".to_owned(),
        (None, Some(high)) => format!("up to {high}"),
        (Some(low), Some(high)) if low == high => format!("about {high}"),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("about {low}"),
    }
}

/// A time of a second or more.
fn time(time: Duration) -> Option<String> {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    let seconds = as_u64(time.as_secs_f64().round());
    let rounded = |unit: u64| (seconds + unit / 2) / unit;
    Some(match seconds {
        0 => return None,
        1..20 => format!("{seconds} s"),
        20..90 => format!("{} s", (seconds + 2) / 5 * 5),
        90..5400 => format!("{} min", rounded(MINUTE)),
        _ => format!("{} h", rounded(HOUR)),
    })
}

/// `5.0 M rows`.
pub fn counted(rows: u64) -> String {
    let unit = |unit: u64, letter: &str| format!("{:.1} {letter} rows", as_f64(rows) / as_f64(unit));
    match rows {
        1 => "1 row".to_owned(),
        0..10_000 => format!("{rows} rows"),
        10_000..1_000_000 => format!("{} k rows", (rows + 500) / 1000),
        1_000_000..1_000_000_000 => unit(1_000_000, "M"),
        _ => unit(1_000_000_000, "G"),
    }
}

/// `1.2 GB`.
pub fn sized(bytes: u64) -> String {
    let unit = |unit: u64, letter: &str| format!("{:.1} {letter}B", as_f64(bytes) / as_f64(unit));
    match bytes {
        0..1_000_000 => format!("{} kB", (bytes + 500) / 1000),
        1_000_000..1_000_000_000 => format!("{} MB", (bytes + 500_000) / 1_000_000),
        1_000_000_000..1_000_000_000_000 => unit(1_000_000_000, "G"),
        _ => unit(1_000_000_000_000, "T"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_what_an_estimate_can_know() {
        let times = [(0, 400), (0, 900), (400, 1600), (900, 1100), (12_000, 34_000), (40_000, 120_000)];
        let hours = [(2_000_000, 6_000_000), (4_000_000, 8_000_000)];
        let text = |(low, high)| between(Duration::from_millis(low), Duration::from_millis(high));
        let all: Vec<String> = times.into_iter().chain(hours).map(text).collect();
        let wanted = [
            "under 1 s",
            "up to 1 s",
            "up to 2 s",
            "about 1 s",
            "12 s to 35 s",
            "40 s to 2 min",
            "33 min to 2 h",
            "67 min to 2 h",
        ];
        assert_eq!(all, wanted);
        let sizes = [1, 900, 12_345, 5_000_000, 2_500_000_000].map(counted);
        assert_eq!(sizes, ["1 row", "900 rows", "12 k rows", "5.0 M rows", "2.5 G rows"]);
        let sizes = [8192, 900_000, 12_345_678, 1_200_000_000, 2_500_000_000_000].map(sized);
        assert_eq!(sizes, ["8 kB", "900 kB", "12 MB", "1.2 GB", "2.5 TB"]);
    }
}
