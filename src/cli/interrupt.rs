//! Ctrl-C: the first ends the run after the blocks at hand, the second ends the program.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::files::{Opening, Unfinished, Watch};
use crate::study::Handle;

use super::console;
use super::failure::Exit;

/// Watches for the user's wish to stop.
#[derive(Debug, Default)]
pub struct Interrupt {
    handle: Handle,
    asked: AtomicBool,
    quiet: AtomicBool,
    unfinished: Arc<Unfinished>,
    told: AtomicBool,
}

impl Interrupt {
    /// The program's one watch; from the first call on signals are caught.
    pub fn watch(quiet: bool) -> Arc<Self> {
        static WATCH: OnceLock<Arc<Interrupt>> = OnceLock::new();
        let watch = WATCH.get_or_init(|| {
            let watch = Arc::new(Self::default());
            let seen = Arc::clone(&watch);
            // Without a handler a signal ends the program at once: worse, but no reason not to run.
            let _ = on_signal(move || seen.signal());
            watch
        });
        watch.quiet.store(quiet, Ordering::Relaxed);
        Arc::clone(watch)
    }

    /// What stops and observes the simulation.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// How files are opened: `force` says whether those that exist may be overwritten; `inputs` must not be.
    pub fn opening<'a>(&'a self, force: bool, inputs: &'a [PathBuf]) -> Opening<'a> {
        Opening { force, inputs, watch: self }
    }

    fn signal(&self) {
        if !self.asked.swap(true, Ordering::Relaxed) {
            self.handle.stop();
            if !self.quiet.load(Ordering::Relaxed) {
                console::say("\nstopping after the rounds at hand; again to quit at once\n");
            }
            return;
        }
        self.unfinished.remove(quit);
    }
}

impl Watch for Interrupt {
    fn unfinished(&self) -> &Arc<Unfinished> {
        &self.unfinished
    }

    fn stopped(&self) -> bool {
        self.handle.stopped()
    }

    fn without_locks(&self, why: &str) {
        if !self.quiet.load(Ordering::Relaxed) && !self.told.swap(true, Ordering::Relaxed) {
            console::say(&format!(
                "the file system has no locks ({why}): see to it that no other run writes the same files\n"
            ));
        }
    }
}

#[expect(clippy::exit, reason = "the user asked twice; the threads at work cannot be interrupted otherwise")]
fn quit() {
    std::process::exit(Exit::Interrupted as i32);
}

/// Calls `seen` at Ctrl-C, and when the system or another program asks this one to end or the terminal goes. What this
/// program was told to ignore when it was started, as by `nohup` or in the background of a script, stays ignored.
#[cfg(unix)]
fn on_signal(seen: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let signals = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|&signal| !is_ignored(signal));
    let mut signals = signal_hook::iterator::Signals::new(signals)?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || signals.forever().for_each(|_| seen()))?;
    Ok(())
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "no crate tells whether a signal is ignored without changing that")]
fn is_ignored(signal: libc::c_int) -> bool {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action `sigaction` changes nothing; it writes the present one where there is room for one,
    // and all zeros are a valid value of it too.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// Calls `seen` at Ctrl-C.
#[cfg(not(unix))]
fn on_signal(seen: impl Fn() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(seen).map_err(io::Error::other)
}
