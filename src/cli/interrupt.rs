//! Ctrl-C: the first ends the run after the blocks at hand, the second ends the program.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use nemcon::simulation::Control;

use super::console;
use super::failure::Exit;

/// Watches for the user's wish to stop.
#[derive(Debug, Default)]
pub struct Interrupt {
    control: Control,
    asked: AtomicBool,
    quiet: AtomicBool,
    /// Unfinished files, to be removed if the program ends at once.
    unfinished: Mutex<Vec<PathBuf>>,
}

impl Interrupt {
    /// The program's one watch; from the first call on signals are caught.
    pub fn watch(quiet: bool) -> Arc<Self> {
        static WATCH: OnceLock<Arc<Interrupt>> = OnceLock::new();
        let watch = WATCH.get_or_init(|| {
            let watch = Arc::new(Self::default());
            let seen = Arc::clone(&watch);
            // Without a handler a signal ends the program at once: worse, but no reason not to run.
            let _ = ctrlc::set_handler(move || seen.signal());
            watch
        });
        watch.quiet.store(quiet, Ordering::Relaxed);
        Arc::clone(watch)
    }

    /// What stops and observes the run.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Names files to be removed if the program has to end at once.
    pub fn unfinished(&self, files: Vec<PathBuf>) {
        if let Ok(mut unfinished) = self.unfinished.lock() {
            *unfinished = files;
        }
    }

    fn signal(&self) {
        if !self.asked.swap(true, Ordering::Relaxed) {
            self.control.stop();
            if !self.quiet.load(Ordering::Relaxed) {
                console::say("\nstopping after the rounds at hand; Ctrl-C again to quit at once\n");
            }
            return;
        }
        for file in self.unfinished.lock().iter().flat_map(|files| files.iter()) {
            let _ = std::fs::remove_file(file);
        }
        quit();
    }
}

#[expect(clippy::exit, reason = "the user asked twice; the threads at work cannot be interrupted otherwise")]
fn quit() {
    std::process::exit(Exit::Interrupted as i32);
}
