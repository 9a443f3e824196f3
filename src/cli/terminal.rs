//! What standard output and standard error look like.

use std::io::{self, IsTerminal};

use terminal_size::{Width, terminal_size_of};

use crate::report::Look;

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
