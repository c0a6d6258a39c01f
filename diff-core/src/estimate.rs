//! How long a statement takes, from what it does to which tables, their sizes, and the rates of a server.

use std::ops::Add;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use crate::name::QualifiedName;
use crate::stats::{Rate, Rates, TableStats};

/// Something that takes longer the more rows a table has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableTask {
    /// The table.
    pub table: QualifiedName,
    /// What is done.
    pub task: Task,
}

/// What is done to all rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// They are read.
    Scan,
    /// They are written anew, and all indexes of the table are built.
    Rewrite,
    /// An index of them is built.
    BuildIndex(IndexedValues),
    /// Each is looked up in the table that a foreign key refers to.
    CheckForeignKey,
    /// They are changed in batches.
    Backfill,
}

/// What an index sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexedValues {
    /// Values that are compared as numbers are.
    Numbers,
    /// Texts, or what an expression gives.
    Texts,
}

/// Between which times a statement takes, and for how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Estimate {
    /// The shorter time.
    #[serde(rename = "low_seconds", serialize_with = "in_seconds")]
    #[schemars(with = "f64")]
    pub low: Duration,
    /// The longer time.
    #[serde(rename = "high_seconds", serialize_with = "in_seconds")]
    #[schemars(with = "f64")]
    pub high: Duration,
    /// The rows of the tables.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// How far both ends are from the middle: their product and quotient. Caches, checkpoints and other sessions are not known.
const SPREAD: f64 = 1.7;

/// A statement of one row takes so long at least, in seconds: its transaction is written out.
const LEAST: f64 = 0.002;

impl Estimate {
    /// How long a task takes on a table of a size.
    pub fn of(task: Task, table: &TableStats, rates: &Rates) -> Self {
        let middle = seconds(task, table, rates).max(LEAST);
        Self {
            low: rounded(middle / SPREAD),
            high: rounded(middle * SPREAD),
            rows: table.rows,
            bytes: table.all_bytes(),
        }
    }
}

impl Add for Estimate {
    type Output = Self;

