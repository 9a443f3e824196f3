//! The charts: figures to SVG, each with its table.

mod chosen;

pub use chosen::chosen;
