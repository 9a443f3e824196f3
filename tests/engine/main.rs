//! The engine against rules without chance, exact oracles, relations that hold draw by draw, and itself.

mod bite;
mod keys;
mod metamorphic;
mod oracles;
mod procedure;
mod stability;
mod world;
