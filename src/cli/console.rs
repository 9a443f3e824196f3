//! Standard output and standard error.

use std::io::{self, IsTerminal, Write};

use crate::report::Look;
use terminal_size::{Width, terminal_size_of};

use super::failure::{Exit, Failure};

/// Widest layout: longer lines are hard to read.
const WIDEST: u16 = 100;

/// How text on standard output should look.
pub fn look() -> Look {
    let stdout = io::stdout();
    let width = terminal_size_of(&stdout).map_or(WIDEST, |(Width(width), _)| width.min(WIDEST));
    Look { width, styled: anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never }
}

/// Whether standard error shows colours, and how many columns it has.
pub fn error_look() -> (bool, usize) {
    let stderr = io::stderr();
    let width = terminal_size_of(&stderr).map_or(WIDEST, |(Width(width), _)| width);
    (anstream::AutoStream::choice(&stderr) != anstream::ColorChoice::Never, usize::from(width))
}

/// Whether someone watches standard error.
pub fn watched() -> bool {
    io::stderr().is_terminal()
}

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
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let what = format!("the results cannot be written to standard output: {}", reason(&error));
            Err(Failure::new(Exit::CannotWrite, what, None))
        }
        _ => Ok(()),
    }
}

/// Says something on standard error. If that fails there is no one left to tell.
pub fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// Why the system refused, without its error number.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
