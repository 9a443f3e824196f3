//! nemcon (*nemine contradicente*, no one speaking against) simulates how international bodies choose people.
//!
//! Data walks one way through the crate:
//!
//! ```text
//! scenario file -> tree of values (as written) -> Model (as meant) -> Plan (as run)
//!               -> blocks of rounds -> Tally -> figures with intervals -> reports
//! ```

#![deny(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
#![deny(clippy::print_stderr, clippy::print_stdout)]

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codes;
mod hash;
pub mod model;
pub mod report;
pub mod scenario;
pub mod simulation;
