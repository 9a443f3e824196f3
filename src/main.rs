//! The nemcon command line.

fn main() {}
