//! The nemcon command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    nemcon::cli::main(std::env::args_os())
}
