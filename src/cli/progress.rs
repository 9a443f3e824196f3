//! A progress bar on standard error, once a run takes long enough for someone to wonder.

use std::fmt::Write;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use nemcon::simulation::Control;

/// A run shorter than this needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// Time between two looks at the run.
const STEP: Duration = Duration::from_millis(100);
const TEMPLATE: &str = "{bar:30} {percent:>3} %  {human_pos} of {human_len} rounds, {rate}/s, {eta} left";

/// Does `work` and shows meanwhile how many of `rounds` the `control` has seen.
pub fn during<T>(control: &Control, rounds: u64, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        // Dropped when the work is done, or has failed.
        let (working, done) = mpsc::channel::<()>();
        scope.spawn(move || {
            let over = |wait| done.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
            // Made at once, so that it knows the rate from the start.
            let bar = ProgressBar::with_draw_target(Some(rounds), ProgressDrawTarget::hidden());
            if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
                bar.set_style(style.with_key("rate", rate));
            }
            let start = Instant::now();
            while !over(STEP) {
                if bar.is_hidden() && start.elapsed() >= PATIENCE {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                bar.set_position(control.done());
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(working);
        result
    })
}

/// Rounds in a second: no one needs a fraction of one.
fn rate(state: &ProgressState, text: &mut dyn Write) {
    let _ = write!(text, "{}", HumanCount(state.per_sec() as u64));
}
