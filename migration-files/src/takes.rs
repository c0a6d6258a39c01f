//! Between which times a migration was estimated to take, as its header says it.

use std::fmt;
use std::time::Duration;

/// Two times, in whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    low: u64,
    high: u64,
}

const TO: &str = " to ";
const SECONDS: &str = " s";

impl Takes {
    /// Two times with as many digits as an estimate has: tenths up to ten seconds, and seconds from there on.
    pub fn of(low: Duration, high: Duration) -> Self {
        let rounded = |time: Duration| {
            let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let step = if millis < 10_000 { 100 } else { 1000 };
            millis.saturating_add(step / 2) / step * step
        };
        Self { low: rounded(low), high: rounded(high).max(100) }
    }

    /// The shorter time.
    pub const fn low(self) -> Duration {
        Duration::from_millis(self.low)
    }

    /// The longer time.
    pub const fn high(self) -> Duration {
        Duration::from_millis(self.high)
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (low, high) = text.split_once(TO)?;
        Some(Self { low: millis(low)?, high: millis(high)? })
    }
}

/// The milliseconds of `1.7 s`.
fn millis(text: &str) -> Option<u64> {
    let seconds = text.strip_suffix(SECONDS)?;
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if part.len() > 3 || !is_number(part) || !is_number(whole) {
        return None;
    }
    let thousandths: u64 = format!("{part:0<3}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(thousandths)
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |millis: u64| {
            let part = format!("{:03}", millis % 1000);
            let part = part.trim_end_matches('0');
            let point = if part.is_empty() { "" } else { "." };
            format!("{}{point}{part}{SECONDS}", millis / 1000)
        };
        write!(f, "{}{TO}{}", text(self.low), text(self.high))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Any two times.
    pub(crate) const fn takes(low: u64, high: u64) -> Takes {
        Takes { low, high }
    }

    #[test]
    fn has_few_digits_and_is_read_back() {
        let texts = [(40, 120), (1234, 5678), (40_400, 119_600)].map(|(low, high)| {
            let takes = Takes::of(Duration::from_millis(low), Duration::from_millis(high));
            assert_eq!(Takes::parse(&takes.to_string()), Some(takes));
            takes.to_string()
        });
        assert_eq!(texts, ["0 s to 0.1 s", "1.2 s to 5.7 s", "40 s to 120 s"]);
        for none in [
            "",
            "1 s",
            "1 to 2",
            "1.2345 s to 3 s",
            "-1 s to 3 s",
            "x s to y s",
            "99999999999999999999 s to 1 s",
        ] {
            assert_eq!(Takes::parse(none), None, "{none}");
        }
    }
}
