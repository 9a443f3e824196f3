//! The engine against rules without chance, exact oracles, relations that hold draw by draw, and itself.

mod agreement;
mod biased;
mod bodies;
mod by_ballot;
mod first_reading;
mod foresight;
mod keys;
mod metamorphic;
mod oracles;
mod procedure;
mod random;
mod stability;
mod world;
