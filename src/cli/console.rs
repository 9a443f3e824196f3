//! Writing to standard output and standard error.

use std::io::{self, Write};

use super::failure::{Exit, Failure};
use crate::files::reason;
use crate::text::printable;

/// Writes results to standard output. That no one reads them to the end is not an error.
///
/// # Errors
/// That they cannot be written.
pub fn show(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    written(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// What became of writing to standard output.
pub fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritten(&error)),
        _ => Ok(()),
    }
}

/// That standard output cannot be written to.
pub fn unwritten(error: &io::Error) -> Failure {
    let what = format!("the results cannot be written to standard output: {}", reason(error));
    Failure::new(Exit::CannotWrite, what, None)
}

/// Says something on standard error, in which names may be anything. If that fails there is no one left to tell.
pub fn say(text: &str) {
    say_as_it_is(&printable(text));
}

/// Says what can disturb no terminal, colours included, on standard error.
pub fn say_as_it_is(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
