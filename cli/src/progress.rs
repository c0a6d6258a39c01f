//! How far something is that takes its time: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::{self, escape};

/// How long something may take before a word is said of it, and between two words where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);

/// What is going on; nothing of it is left on the terminal when the value goes out of scope.
pub(crate) struct Progress {
    bar: ProgressBar,
    verb: &'static str,
    count: usize,
    done: usize,
    told: Instant,
}

impl Progress {
    /// Begins something of so many steps.
    pub(crate) fn of(verb: &'static str, count: usize) -> Self {
        let is_seen = std::io::stderr().is_terminal() && count > 0 && !output::is_quiet();
        let target = if is_seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(u64::try_from(count).ok(), target);
        let style = ProgressStyle::with_template("{prefix:>10.green.bold}  {pos} of {len}  {wide_msg}");
        let bar = bar.with_prefix(verb).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        if is_seen {
            bar.enable_steady_tick(Duration::from_millis(500));
        }
        Self { bar, verb, count, done: 0, told: Instant::now() }
    }

    /// Does something that writes lines, without the bar in between.
    pub(crate) fn suspended(bar: Option<&ProgressBar>, write: impl FnOnce()) {
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// The bar.
    pub(crate) const fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// Says what is done now.
    pub(crate) fn step(&mut self, what: &str) {
        self.bar.set_message(escape(what));
        self.bar.set_position(u64::try_from(self.done).unwrap_or(u64::MAX));
        self.done += 1;
        if self.bar.is_hidden() && self.told.elapsed() > PAUSE {
            self.told = Instant::now();
            output::status(self.verb, &format!("{} of {}: {}", self.done, self.count, escape(what)));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