    /// One behind the other.
    fn add(self, other: Self) -> Self {
        Self {
            low: self.low.saturating_add(other.low),
            high: self.high.saturating_add(other.high),
            rows: self.rows.saturating_add(other.rows),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

fn seconds(task: Task, table: &TableStats, rates: &Rates) -> f64 {
    let TableStats { namespace: _, name: _, rows, bytes, toast_bytes: _, indexes } = table;
    let scan = rates.scan.seconds(*rows, *bytes);
    let build = |values: IndexedValues| {
        let rate = match values {
            IndexedValues::Numbers => rates.index,
            IndexedValues::Texts => rates.text_index,
        };
        scan + rate.seconds(*rows, *bytes) * sorting(*rows, rates.rows)
    };
    match task {
        Task::Scan => scan,
        Task::Rewrite => {
            let indexes = indexes.iter().map(|index| build(index.values.unwrap_or(IndexedValues::Texts)));
            rates.rewrite.seconds(*rows, table.all_bytes()) + indexes.sum::<f64>()
        }
        Task::BuildIndex(values) => build(values),
        Task::CheckForeignKey => scan + rates.foreign_key.seconds(*rows, *bytes),
        Task::Backfill => {
            let further = as_f64(indexes.len().saturating_sub(1) as u64);
            rates.backfill.seconds(*rows, *bytes) + further * rates.backfill_index.seconds(*rows, *bytes)
        }
    }
}

/// How much more each row costs to sort than where the rate was measured.
fn sorting(rows: u64, measured: u64) -> f64 {
    let depth = |rows: u64| as_f64(rows.max(2)).log2();
    (depth(rows) / depth(measured)).max(1.0)
}

impl Rate {
    /// The rate at which two tables take the times that they took: rows, bytes and seconds of each.
    pub fn fitted(small: (u64, u64, f64), large: (u64, u64, f64)) -> Self {
        let [(rows, bytes, time), (more_rows, more_bytes, more_time)] =
            [small, large].map(|(rows, bytes, time)| (as_f64(rows), as_f64(bytes), time));
        let determinant = rows * more_bytes - more_rows * bytes;
        let a_row = (time * more_bytes - more_time * bytes) / determinant;
        let a_byte = (rows * more_time - more_rows * time) / determinant;
        match (a_row > 0.0, a_byte > 0.0) {
            (true, true) => Self { rows_per_second: per_second(a_row), bytes_per_second: per_second(a_byte) },
            // The larger rows were no slower, or the time goes by bytes alone.
            (true, false) => Self::of_rows((time + more_time) / (rows + more_rows)),
            (false, true | false) => {
                Self { rows_per_second: None, bytes_per_second: per_second(more_time / more_bytes) }
            }
        }
    }

    /// A rate that goes by rows alone, from the seconds that one takes.
    pub fn of_rows(seconds: f64) -> Self {
        Self { rows_per_second: per_second(seconds), bytes_per_second: None }
    }

    /// How many seconds rows of so many bytes take.
    pub fn seconds(self, rows: u64, bytes: u64) -> f64 {
        let part =
            |amount: u64, rate: Option<u64>| rate.map_or(0.0, |rate| as_f64(amount) / as_f64(rate.max(1)));
        part(rows, self.rows_per_second) + part(bytes, self.bytes_per_second)
    }
}

/// How many fit in a second, to three digits; none where one takes no time.
fn per_second(seconds: f64) -> Option<u64> {
    if seconds <= 0.0 || !seconds.is_finite() {
        return None;
    }
    let rate = (1.0 / seconds).clamp(1.0, 1e15);
    let step = 10_f64.powf((rate.log10().floor() - 2.0).max(0.0));
    Some(as_u64((rate / step).round() * step))
}

/// To the millisecond.
fn rounded(seconds: f64) -> Duration {
    Duration::from_millis(as_u64((seconds * 1000.0).round()))
}

fn in_seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

/// An estimate needs no more digits than these.
pub(crate) const fn as_f64(number: u64) -> f64 {
    number as f64
}

/// The nearest whole number below.
pub(crate) const fn as_u64(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::IndexStats;

    fn rates() -> Rates {
        let rate = |rows, bytes| Rate { rows_per_second: Some(rows), bytes_per_second: bytes };
        Rates {
            rows: 100_000,
            scan: rate(10_000_000, Some(1_000_000_000)),
            rewrite: rate(1_000_000, Some(100_000_000)),
            index: rate(1_000_000, None),
            text_index: rate(200_000, None),
            foreign_key: rate(2_000_000, None),
            backfill: rate(100_000, None),
            backfill_index: rate(200_000, None),
        }
    }

    fn unknown(name: &str) -> IndexStats {
        IndexStats { name: name.to_owned(), bytes: None, values: None }
    }

    fn table(rows: u64, indexes: &[&str]) -> TableStats {
        TableStats {
            namespace: None,
            name: "t".to_owned(),
            rows,
            bytes: rows * 100,
            toast_bytes: 0,
            indexes: indexes
                .iter()
                .map(|name| IndexStats { values: Some(IndexedValues::Numbers), ..unknown(name) })
                .collect(),
        }
    }

    fn text(task: Task, table: &TableStats) -> String {
        Estimate::of(task, table, &rates()).to_string()
    }

    #[test]
    fn each_task_has_its_own_rate() {
        let table = table(5_000_000, &["t_pkey"]);
        let numbers = Task::BuildIndex(IndexedValues::Numbers);
        let texts = Task::BuildIndex(IndexedValues::Texts);
        let all = [Task::Scan, Task::Rewrite, numbers, texts, Task::CheckForeignKey, Task::Backfill];
        let all: Vec<String> = all.into_iter().map(|task| text(task, &table)).collect();
        assert_eq!(
            all,
            [
                "1 s to 2 s (5.0 M rows, 500 MB)",
                "10 s to 30 s (5.0 M rows, 500 MB)",
                "5 s to 13 s (5.0 M rows, 500 MB)",
                "20 s to 60 s (5.0 M rows, 500 MB)",
                "2 s to 6 s (5.0 M rows, 500 MB)",
                "30 s to 85 s (5.0 M rows, 500 MB)",
            ]
        );
    }

    #[test]
    fn more_indexes_take_longer() {
        let (few, many) = (table(1_000_000, &["a"]), table(1_000_000, &["a", "b", "c"]));
        for task in [Task::Rewrite, Task::Backfill] {
            assert!(Estimate::of(task, &few, &rates()).high < Estimate::of(task, &many, &rates()).low * 6);
            assert!(Estimate::of(task, &few, &rates()).low < Estimate::of(task, &many, &rates()).low);
        }
        assert_eq!(text(Task::Scan, &few), text(Task::Scan, &many));
    }

    #[test]
    fn a_rate_fits_the_tables_that_it_was_measured_with() {
        // 1 us a row, 10 ns a byte.
        let fitted = Rate::fitted((100_000, 4_000_000, 0.14), (100_000, 40_000_000, 0.5));
        assert_eq!(fitted.rows_per_second, Some(1_000_000));
        assert_eq!(fitted.bytes_per_second, Some(100_000_000));
        let by_rows = Rate::fitted((100_000, 4_000_000, 0.5), (100_000, 40_000_000, 0.5));
        assert_eq!(by_rows, Rate { rows_per_second: Some(200_000), bytes_per_second: None });
        let by_bytes = Rate::fitted((100_000, 4_000_000, 0.01), (100_000, 40_000_000, 0.4));
        assert_eq!(by_bytes, Rate { rows_per_second: None, bytes_per_second: Some(100_000_000) });
    }

    #[test]
    fn no_number_is_too_large() {
        let huge = TableStats { rows: u64::MAX, bytes: u64::MAX, ..table(1, &[]) };
        let Estimate { low, high, .. } = Estimate::of(Task::Scan, &huge, &rates());
        assert!(low < high);
        assert!(!text(Task::Rewrite, &huge).is_empty());
        assert_eq!(text(Task::Scan, &table(0, &[])), "under 1 s (0 rows, 0 kB)");
    }
}
