//! The charts: figures to SVG, each with its table.

mod assumptions;
mod ballots;
mod blocks;
mod chosen;
mod ends;
mod flow;
mod influence;
mod judgements;
mod leverage;

pub use assumptions::assumptions;
pub use ballots::ballots;
pub use blocks::blocks;
pub use chosen::chosen;
pub use ends::ends;
pub use flow::flow;
pub use influence::influence;
pub use judgements::judgements;
pub use leverage::leverage;
