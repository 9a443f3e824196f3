//! A progress bar on standard error, once a run takes long enough for someone to wonder.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nemcon::simulation::Control;

/// A run shorter than this needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// Time between two looks at the run.
const STEP: Duration = Duration::from_millis(100);
const TEMPLATE: &str = "{bar:30} {percent:>3} %  {human_pos} of {human_len} rounds, {per_sec}, {eta} left";

/// Does `work` and shows meanwhile how many of `rounds` the `control` has seen.
pub fn during<T>(control: &Control, rounds: u64, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        // Dropped when the work is done, or has failed.
        let (working, done) = mpsc::channel::<()>();
        scope.spawn(move || {
            let over = |wait| done.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
            if over(PATIENCE) {
                return;
            }
            let bar = ProgressBar::with_draw_target(Some(rounds), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
                bar.set_style(style);
            }
            loop {
                bar.set_position(control.done());
                if over(STEP) {
                    break;
                }
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(working);
        result
    })
}
