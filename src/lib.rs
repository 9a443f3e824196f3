//! nemcon (*nemine contradicente*, no one speaking against) simulates how international bodies choose
//! people.
//!
//! Data walks one way through the crate:
//!
//! ```text
//! scenario file -> Document (as written) -> Model (as meant) -> Plan (as run)
//!               -> blocks of rounds -> Tally -> estimates -> reports
//! ```

pub mod model;
pub mod scenario;
pub mod simulation;
