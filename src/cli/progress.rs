//! How far a run is, on standard error: a bar on a terminal, once it takes long enough for someone to wonder; elsewhere
//! a line now and then.

use std::fmt::Write;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::report::grouped;
use crate::study::Handle;
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::{console, terminal};

/// A run shorter than this needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// Time between two looks at the run.
const STEP: Duration = Duration::from_millis(100);
/// Time between two lines.
const PAUSE: Duration = Duration::from_secs(10);
const TEMPLATE: &str = "{bar:30} {percent:>3} %  {human_pos} of {human_len} rounds, {rate}/s, {eta} left";

/// Does `work` and shows meanwhile, unless `quiet`, how far it is.
pub fn during<T>(handle: &Handle, quiet: bool, work: impl FnOnce() -> T) -> T {
    if quiet {
        return work();
    }
    thread::scope(|scope| {
        // Dropped when the work is done, or has failed.
        let (working, done) = mpsc::channel::<()>();
        let show = move || {
            let over = |wait| done.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
            let look = || (handle.done(), handle.expected());
            if terminal::watched() { bar(over, look) } else { lines(over, look) }
        };
        // Without a thread to show it nothing is shown: no reason not to work.
        let _ = thread::Builder::new().name("progress".to_owned()).spawn_scoped(scope, show);
        let result = work();
        drop(working);
        result
    })
}

/// A bar until it is `over`; `look` tells the rounds that are done and all of them.
fn bar(over: impl Fn(Duration) -> bool, look: impl Fn() -> (u64, u64)) {
    // Made at once, so that it knows the rate from the start.
    let bar = ProgressBar::with_draw_target(Some(look().1), ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
        bar.set_style(style.with_key("rate", rate));
    }
    let start = Instant::now();
    while !over(STEP) {
        if bar.is_hidden() && start.elapsed() >= PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let (done, all) = look();
        bar.set_length(all);
        bar.set_position(done);
    }
    bar.finish_and_clear();
}

/// Rounds in a second: no one needs a fraction of one.
fn rate(state: &ProgressState, text: &mut dyn Write) {
    let _ = write!(text, "{}", HumanCount(state.per_sec() as u64));
}

/// A line now and then until it is `over`.
fn lines(over: impl Fn(Duration) -> bool, look: impl Fn() -> (u64, u64)) {
    let start = Instant::now();
    while !over(PAUSE) {
        let (done, all) = look();
        console::say(&line(done, all, start.elapsed()));
    }
}

/// "25 %: 1 000 000 of 4 000 000 rounds, 50 000/s, 60 seconds left"
fn line(done: u64, all: u64, elapsed: Duration) -> String {
    let (done, all) = (done.min(all), all.max(1));
    let rate = done as f64 / elapsed.as_secs_f64().max(1e-3);
    // No more seconds than a duration can hold.
    let left = Duration::try_from_secs_f64((all - done) as f64 / rate).map_or_else(
        |_| "an unknown time".to_owned(),
        |left| HumanDuration(Duration::from_secs(left.as_secs_f64().round() as u64)).to_string(),
    );
    let percent = u128::from(done) * 100 / u128::from(all);
    let line =
        format!("{percent} %: {} of {} rounds, {}/s, {left} left\n", grouped(done), grouped(all), grouped(rate as u64));
    line.replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let line = |done, all| line(done, all, Duration::from_secs(20));
        assert_eq!(line(1_000_000, 4_000_000), "25 %: 1 000 000 of 4 000 000 rounds, 50 000/s, 60 seconds left\n");
        assert_eq!(line(0, 1000), "0 %: 0 of 1000 rounds, 0/s, an unknown time left\n");
        assert_eq!(line(1000, 1000), "100 %: 1000 of 1000 rounds, 50/s, 0 seconds left\n");
        assert!(line(1, 1_000_000_000_000).starts_with("0 %: 1 of"));
    }
}
