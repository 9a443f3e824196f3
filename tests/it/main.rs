//! All tests of what others can see: the library through its public items, and the program. One binary, so that it is
//! linked once; a module is run by its name, as in `cargo test --test it engine::`.

mod arguments;
mod check;
mod cli;
mod common;
mod comparing;
mod conditional;
mod counts;
mod diagnostics;
mod documents;
mod editors;
mod engine;
mod fit;
mod fit_votes;
mod formats;
mod fuzz;
mod hostile_scenarios;
mod institutions;
mod judging;
mod leverage;
mod limits;
mod long_runs;
mod mechanical;
mod mistakes;
mod narrow;
mod presets;
mod real_selections;
mod replays;
mod schema;
mod score;
mod spreadsheets;
mod sweep;
mod together;
mod trace;
mod track_record;
mod update;
