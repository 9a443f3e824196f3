//! Work in a thread of its own, while the one that asked looks after signals and tells how far it is.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use nemcon::study::Handle;
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError};
use pyo3::prelude::*;

/// Time between two looks at signals.
const STEP: Duration = Duration::from_millis(50);

/// What came of the work.
pub struct Watched<T> {
    /// What it returned.
    pub result: T,
    /// Whether Ctrl-C stopped it.
    pub interrupted: bool,
}

/// Does the `work`, which `handle` stops, without the interpreter's lock. `progress`, if it is not `None`, is called with
/// the rounds that are done and those that there will be.
///
/// # Errors
/// What `progress`, or a handler of signals other than that of Ctrl-C, raises: then the work is stopped. That no thread
/// can be started.
pub fn during<T: Send>(
    py: Python<'_>,
    handle: &Handle,
    progress: &Bound<'_, PyAny>,
    work: impl FnOnce() -> T + Send,
) -> PyResult<Watched<T>> {
    let over = Over::default();
    let mut raised: Option<PyErr> = None;
    let done = thread::scope(|scope| {
        let work = || {
            let _over = over.when_dropped();
            work()
        };
        let thread = thread::Builder::new().name("nemcon".to_owned()).spawn_scoped(scope, work)?;
        let mut told = (0, 0);
        loop {
            let is_over = py.detach(|| over.wait());
            let mut look = || {
                py.check_signals()?;
                let now = (handle.done(), handle.expected());
                if !progress.is_none() && now.1 > 0 && now != told {
                    told = now;
                    progress.call1((now.0.min(now.1), now.1))?;
                }
                Ok(())
            };
            if raised.is_none()
                && let Err(error) = look()
            {
                handle.stop();
                raised = Some(error);
            }
            if is_over {
                return Ok::<_, PyErr>(py.detach(|| thread.join()));
            }
        }
    })?;
    let result = done.map_err(|_| PyRuntimeError::new_err("a mistake in nemcon: please report it"))?;
    match raised {
        Some(error) if !error.is_instance_of::<PyKeyboardInterrupt>(py) => Err(error),
        raised => Ok(Watched { result, interrupted: raised.is_some() }),
    }
}

/// Whether the work is over.
#[derive(Default)]
struct Over {
    is: Mutex<bool>,
    changed: Condvar,
}

/// Says that it is, should it panic, too.
struct WhenDropped<'a>(&'a Over);

impl Over {
    fn when_dropped(&self) -> WhenDropped<'_> {
        WhenDropped(self)
    }

    /// Waits for a moment; whether it is over.
    fn wait(&self) -> bool {
        let is = self.is.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(is, STEP, |is| !*is);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for WhenDropped<'_> {
    fn drop(&mut self) {
        *self.0.is.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}
